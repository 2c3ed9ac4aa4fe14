import { Comparison } from '../comparison.js';
import type { CompareAnswer, CompareQuery, Window } from '../flow-store.js';
import type { LineFold } from './fold-lines.js';
import { MEASURED, needsOf } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { chooseLines, eachOf, lineFilter, readChosen, readLines } from './read-lines.js';
import { bucketRange } from './read-range.js';
import type { QuerySession } from './read-session.js';

/** What differs between two windows, line by line: all lines by what tells them apart, then those told in full. */
export async function readComparison(
  session: QuerySession,
  context: HistoryContext,
  query: CompareQuery,
): Promise<CompareAnswer> {
  const { grouping, base } = query;
  const { progress } = session;
  const filter = lineFilter(query.filter, grouping);
  const { evidence } = needsOf(query.filter);
  const rangeOf = ({ from, to }: Window) => bucketRange(context, from, to);
  const read = (window: Window) =>
    readLines(session, context, { grouping, range: rangeOf(window), filter, counters: MEASURED, evidence });
  progress.part(0, 0.3);
  const here = await read(query);
  progress.part(0.3, 0.6);
  const there = await read(base);
  progress.part(0.6, 0.8);
  const at = context.clock.now();
  const comparison = new Comparison<number>(query);
  await eachOf(session, context.turns, linesOf(here, there), (line) => {
    const [now, then] = [here.read(line), there.read(line)];
    const { matches } = filter;
    const wanted = [now, then].some((group) => group !== null && (matches === null || matches(group, at)));
    if (wanted) comparison.offer(now, then, line);
  });
  const { changes, totals } = comparison.finish();
  progress.part(0.8, 1);
  const lines = changes.map(({ ref }) => ref);
  await chooseLines(session, [here, there], lines);
  const now = await readChosen(session, context, grouping, rangeOf(query));
  const then = await readChosen(session, context, grouping, rangeOf(base));
  progress.at(1);
  return {
    changes: changes.map(({ kind, ref, ratio }) => ({
      kind,
      ratio,
      now: now(ref),
      // biome-ignore lint/suspicious/noThenProperty: not a function, so nothing waits for it.
      then: then(ref),
    })),
    totals,
  };
}

/** The lines that either window has, each once. */
function linesOf(here: LineFold, there: LineFold): Uint32Array {
  const more = there.lines.filter((line) => !here.has(line));
  const lines = new Uint32Array(here.lines.length + more.length);
  lines.set(here.lines);
  lines.set(more, here.lines.length);
  return lines;
}
