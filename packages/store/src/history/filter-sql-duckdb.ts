import type { Grouping } from '@vibrissa/model';
import type { KeyDialect } from './filter-sql-keys.js';
import { type Sql, sql } from './sql.js';

/** Conditions on keys as DuckDB says them. */
export const DUCKDB_DIALECT: KeyDialect = {
  // The one letter that JavaScript folds into two, the first of them ASCII; DuckDB drops the second.
  contains: (text, needle) => sql`contains(lower(replace(${text}, 'İ', 'i̇')), ${needle})`,

  // As `splitName` cuts: the generated end, and before it the hash of a pod template, unless nothing would be left.
  workloadOf: (name) => sql`(CASE WHEN NOT ends_with(${name}, '-*') THEN ${name} ELSE
    coalesce(nullif(regexp_replace(${name}, '(-[bcdfghjklmnpqrstvwxz2456789]{5,10})?-[*]$', ''), ''),
      regexp_replace(${name}, '-[*]$', '')) END)`,

  lines(grouping) {
    if (grouping === 'flow') return sql`SELECT k.*, k.id AS line FROM keys k`;
    if (grouping === 'connection') return sql`SELECT k.*, k.connection AS line FROM keys k`;
    return sql`SELECT k.*, hash(${place(grouping, sql`s`)}, ${place(grouping, sql`d`)}) AS line
      FROM keys k JOIN endpoints s ON s.id = k.source JOIN endpoints d ON d.id = k.dest`;
  },
};

/**
 * What an endpoint has in common with others of its line. Two lines may have one hash: then more is looked at. At
 * namespaces, places outside keep their names in the line; leaving those out only lets more be looked at, too.
 */
function place(grouping: Grouping, end: Sql): Sql {
  return grouping === 'workload'
    ? sql`${end}.kind, ${end}.namespace, ${end}.name`
    : sql`${end}.kind, ${end}.namespace`;
}
