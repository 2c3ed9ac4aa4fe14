import {
  conjuncts,
  EVERYTHING,
  type Filter,
  FilterSyntaxError,
  findField,
  isNumberField,
  type Operator,
  parseFilter,
  printFilter,
} from '@vibrissa/model';
import { type Clause, clausesOf, readFilter, toView } from './filter-clauses.js';
import type { View } from './view-url.js';

/** The two parts of a view that its chips show. */
export type Clauses = Pick<View, 'filter' | 'disabled'>;

function edited(clauses: Clauses, edit: (list: readonly Clause[]) => readonly Clause[]): Clauses {
  const list = clausesOf(clauses.filter, clauses.disabled);
  return list instanceof FilterSyntaxError ? clauses : toView(edit(list));
}

/**
 * Changes what applies and leaves the clauses that are switched off as they are, after it; those that the
 * change says again are dropped. Nothing changes where the text does not parse.
 */
export function changeApplied(clauses: Clauses, change: (applied: Filter) => Filter): Clauses {
  return edited(clauses, (list) => {
    const off = list.filter(({ disabled }) => disabled);
    const applied = list.filter(({ disabled }) => !disabled);
    const whole = readFilter(toView(applied).filter);
    const next = clauseList(change(whole instanceof FilterSyntaxError ? EVERYTHING : whole));
    const said = new Set(next.map(({ text }) => text));
    return [...next, ...off.filter(({ text }) => !said.has(text))];
  });
}

function clauseList(filter: Filter): readonly Clause[] {
  return conjuncts(filter).map((node) => ({ text: printFilter(node), node, disabled: false }));
}

/** Without the clause at `index`. */
export function removeClause(clauses: Clauses, index: number): Clauses {
  return edited(clauses, (list) => list.filter((_, at) => at !== index));
}

/** Switches the clause at `index` off, or on again. */
export function switchClause(clauses: Clauses, index: number): Clauses {
  return edited(clauses, (list) =>
    list.map((clause, at) => (at === index ? { ...clause, disabled: !clause.disabled } : clause)),
  );
}

/** Turns the clause at `index` into its opposite. */
export function negateClause(clauses: Clauses, index: number): Clauses {
  return edited(clauses, (list) =>
    list.flatMap((clause, at) =>
      at === index
        ? clauseList(opposite(clause.node)).map((next) => ({ ...next, disabled: clause.disabled }))
        : [clause],
    ),
  );
}

/**
 * Puts what `text` says in place of the clause at `index`, or after the last when it is null. An empty text
 * takes the clause out. Throws FilterSyntaxError.
 */
export function writeClauses(clauses: Clauses, index: number | null, text: string): Clauses {
  const written = clauseList(parseFilter(text));
  const list = clausesOf(clauses.filter, clauses.disabled);
  if (list instanceof FilterSyntaxError) return toView(written);
  if (index === null) return toView([...list, ...written]);
  return toView(
    list.flatMap((clause, at) =>
      at === index ? written.map((one) => ({ ...one, disabled: clause.disabled })) : [clause],
    ),
  );
}

const OPPOSITE: Partial<Record<Operator, Operator>> = { '=': '!=', '!=': '=', '~': '!~', '!~': '~' };

/** What matches where `node` does not. Numbers that are unknown match neither `=` nor `!=`, so they keep `not`. */
export function opposite(node: Filter): Filter {
  if (node.type === 'not') return node.node;
  if (node.type !== 'clause') return { type: 'not', node };
  const field = findField(node.field);
  const op = OPPOSITE[node.op];
  const sure = field !== undefined && (!isNumberField(field) || field.name === 'port');
  return sure && op !== undefined ? { ...node, op } : { type: 'not', node };
}
