import {
  conjuncts,
  EVERYTHING,
  type Filter,
  FilterSyntaxError,
  fromConjuncts,
  parseFilter,
  printFilter,
} from '@vibrissa/model';

/** One top-level clause of the filter as a chip shows it. */
export interface Clause {
  /** Canonical text; clauses are told apart by it. */
  readonly text: string;
  readonly node: Filter;
  readonly disabled: boolean;
}

/** The tree of a text, or the error that says where and why it has none. */
export function readFilter(text: string): Filter | FilterSyntaxError {
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) return error;
    throw error;
  }
}

/** The clauses of a filter text in their order; the error when it does not parse. */
export function clausesOf(text: string, disabled: readonly string[]): readonly Clause[] | FilterSyntaxError {
  const filter = readFilter(text);
  if (filter instanceof FilterSyntaxError) return filter;
  const off = new Set(disabled);
  return conjuncts(filter).map((node) => {
    const canonical = printFilter(node);
    return { text: canonical, node, disabled: off.has(canonical) };
  });
}

/** Clauses back to what a view holds. */
export function toView(clauses: readonly Clause[]): {
  readonly filter: string;
  readonly disabled: readonly string[];
} {
  const distinct = [...new Map(clauses.map((clause) => [clause.text, clause])).values()];
  return {
    filter: printFilter(fromConjuncts(distinct.map(({ node }) => node))),
    disabled: distinct.filter((clause) => clause.disabled).map(({ text }) => text),
  };
}

/** What of a filter text applies: all but the disabled clauses. A text that does not parse stays as it is. */
export function withoutDisabled(text: string, disabled: readonly string[]): string {
  if (disabled.length === 0) return text;
  const clauses = clausesOf(text, disabled);
  if (clauses instanceof FilterSyntaxError) return text;
  return toView(clauses.filter((clause) => !clause.disabled)).filter;
}

/** The tree that applies; everything when the text does not parse, since the error is shown elsewhere. */
export function appliedFilter(text: string, disabled: readonly string[]): Filter {
  const filter = readFilter(withoutDisabled(text, disabled));
  return filter instanceof FilterSyntaxError ? EVERYTHING : filter;
}
