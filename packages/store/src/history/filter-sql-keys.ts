import { ENDPOINT_KINDS, type Grouping, REPORTERS, VERDICTS } from '@vibrissa/model';
import { joinSql, type Sql, type SqlValue, sql } from './sql.js';

/** A condition, or what is always or never so. */
export type Condition = Sql | boolean;

/** One thing that a database has of a key. */
export interface Column {
  /** The value as it is stored. */
  readonly is: Sql;
  /** The value as text; null where it is stored as a number for want of a text. */
  readonly text: Sql | null;
  /** How a value of the filter is stored; null when it never is. */
  readonly stored: (value: string) => SqlValue;
}

/** Makes a condition of a column; null when it cannot be said of that column. */
export type Test = (column: Column) => Condition | null;

/**
 * What engines say in ways of their own. Conditions speak of `k`, a row of `lines`: the table of keys with `line`, which
 * all keys of a line have in common.
 */
export interface KeyDialect {
  /** `needle`, ASCII in lower case, is somewhere in the text when that is folded as JavaScript does. */
  contains(text: Sql, needle: string): Sql;
  /** The name that people call a workload by, of its aggregated name. */
  workloadOf(name: Sql): Sql;
  /** The query that is `lines` at a grouping. */
  lines(grouping: Grouping): Sql;
}

/** A field of filters as the table of keys has it. */
export interface KeyField {
  /** The groupings at which all keys of a line have the same; a flow has one key anyway. */
  readonly sharedAt: readonly Grouping[];
  /** True where the line's own value is only one of those that its keys have. */
  readonly hint: boolean;
  /** That a key has a value which passes; null when it cannot be said. Never NULL in SQL. */
  where(test: Test, dialect: KeyDialect): Condition | null;
}

/** How the database has a field; null for those that are not of the key. */
export function keyField(name: string): KeyField | null {
  return FIELDS.get(name) ?? null;
}

const text = (column: Sql): Column => ({ is: column, text: column, stored: (value) => value });

const number = (column: Sql): Column => ({ is: column, text: null, stored: (value) => value });

/** A place in a list of the model. */
const listed = (column: Sql, list: readonly string[]): Column => ({
  is: column,
  text: null,
  stored: (value) => (list.includes(value) ? list.indexOf(value) : null),
});

/** What stands where there is nothing. */
const NOTHING = text(sql`${''}`);

function asSql(condition: Condition): Sql {
  if (typeof condition === 'boolean') return condition ? sql`true` : sql`false`;
  return condition;
}

/** The tests of several columns, put together; null as soon as one cannot be said. */
function where(
  test: Test,
  columns: readonly Column[],
  write: (...passes: readonly Sql[]) => Sql,
): Condition | null {
  const passes: Sql[] = [];
  for (const column of columns) {
    const one = test(column);
    if (one === null) return null;
    passes.push(asSql(one));
  }
  return write(...passes);
}

type ColumnsOf = (dialect: KeyDialect) => readonly Column[];

/** The fields of one thing of endpoints, in one or more columns: of either end, of the source, of the destination. */
function ends(
  name: string,
  sharedAt: readonly Grouping[],
  columns: ColumnsOf,
): readonly (readonly [string, KeyField])[] {
  const field = (at: (ids: Sql) => Sql): KeyField => ({
    sharedAt,
    hint: false,
    where: (test, dialect) =>
      where(test, columns(dialect), (...passes) =>
        at(sql`(SELECT e.id FROM endpoints e WHERE ${joinSql(passes, sql` OR `)})`),
      ),
  });
  return [
    [name, field((ids) => sql`(k.source IN ${ids} OR k.dest IN ${ids})`)],
    [`source.${name}`, field((ids) => sql`(k.source IN ${ids})`)],
    [`dest.${name}`, field((ids) => sql`(k.dest IN ${ids})`)],
  ];
}

function own(sharedAt: readonly Grouping[], column: Column): KeyField {
  return { sharedAt, hint: false, where: (test) => where(test, [column], (passes) => sql`(${passes})`) };
}

function ofHits(column: Column): KeyField {
  return {
    sharedAt: [],
    hint: false,
    where: (test) =>
      where(test, [column], (passes) => sql`(k.trace IN (SELECT h.trace FROM trace_hits h WHERE ${passes}))`),
  };
}

const PAIR: readonly Grouping[] = ['connection'];
const NAMED: readonly Grouping[] = ['connection', 'workload'];
const SPACED: readonly Grouping[] = ['connection', 'workload', 'namespace'];

const FIELDS: ReadonlyMap<string, KeyField> = new Map([
  ...ends('namespace', SPACED, () => [text(sql`e.namespace`)]),
  ...ends('name', NAMED, () => [text(sql`e.name`)]),
  ...ends('workload', NAMED, (dialect) => [text(sql`e.name`), text(dialect.workloadOf(sql`e.name`))]),
  ...ends('kind', SPACED, () => [listed(sql`e.kind`, ENDPOINT_KINDS)]),
  ...ends('address', PAIR, () => [text(sql`e.address`)]),
  ['port', own(PAIR, number(sql`k.port`))],
  [
    'protocol',
    {
      sharedAt: PAIR,
      hint: false,
      where: (test) =>
        where(
          test,
          [text(sql`p.name`)],
          (passes) => sql`(k.protocol IN (SELECT p.id FROM protocols p WHERE ${passes}))`,
        ),
    },
  ],
  [
    'service',
    {
      sharedAt: [],
      hint: false,
      where: (test) =>
        where(
          test,
          [text(sql`v.name`), NOTHING],
          (named, none) =>
            sql`(k.service IN (SELECT v.id FROM services v WHERE ${named}) OR (k.service = 0 AND ${none}))`,
        ),
    },
  ],
  ['reporter', own([], listed(sql`k.reporter`, REPORTERS))],
  ['verdict', own([], listed(sql`k.verdict`, VERDICTS))],
  ['pending', own([], listed(sql`k.pending`, VERDICTS))],
  ['policy', ofHits(text(sql`h.name`))],
  ['policy.tier', ofHits(text(sql`h.tier`))],
  ['policy.kind', ofHits(text(sql`h.kind`))],
  ['policy.namespace', ofHits(text(sql`h.namespace`))],
  [
    'decided',
    {
      sharedAt: [],
      hint: true,
      where: (test) =>
        where(
          test,
          [text(sql`h.name`), NOTHING],
          (named, none) =>
            sql`(k.trace IN (SELECT h.trace FROM trace_hits h WHERE h.decides AND ${named}) OR ${none})`,
        ),
    },
  ],
]);
