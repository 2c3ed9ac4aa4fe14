import type { LineReducer } from '@vibrissa/model';
import type { ReduceQuery } from '../flow-store.js';
import { ALL_COUNTERS } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { readSparks } from './read-flows.js';
import { chooseLines, eachOf, lineFilter, readLines, visitLines } from './read-lines.js';
import { bucketRange } from './read-range.js';
import type { QuerySession } from './read-session.js';

/** Lines whose curves are read at once. */
const CURVES = 20_000;

/** Gives every connection that matches to the reducer, whole. */
export async function readReduction<Result>(
  session: QuerySession,
  context: HistoryContext,
  query: ReduceQuery,
  reducer: LineReducer<Result>,
): Promise<Result> {
  const { spark } = query;
  const range = bucketRange(context, query.from, query.to);
  const filter = lineFilter(query.filter, 'connection');
  session.progress.part(0, 0.4);
  const fold = await readLines(session, context, {
    grouping: 'connection',
    range,
    filter,
    counters: ALL_COUNTERS,
    evidence: true,
  });
  session.progress.part(0.4, 1);
  if (spark === undefined) {
    await visitLines(session, context, fold, filter.matches, (group) => reducer.add([group]));
    return reducer.result();
  }
  const lines: number[] = [];
  session.progress.part(0.4, 0.6);
  await visitLines(session, context, fold, filter.matches, (_group, line) => lines.push(line));
  for (let at = 0; at < lines.length; at += CURVES) {
    session.progress.part(
      0.6 + 0.4 * (at / lines.length),
      0.6 + 0.4 * Math.min(1, (at + CURVES) / lines.length),
    );
    const some = Uint32Array.from(lines.slice(at, at + CURVES));
    await chooseLines(session, [fold], some);
    const sparks = await readSparks(session, context, [...some], 'connection', range, spark);
    let next = 0;
    await eachOf(session, context.turns, some, (line) => {
      const group = fold.read(line);
      const curve = sparks[next++];
      if (group !== null) reducer.add([group], [curve ?? []]);
    });
  }
  session.progress.part(0, 1);
  session.progress.at(1);
  return reducer.result();
}
