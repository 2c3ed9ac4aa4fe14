import { type Grouping, millis, REPORTERS } from '@vibrissa/model';
import type { FlowsPage, FlowsQuery } from '../flow-store.js';
import { GroupPage } from '../group-page.js';
import type { BucketRange } from '../slot-chain.js';
import { ALL_COUNTERS, needsOf } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { floats, words } from './read-columns.js';
import {
  addEvidence,
  chooseLines,
  eachOf,
  lineFilter,
  readChosen,
  readLines,
  visitLines,
} from './read-lines.js';
import { bucketRange } from './read-range.js';
import { CHOSEN, type QuerySession } from './read-session.js';
import { sourceSql } from './read-source.js';
import { sql } from './sql.js';

/** So many buckets are summed in full at once: reading them again for the lines on the page takes longer. */
export const WHOLE_BUCKETS = 240;

/**
 * A page of lines. Of a long window first only what it takes to match and sort is read of all lines, then everything
 * of those on the page; one of at most `wholeBuckets` is read in full at once.
 */
export async function readFlows(
  session: QuerySession,
  context: HistoryContext,
  query: FlowsQuery,
  wholeBuckets: number,
): Promise<FlowsPage> {
  const { grouping, sort, spark } = query;
  const page = new GroupPage<number>(query);
  const range = bucketRange(context, page.from, page.to);
  const filter = lineFilter(query.filter, grouping);
  const needs = needsOf(query.filter, [], sort?.column ?? null);
  session.progress.part(0, 0.5);
  const whole = range.to - range.from <= wholeBuckets;
  const counters = whole ? ALL_COUNTERS : needs.counters;
  const fold = await readLines(session, context, { grouping, range, filter, ...needs, counters });
  session.progress.part(0.5, 0.8);
  if (filter.matches === null && sort === undefined) {
    await eachOf(session, context.turns, fold.lines, (line) => page.offerValue(line, null, line));
  } else {
    await visitLines(session, context, fold, filter.matches, (group, line) => page.offer(group, line));
  }
  const { lines, next } = page.finish();
  session.progress.part(0.8, 1);
  await chooseLines(
    session,
    [fold],
    lines.map(({ ref }) => ref),
  );
  const read = whole
    ? await addEvidence(session, context, fold)
    : await readChosen(session, context, grouping, range);
  const groups = lines.map(({ ref }) => read(ref)).filter((group) => group !== null);
  const ids = groups.map((group) => group.id);
  const sparks =
    spark === undefined ? {} : { sparks: await readSparks(session, context, ids, grouping, range, spark) };
  session.progress.at(1);
  return {
    groups,
    ...sparks,
    total: page.total,
    next,
    from: millis(range.from * context.bucketMs),
    to: millis(range.to * context.bucketMs),
  };
}

const SOURCE_SIDE = REPORTERS.indexOf('src');

/** The packets of lines over time, parallel to them, of the chosen series. Both ends count the same ones, so the larger is told. */
export async function readSparks(
  session: QuerySession,
  { keys, bucketMs }: HistoryContext,
  lines: readonly number[],
  grouping: Grouping,
  range: BucketRange,
  most: number,
): Promise<number[][]> {
  const buckets = Math.max(1, range.to - range.from);
  const width = Math.ceil(buckets / Math.max(1, most));
  const size = Math.ceil(buckets / width);
  const source = sourceSql({
    range,
    bucketMs,
    spanBuckets: session.spanBuckets,
    summedTo: session.summedTo,
    wanted: sql`series IN ${CHOSEN}`,
    columns: [sql`packets_in`, sql`packets_out`],
    ends: false,
    steps: { first: range.from, buckets: width, last: size - 1 },
  });
  const { chunks } = await session.run(
    sql`SELECT step, series, sum(coalesce(packets_in, 0) + coalesce(packets_out, 0))::DOUBLE
      FROM ${source} GROUP BY step, series`,
  );
  const places = new Map(lines.map((line, place) => [line, place]));
  const sides = [0, 1].map(() => new Float64Array(lines.length * size));
  for (const chunk of chunks) {
    const [steps, series, packets] = [words(chunk, 0), words(chunk, 1), floats(chunk, 2)];
    for (let row = 0; row < chunk.rowCount; row++) {
      const key = keys.seriesKey(series[row] as number);
      const place = places.get(keys.lineOf(key, grouping));
      const side = sides[REPORTERS.indexOf(keys.reporter(key)) === SOURCE_SIDE ? 0 : 1];
      if (place === undefined || side === undefined) continue;
      const at = place * size + (steps[row] as number);
      side[at] = (side[at] as number) + (packets[row] as number);
    }
  }
  const [own, other] = sides;
  return lines.map((_, place) =>
    Array.from({ length: size }, (__, step) =>
      Math.max(own?.[place * size + step] ?? 0, other?.[place * size + step] ?? 0),
    ),
  );
}
