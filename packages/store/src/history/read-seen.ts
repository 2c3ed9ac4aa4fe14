import { millis } from '@vibrissa/model';
import type { SeenAnswer, SeenQuery } from '../flow-store.js';
import { SeenRange } from '../seen-range.js';
import { needsOf } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { floats } from './read-columns.js';
import { lineFilter, readLines, visitLines } from './read-lines.js';
import { bucketRange, EVER } from './read-range.js';
import { CHOSEN, type QuerySession } from './read-session.js';
import { sourceSql } from './read-source.js';
import { sql } from './sql.js';

/** When connections that match in the window were first and last seen, in it or not. */
export async function readSeen(
  session: QuerySession,
  context: HistoryContext,
  query: SeenQuery,
): Promise<SeenAnswer> {
  const { keys } = context;
  const range = bucketRange(context, query.from, query.to);
  const filter = lineFilter(query.filter, 'connection');
  const needs = needsOf(query.filter);
  session.progress.part(0, 0.4);
  const fold = await readLines(session, context, { grouping: 'connection', range, filter, ...needs });
  const connections: number[] = [];
  const seen = new SeenRange();
  session.progress.part(0.4, 0.6);
  await visitLines(session, context, fold, filter.matches, ({ lastSeen }, line) => {
    let first = Number.POSITIVE_INFINITY;
    for (const key of keys.members(line, 'connection')) first = Math.min(first, keys.firstSeen(key));
    seen.offer(millis(first), lastSeen);
    connections.push(line);
  });
  const answer = seen.answer();
  session.progress.part(0.6, 1);
  const last = answer.last === null ? null : await lastEver(session, context, connections);
  session.progress.at(1);
  return { ...answer, last };
}

/** When the last record of any of the connections ended. */
async function lastEver(session: QuerySession, { bucketMs }: HistoryContext, connections: readonly number[]) {
  await session.choose(Uint32Array.from(connections));
  const source = sourceSql({
    range: EVER,
    bucketMs,
    spanBuckets: session.spanBuckets,
    summedTo: session.summedTo,
    wanted: sql`series IN (SELECT s.id FROM series s WHERE s.key IN (
      SELECT k.id FROM keys k WHERE k.connection IN ${CHOSEN}))`,
    columns: [],
    ends: true,
    steps: null,
  });
  const { chunks } = await session.run(sql`SELECT coalesce(max(end_at), 0)::DOUBLE FROM ${source}`);
  const [chunk] = chunks;
  return millis(chunk === undefined ? 0 : (floats(chunk, 0)[0] ?? 0));
}
