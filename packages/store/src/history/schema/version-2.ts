import { SPAN_MS } from './span.js';

/**
 * Adds facts summed over spans of whole buckets, for long ranges: spans hold all facts of buckets before
 * `summed_to`, and none of later ones. `buckets` is how many buckets a span has.
 */
export const VERSION_2: readonly string[] = [
  // Says that names may be left that no fact needs.
  'ALTER TABLE history.meta ADD COLUMN orphans BOOLEAN DEFAULT false',
  'CREATE TABLE history.span_state (buckets UINTEGER, summed_to UINTEGER)',
  `CREATE TABLE history.spans (
    span UINTEGER, series UINTEGER, packets_in DOUBLE, packets_out DOUBLE, bytes_in DOUBLE, bytes_out DOUBLE,
    started UINTEGER, completed UINTEGER, live UINTEGER, end_ms UINTEGER)`,
  `INSERT INTO history.span_state
    SELECT w, coalesce((SELECT (max(bucket) + 1) // w * w FROM history.facts), 0)
    FROM (SELECT greatest(1, ${SPAN_MS} // bucket_ms) w FROM history.meta)`,
  `INSERT INTO history.spans
    SELECT bucket // buckets, series, sum(packets_in), sum(packets_out), sum(bytes_in), sum(bytes_out),
      (CASE WHEN sum(started) > 4294967294 THEN 4294967294 ELSE sum(started) END)::UINTEGER,
      (CASE WHEN sum(completed) > 4294967294 THEN 4294967294 ELSE sum(completed) END)::UINTEGER,
      (CASE WHEN sum(live) > 4294967294 THEN 4294967294 ELSE sum(live) END)::UINTEGER,
      least(max((bucket % buckets)::UBIGINT * bucket_ms + end_ms), 4294967294)::UINTEGER
    FROM history.facts, history.span_state, history.meta WHERE bucket < summed_to
    GROUP BY 1, 2 ORDER BY 1, 2`,
];
