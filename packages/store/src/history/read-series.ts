import { type Millis, millis } from '@vibrissa/model';
import type { SeriesBucket, SeriesQuery } from '../flow-store.js';
import type { BucketRange } from '../slot-chain.js';
import { gather, rowsOf } from './fold-columns.js';
import { needsOf } from './fold-needs.js';
import { countStandings, SeriesPlaces, sumMoved } from './fold-series.js';
import type { HistoryContext } from './history-context.js';
import { floats, words } from './read-columns.js';
import { chooseLines, lineFilter, narrow, readLines, visitLines } from './read-lines.js';
import { bucketOf, bucketRange } from './read-range.js';
import { CHOSEN, type QuerySession, SERIES_WANTED } from './read-session.js';
import { sourceSql } from './read-source.js';
import { type Sql, sql } from './sql.js';

/** Steps that one word of the database says "here it moved something" of. */
const MASKED = 64;

/** Steps summed by one statement: its groups fit the processor's cache where those of all steps would not. */
const SUMMED = 4;

/** The most statements that sum. */
const STATEMENTS = 64;

interface StepPlan {
  readonly range: BucketRange;
  /** Buckets of a step, and the number of the one that the first begins with. */
  readonly buckets: number;
  readonly first: number;
  readonly size: number;
}

/**
 * Connections over time by verdict, or what they moved. The database tells of each series when it moved something, or
 * how much, some steps at a time; which of its connection's standings is the gravest is found here.
 */
export async function readSeries(
  session: QuerySession,
  context: HistoryContext,
  query: SeriesQuery,
): Promise<SeriesBucket[]> {
  const plan = planSteps(context, query);
  const points = new Float64Array(plan.size * 4);
  const add = (step: number, standing: number, count: number) => {
    points[step * 4 + standing] = (points[step * 4 + standing] as number) + count;
  };
  const wanted = await wantedSeries(session, context, query, plan.range);
  const measure = query.measure ?? 'lines';
  const places = new SeriesPlaces(context.keys);
  const steps = measure === 'lines' ? MASKED : Math.max(SUMMED, Math.ceil(plan.size / STATEMENTS));
  for (let from = 0; from < plan.size; from += steps) {
    const to = Math.min(plan.size, from + steps);
    session.progress.part(0.5 + (0.5 * from) / plan.size, 0.5 + (0.5 * to) / plan.size);
    const addHere = (step: number, standing: number, count: number) => add(from + step, standing, count);
    if (measure === 'lines') await countSteps(session, context, places, plan, { from, to }, wanted, addHere);
    else await sumSteps(session, context, places, plan, { from, to }, wanted, COLUMNS[measure], addHere);
  }
  session.progress.part(0, 1);
  session.progress.at(1);
  return Array.from({ length: plan.size }, (_, at) => ({
    at: startOf(plan, at, context.bucketMs),
    deny: points[at * 4] as number,
    pendingDeny: points[at * 4 + 1] as number,
    allow: points[at * 4 + 2] as number,
    unknown: points[at * 4 + 3] as number,
  }));
}

function planSteps(context: HistoryContext, { from, to, stepMs }: SeriesQuery): StepPlan {
  const { bucketMs, clock } = context;
  const range = bucketRange(context, from, to);
  const buckets = Math.max(1, Math.ceil(stepMs / bucketMs));
  const step = Math.floor(range.from / buckets);
  const end = Math.min(range.to, bucketOf(clock.now(), bucketMs) + 1);
  return { range, buckets, first: step * buckets, size: Math.max(0, Math.ceil(end / buckets) - step) };
}

function startOf({ first, buckets }: StepPlan, step: number, bucketMs: number): Millis {
  return millis((first + step * buckets) * bucketMs);
}

/** A condition for the series of the connections that match in the whole window. */
async function wantedSeries(
  session: QuerySession,
  context: HistoryContext,
  query: SeriesQuery,
  range: BucketRange,
): Promise<Sql | null> {
  const { condition, matches } = lineFilter(query.filter, 'connection');
  if (matches === null) return (await narrow(session, 'connection', condition)) ? SERIES_WANTED : null;
  const lines: number[] = [];
  session.progress.part(0, 0.3);
  const fold = await readLines(session, context, {
    grouping: 'connection',
    range,
    filter: { condition },
    ...needsOf(query.filter),
  });
  session.progress.part(0.3, 0.5);
  await visitLines(session, context, fold, matches, (_, line) => {
    lines.push(line);
  });
  await chooseLines(session, [fold], lines);
  return sql`series IN ${CHOSEN}`;
}

const COLUMNS = {
  bytes: { into: sql`bytes_in`, out: sql`bytes_out` },
  packets: { into: sql`packets_in`, out: sql`packets_out` },
} as const;

type Add = (step: number, standing: number, count: number) => void;

async function countSteps(
  session: QuerySession,
  { turns, bucketMs }: HistoryContext,
  places: SeriesPlaces,
  plan: StepPlan,
  steps: BucketRange,
  wanted: Sql | null,
  add: Add,
): Promise<void> {
  const source = stepsSql(session, bucketMs, plan, steps, wanted, []);
  const { chunks } = await session.run(
    sql`SELECT series, (mask & 4294967295)::UINTEGER, (mask >> 32)::UINTEGER
      FROM (SELECT series, bit_or(1::UBIGINT << step) AS mask FROM ${source} GROUP BY series)`,
  );
  const column = (at: number) => gather(chunks, at, words, new Uint32Array(rowsOf(chunks)));
  await turns.run(countStandings(places, column(0), [column(1), column(2)], add), session.signal);
}

async function sumSteps(
  session: QuerySession,
  { turns, bucketMs }: HistoryContext,
  places: SeriesPlaces,
  plan: StepPlan,
  steps: BucketRange,
  wanted: Sql | null,
  { into, out }: { readonly into: Sql; readonly out: Sql },
  add: Add,
): Promise<void> {
  const source = stepsSql(session, bucketMs, plan, steps, wanted, [into, out]);
  const { chunks } = await session.run(
    sql`SELECT step, series, coalesce(sum(${into}), 0)::DOUBLE, coalesce(sum(${out}), 0)::DOUBLE
      FROM ${source} GROUP BY step, series`,
  );
  const rows = rowsOf(chunks);
  const columns = {
    step: gather(chunks, 0, words, new Uint32Array(rows)),
    series: gather(chunks, 1, words, new Uint32Array(rows)),
    into: gather(chunks, 2, floats, new Float64Array(rows)),
    out: gather(chunks, 3, floats, new Float64Array(rows)),
  };
  await turns.run(sumMoved(places, columns, steps.to - steps.from, add), session.signal);
}

/** What moved in some of the steps, which are counted from 0 again. */
function stepsSql(
  { spanBuckets, summedTo }: QuerySession,
  bucketMs: number,
  { range, buckets, first, size }: StepPlan,
  { from, to }: BucketRange,
  wanted: Sql | null,
  columns: readonly Sql[],
): Sql {
  const begin = first + from * buckets;
  return sourceSql({
    range: {
      from: Math.max(range.from, begin),
      // What came early is past the newest step, and counts to it.
      to: to === size ? range.to : Math.min(range.to, first + to * buckets),
    },
    bucketMs,
    spanBuckets,
    summedTo,
    wanted,
    columns,
    ends: false,
    steps: { first: begin, buckets, last: to - from - 1 },
  });
}
