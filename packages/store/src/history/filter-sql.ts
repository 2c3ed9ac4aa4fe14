import {
  type Filter,
  findField,
  type Grouping,
  isNumberField,
  type NumberField,
  normalizeFilter,
  numberValue,
  type Operator,
  printFilter,
} from '@vibrissa/model';
import { type Condition, type KeyDialect, type KeyField, keyField, type Test } from './filter-sql-keys.js';
import { joinSql, listSql, Sql, sql } from './sql.js';

/** What a filter comes to as a condition on the rows `k` of `lines`. */
export interface FilterSql {
  /** Holds for every key of a line that the filter may match; null when it holds for all. */
  readonly condition: Sql | null;
  /** Whether it holds for no other key, so that nothing is left to be looked at. */
  readonly exact: boolean;
  /** The clauses that the condition does not settle, printed: the lines are to be filtered by them afterwards. */
  readonly left: readonly string[];
}

/**
 * The filter as a condition on lines of a grouping. A line has several keys, and in a window perhaps not all of
 * them: what holds for all keys of a line is said exactly; what any of its flows may satisfy becomes "the line has,
 * among all its keys, one that does"; what depends on sums, times, labels or evidence cannot be said.
 * Unknown fields are left, too: who compiles the filter refuses them.
 */
export function filterSql(filter: Filter, grouping: Grouping, dialect: KeyDialect): FilterSql {
  const left: string[] = [];
  const { most, least } = translate(normalizeFilter(filter), { grouping, dialect, left });
  return {
    condition: most === true ? null : most === false ? sql`false` : most,
    exact: most === least,
    left,
  };
}

/**
 * What is known of a node: where `most` does not hold the node does not either, where `least` holds it does too.
 * The node is settled when both are the same object.
 */
interface Bounds {
  readonly most: Condition;
  readonly least: Condition;
}

interface Surroundings {
  readonly grouping: Grouping;
  readonly dialect: KeyDialect;
  readonly left: string[];
}

const UNSAID: Bounds = { most: true, least: false };

function translate(node: Filter, around: Surroundings): Bounds {
  switch (node.type) {
    case 'all':
      return settled(true);
    case 'not':
      return opposite(translate(node.node, around));
    case 'and':
    case 'or': {
      const parts = node.nodes.map((part) => translate(part, around));
      const combine = node.type === 'and' ? and : or;
      const most = combine(parts.map((part) => part.most));
      if (parts.every((part) => part.most === part.least)) return settled(most);
      return { most, least: combine(parts.map((part) => part.least)) };
    }
    case 'text':
      around.left.push(printFilter(node));
      return UNSAID;
    case 'clause': {
      const bounds = clause(node, around);
      if (bounds.most !== bounds.least) around.left.push(printFilter(node));
      return bounds;
    }
  }
}

function clause(node: Filter & { readonly type: 'clause' }, around: Surroundings): Bounds {
  const read = keyField(node.field);
  const field = findField(node.field);
  if (field === undefined || read === null) return UNSAID;
  const test = isNumberField(field)
    ? numberTest(field, node.op, node.values)
    : textTest(node.op, node.values, around.dialect);
  if (test === null) return UNSAID;
  const bounds = ofLine(read.where(test, around.dialect), read, around);
  return node.op === '!=' || node.op === '!~' ? opposite(bounds) : bounds;
}

/** What a condition on one key says of its line. */
function ofLine(passes: Condition | null, { sharedAt, hint }: KeyField, around: Surroundings): Bounds {
  if (passes === null) return UNSAID;
  const { grouping } = around;
  const some = typeof passes === 'boolean' ? passes : anyKey(passes);
  if (hint) return { most: some, least: false };
  if (typeof passes === 'boolean' || grouping === 'flow' || sharedAt.includes(grouping)) {
    return settled(passes);
  }
  // What a line has in a window are some of its keys: if all of them pass, so do those.
  return { most: some, least: not(anyKey(sql`NOT ${passes}`)) };
}

/** Some key of the line that `k` is in satisfies the condition. */
function anyKey(condition: Sql): Sql {
  return sql`(k.line IN (SELECT k.line FROM lines k WHERE ${condition}))`;
}

/** The condition for `=` and `~`; those for `!=` and `!~` are its opposite. Null when it cannot be said. */
function textTest(op: Operator, values: readonly string[], dialect: KeyDialect): Test | null {
  if (values.some((value) => NOT_KEPT.test(value))) return null;
  if (op === '=' || op === '!=') {
    return ({ is, stored }) => {
      const known = values.map(stored).filter((value) => value !== null);
      return known.length === 0 ? false : sql`(${is} IN ${listSql(known)})`;
    };
  }
  if (op !== '~' && op !== '!~') return null;
  // Letters beyond these are folded in other ways here and there.
  if (!values.every(isAscii)) return null;
  return ({ text }) =>
    text === null ? null : or(values.map((value) => dialect.contains(text, value.toLowerCase())));
}

function numberTest(field: NumberField, op: Operator, typed: readonly string[]): Test | null {
  const values = typed.map((value) => numberValue(field, value));
  const known = values.filter((value) => !Number.isNaN(value));
  if (op === '=' || op === '!=') {
    return known.length === 0 ? () => false : ({ is }) => sql`(${is} IN ${listSql(known)})`;
  }
  const [bound = Number.NaN] = values;
  if (Number.isNaN(bound)) return () => false;
  switch (op) {
    case '>':
      return ({ is }) => sql`(${is} > ${bound})`;
    case '>=':
      return ({ is }) => sql`(${is} >= ${bound})`;
    case '<':
      return ({ is }) => sql`(${is} < ${bound})`;
    case '<=':
      return ({ is }) => sql`(${is} <= ${bound})`;
    default:
      return null;
  }
}

/** Half of a surrogate pair, or what a database keeps instead of one. */
const NOT_KEPT = /[\ud800-\udfff\ufffd]/u;

function isAscii(value: string): boolean {
  for (let at = 0; at < value.length; at++) if (value.charCodeAt(at) > 0x7f) return false;
  return true;
}

function settled(condition: Condition): Bounds {
  return { most: condition, least: condition };
}

function opposite({ most, least }: Bounds): Bounds {
  return most === least ? settled(not(most)) : { most: not(least), least: not(most) };
}

function not(condition: Condition): Condition {
  return typeof condition === 'boolean' ? !condition : sql`(NOT ${condition})`;
}

function and(parts: readonly Condition[]): Condition {
  if (parts.includes(false)) return false;
  return joined(parts, true, sql` AND `);
}

function or(parts: readonly Condition[]): Condition {
  if (parts.includes(true)) return true;
  return joined(parts, false, sql` OR `);
}

function joined(parts: readonly Condition[], empty: boolean, word: Sql): Condition {
  const pieces = parts.filter((part) => part instanceof Sql);
  return pieces.length === 0 ? empty : sql`(${joinSql(pieces, word)})`;
}
