import type { FieldValue, HintsQuery, TopAnswer, TopQuery } from '../flow-store.js';
import { HintCounter } from '../hint-counter.js';
import { TopCounter } from '../top-counter.js';
import { MEASURED, needsOf } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { lineFilter, readLines, visitLines } from './read-lines.js';
import { bucketRange } from './read-range.js';
import type { QuerySession } from './read-session.js';

/** For each field its values among connections that match the rest of the filter. */
export async function readHints(
  session: QuerySession,
  context: HistoryContext,
  query: HintsQuery,
): Promise<Map<string, FieldValue[]>> {
  const range = bucketRange(context, query.from, query.to);
  const counter = new HintCounter(query, context.clock.now());
  const share = 1 / counter.passes.length;
  for (const [at, pass] of counter.passes.entries()) {
    const filter = lineFilter(pass.filter, 'connection');
    session.progress.part(at * share, (at + 0.6) * share);
    const needs = needsOf(pass.filter, pass.fields);
    const fold = await readLines(session, context, { grouping: 'connection', range, filter, ...needs });
    session.progress.part((at + 0.6) * share, (at + 1) * share);
    await visitLines(session, context, fold, filter.matches, (group) => counter.offer(pass, group));
  }
  session.progress.part(0, 1);
  session.progress.at(1);
  return counter.answer();
}

/** What connections that match have in one or two fields. */
export async function readTop(
  session: QuerySession,
  context: HistoryContext,
  query: TopQuery,
): Promise<TopAnswer> {
  const range = bucketRange(context, query.from, query.to);
  const filter = lineFilter(query.filter, 'connection');
  const { evidence } = needsOf(query.filter, query.by);
  const counter = new TopCounter(query, context.clock.now());
  session.progress.part(0, 0.6);
  const fold = await readLines(session, context, {
    grouping: 'connection',
    range,
    filter,
    counters: MEASURED,
    evidence,
  });
  session.progress.part(0.6, 1);
  await visitLines(session, context, fold, filter.matches, (group) => counter.offer(group));
  return counter.answer();
}
