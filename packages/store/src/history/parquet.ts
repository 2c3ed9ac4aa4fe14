import { rm, stat } from 'node:fs/promises';
import { ENDPOINT_KINDS, REPORTERS, VERDICTS } from '@vibrissa/model';
import type { RecordsQuery } from '../flow-store.js';
import type { HistoryContext } from './history-context.js';
import { HistoryError } from './history-error.js';
import { bucketRange } from './read-range.js';
import { selectSeries, useSelection } from './read-selection.js';
import type { QuerySession } from './read-session.js';
import { COUNTER_COLUMNS } from './read-source.js';
import { joinSql, type Sql, sql } from './sql.js';

/**
 * Writes what `records` gives to a Parquet file, a row for each record, in columns that read by themselves; evidence
 * is left out, and rows are in no order. Resolves with the number of rows.
 * @throws HistoryError when the file exists; what was begun of a file is removed.
 */
export async function writeParquet(
  session: QuerySession,
  context: HistoryContext,
  query: RecordsQuery,
  path: string,
): Promise<number> {
  const { progress } = session;
  const range = bucketRange(context, query.from, query.to);
  if (await exists(path))
    throw new HistoryError('history-export-failed', `${path} exists already; name a file that does not`);
  progress.part(0, 0.3);
  const selection = await selectSeries(session, context, query.filter, range);
  const wanted = await useSelection(session, selection);
  progress.part(0.3, 1);
  const facts = sql`(SELECT * FROM all_facts
    WHERE bucket >= ${range.from}::UINTEGER AND bucket < ${range.to}::UINTEGER AND ${wanted ?? sql`true`})`;
  try {
    const { changed } = await session.run(
      sql`COPY (${readableRows(facts, context.bucketMs)}) TO ${path}
        (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 30720)`,
    );
    progress.at(1);
    return changed;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/**
 * The facts of a table as records that read by themselves, a row for each flow and bucket. Nearly every flow has one
 * fact in a bucket and goes straight through; only those with more are gathered, so that memory does not grow with
 * what is written.
 */
function readableRows(facts: Sql, bucketMs: number): Sql {
  const sums = COUNTER_COLUMNS.map((column) => sql`sum(${column})::DOUBLE AS ${column}`);
  const as = COUNTER_COLUMNS.map((column) => sql`${column}::DOUBLE AS ${column}`);
  return sql`WITH moved AS NOT MATERIALIZED (
      SELECT f.*, s.key, a.labels AS source_labels, b.labels AS dest_labels FROM ${facts} f
        JOIN series s ON s.id = f.series
        LEFT JOIN label_sets a ON a.id = s.source_labels LEFT JOIN label_sets b ON b.id = s.dest_labels),
    repeated AS MATERIALIZED (
      SELECT f.bucket, s.key FROM ${facts} f JOIN series s ON s.id = f.series
      GROUP BY f.bucket, s.key HAVING count(*) > 1),
    records AS NOT MATERIALIZED (
      SELECT bucket, key, ${joinSql(as, sql`, `)}, end_ms, source_labels, dest_labels
      FROM moved ANTI JOIN repeated USING (bucket, key)
      UNION ALL
      SELECT bucket, key, ${joinSql(sums, sql`, `)}, max(end_ms), ${inCommon(sql`source_labels`)},
        ${inCommon(sql`dest_labels`)}
      FROM moved SEMI JOIN repeated USING (bucket, key) GROUP BY bucket, key),
    deciders AS (
      SELECT trace, staged, any_value(kind) AS kind, any_value(namespace) AS namespace, any_value(name) AS name,
        any_value(tier) AS tier
      FROM trace_hits WHERE decides GROUP BY trace, staged),
    sooner AS (SELECT key, min(first_seen) AS first_seen FROM earlier GROUP BY key)
    SELECT ${startSql(bucketMs)} AS start,
      make_timestamp_ms((m.bucket::BIGINT * ${bucketMs} + m.end_ms)::BIGINT) AS "end",
      ${namedBy(sql`s.kind`, ENDPOINT_KINDS)} AS source_kind, s.namespace AS source_namespace,
      s.name AS source_name, s.address AS source_address,
      ${namedBy(sql`d.kind`, ENDPOINT_KINDS)} AS dest_kind, d.namespace AS dest_namespace,
      d.name AS dest_name, d.address AS dest_address,
      k.port, p.name AS protocol, v.namespace AS service_namespace, v.name AS service_name, v.port AS service_port,
      ${namedBy(sql`k.reporter`, REPORTERS)} AS reporter, ${namedBy(sql`k.verdict`, VERDICTS)} AS verdict,
      ${namedBy(sql`k.pending`, VERDICTS)} AS pending_verdict,
      h.kind AS policy_kind, h.namespace AS policy_namespace, h.name AS policy_name, h.tier AS policy_tier,
      g.kind AS pending_policy_kind, g.namespace AS pending_policy_namespace, g.name AS pending_policy_name,
      m.packets_in, m.packets_out, m.bytes_in, m.bytes_out, m.started AS connections_started,
      m.completed AS connections_completed, m.live AS connections_live, m.source_labels, m.dest_labels
    FROM records m JOIN keys k ON k.id = m.key JOIN endpoints s ON s.id = k.source
      JOIN endpoints d ON d.id = k.dest LEFT JOIN protocols p ON p.id = k.protocol
      LEFT JOIN services v ON v.id = k.service LEFT JOIN sooner e ON e.key = m.key
      LEFT JOIN deciders h ON h.trace = k.trace AND NOT h.staged
      LEFT JOIN deciders g ON g.trace = k.trace AND g.staged`;
}

/** The start of the bucket, but that of the flow where it began in it. */
function startSql(bucketMs: number): Sql {
  const began = sql`m.bucket::BIGINT * ${bucketMs}`;
  const first = sql`least(k.first_seen, coalesce(e.first_seen, k.first_seen))`;
  return sql`make_timestamp_ms((CASE WHEN ${first} >= ${began} AND ${first} < ${began} + ${bucketMs}
    THEN ${first} ELSE ${began} END)::BIGINT)`;
}

/** Unknown labels take nothing away. */
function inCommon(labels: Sql): Sql {
  return sql`to_json(list_sort(list_reduce(
    list(DISTINCT from_json(${labels}, '["VARCHAR"]')) FILTER (${labels} IS NOT NULL),
    (one, other) -> list_intersect(one, other))))::VARCHAR`;
}

function namedBy(place: Sql, names: readonly string[]): Sql {
  return sql`[${joinSql(
    names.map((name) => sql`${name}`),
    sql`, `,
  )}][${place}::INTEGER + 1]`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
