/** How a clause compares. `=` is exact, `~` is "contains" without regard to case. */
export type Operator = '=' | '!=' | '~' | '!~' | '>' | '>=' | '<' | '<=';

export const OPERATORS: readonly Operator[] = ['=', '!=', '~', '!~', '>', '>=', '<', '<='];

/**
 * A filter. `field` is the canonical name of a row of the field table, values are as typed; several values
 * are alternatives (for `!=` and `!~`: none of them). A `text` node is a plain word: anything contains it.
 */
export type Filter =
  | { readonly type: 'all' }
  | {
      readonly type: 'clause';
      readonly field: string;
      readonly op: Operator;
      readonly values: readonly string[];
    }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'not'; readonly node: Filter }
  | { readonly type: 'and'; readonly nodes: readonly Filter[] }
  | { readonly type: 'or'; readonly nodes: readonly Filter[] };

/** Matches every flow. */
export const EVERYTHING: Filter = Object.freeze({ type: 'all' });
