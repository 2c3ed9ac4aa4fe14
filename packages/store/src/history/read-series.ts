import { type FlowGroup, millis, REPORTERS, VERDICTS } from '@vibrissa/model';
import type { SeriesBucket, SeriesQuery } from '../flow-store.js';
import { needsOf } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { bytes, floats, words } from './read-columns.js';
import { chooseLines, lineFilter, narrow, readLines, visitLines } from './read-lines.js';
import { bucketOf, bucketRange } from './read-range.js';
import { CHOSEN, type QuerySession, SERIES_WANTED } from './read-session.js';
import { sourceSql } from './read-source.js';
import { type Sql, sql } from './sql.js';

const ALLOW = VERDICTS.indexOf('allow');
const DENY = VERDICTS.indexOf('deny');
const AT_SOURCE = REPORTERS.indexOf('src');

/** What the database has of each series: its connection, who reports, and a bit for how it stands, the gravest lowest. */
const STANDING = sql`(SELECT s.id, k.connection, k.reporter,
    (CASE WHEN k.verdict = ${DENY} THEN 1 WHEN k.pending = ${DENY} THEN 2 WHEN k.verdict = ${ALLOW} THEN 4 ELSE 8 END)
      ::UTINYINT AS stands
  FROM series s JOIN keys k ON k.id = s.key)`;

/** Of bits put together: 0 for denied, 1 would be denied, 2 allowed, 3 unknown. */
const GRAVEST = sql`(CASE WHEN stands & 1 = 1 THEN 0 WHEN stands & 2 = 2 THEN 1 WHEN stands & 4 = 4 THEN 2 ELSE 3 END)
  ::UTINYINT`;

/** Connections over time by verdict, or what they moved; summed by the database alone once it knows which. */
export async function readSeries(
  session: QuerySession,
  context: HistoryContext,
  query: SeriesQuery,
): Promise<SeriesBucket[]> {
  const { bucketMs, clock } = context;
  const range = bucketRange(context, query.from, query.to);
  const buckets = Math.max(1, Math.ceil(query.stepMs / bucketMs));
  const first = Math.floor(range.from / buckets);
  const end = Math.min(range.to, bucketOf(clock.now(), bucketMs) + 1);
  const size = Math.max(0, Math.ceil(end / buckets) - first);
  const measure = query.measure ?? 'lines';
  const wanted = await wantedSeries(session, context, query);
  session.progress.part(0.5, 1);
  const points = new Float64Array(size * 4);
  if (size > 0) {
    const source = sourceSql({
      range,
      bucketMs,
      spanBuckets: session.spanBuckets,
      summedTo: session.summedTo,
      wanted,
      columns: COLUMNS[measure],
      ends: false,
      steps: { first: first * buckets, buckets, last: size - 1 },
    });
    const { chunks } = await session.run(
      measure === 'lines' ? countSql(source) : movedSql(source, COLUMNS[measure]),
    );
    for (const chunk of chunks) {
      const [steps, gravest, sums] = [words(chunk, 0), bytes(chunk, 1), floats(chunk, 2)];
      for (let row = 0; row < chunk.rowCount; row++) {
        points[(steps[row] as number) * 4 + (gravest[row] as number)] = sums[row] as number;
      }
    }
  }
  session.progress.at(1);
  return Array.from({ length: size }, (_, at) => ({
    at: millis((first + at) * buckets * bucketMs),
    deny: points[at * 4] as number,
    pendingDeny: points[at * 4 + 1] as number,
    allow: points[at * 4 + 2] as number,
    unknown: points[at * 4 + 3] as number,
  }));
}

/** A condition for the series of the connections that match in the whole window. */
async function wantedSeries(
  session: QuerySession,
  context: HistoryContext,
  query: SeriesQuery,
): Promise<Sql | null> {
  const filter = lineFilter(query.filter, 'connection');
  if (filter.matches === null)
    return (await narrow(session, 'connection', filter.condition)) ? SERIES_WANTED : null;
  const range = bucketRange(context, query.from, query.to);
  const lines: number[] = [];
  const take = (_: FlowGroup, line: number) => lines.push(line);
  session.progress.part(0, 0.3);
  const fold = await readLines(session, context, {
    grouping: 'connection',
    range,
    filter,
    ...needsOf(query.filter),
  });
  session.progress.part(0.3, 0.5);
  await visitLines(session, context, fold, filter.matches, take);
  await chooseLines(session, [fold], lines);
  return sql`series IN ${CHOSEN}`;
}

const COLUMNS = {
  lines: [],
  bytes: [sql`bytes_in`, sql`bytes_out`],
  packets: [sql`packets_in`, sql`packets_out`],
} as const;

function countSql(source: Sql): Sql {
  return sql`SELECT step, ${GRAVEST} AS gravest, count(*)::DOUBLE FROM (
      SELECT step, connection, bit_or(stands) AS stands FROM ${source} f JOIN ${STANDING} l ON l.id = f.series
      GROUP BY step, connection)
    GROUP BY step, gravest`;
}

/** Both sides report the same traffic, so the larger report of each direction stands for it. */
function movedSql(source: Sql, [into = sql`0`, out = sql`0`]: readonly Sql[]): Sql {
  const sent = sql`CASE WHEN reporter = ${AT_SOURCE} THEN ${out} ELSE ${into} END`;
  const received = sql`CASE WHEN reporter = ${AT_SOURCE} THEN ${into} ELSE ${out} END`;
  return sql`SELECT step, ${GRAVEST} AS gravest, sum(moved)::DOUBLE FROM (
      SELECT step, connection, bit_or(stands) AS stands,
        greatest(0, max(sent)) + greatest(0, max(received)) AS moved
      FROM (
        SELECT step, connection, bit_or(stands) AS stands,
          coalesce(sum(${sent}), 0) AS sent, coalesce(sum(${received}), 0) AS received
        FROM ${source} f JOIN ${STANDING} l ON l.id = f.series GROUP BY step, connection, reporter)
      GROUP BY step, connection)
    GROUP BY step, gravest`;
}
