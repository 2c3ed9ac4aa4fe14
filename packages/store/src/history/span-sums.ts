import { FACT_COLUMNS } from './schema/live-tables.js';

/** As the ring caps what it counts of connections. */
const MOST_COUNT = 4_294_967_294;

/** A statement's columns that sum facts to spans of so many buckets; `FROM` and `WHERE` are the caller's. */
export function spanSums(buckets: number, bucketMs: number): string {
  return `bucket // ${buckets}, series, sum(packets_in), sum(packets_out), sum(bytes_in), sum(bytes_out),
    ${['started', 'completed', 'live'].map(capped).join(', ')},
    least(max((bucket % ${buckets})::UBIGINT * ${bucketMs} + end_ms), ${MOST_COUNT})::UINTEGER`;
}

/** The statement that adds facts of a table to the spans. */
export function addToSpans(from: string, buckets: number, bucketMs: number): string {
  return `INSERT INTO history.spans SELECT ${spanSums(buckets, bucketMs)}
    FROM (SELECT ${FACT_COLUMNS} FROM ${from}) GROUP BY 1, 2 ORDER BY 1, 2`;
}

/** The sum of a column, at most what the column holds. Not `least`, which takes unknown for the other one. */
function capped(name: string): string {
  return `(CASE WHEN sum(${name}) > ${MOST_COUNT} THEN ${MOST_COUNT} ELSE sum(${name}) END)::UINTEGER`;
}
