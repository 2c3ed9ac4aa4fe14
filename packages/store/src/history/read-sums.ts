import type { CounterName } from '@vibrissa/model';
import { COUNTER_NAMES } from '@vibrissa/model';
import type { BucketRange } from '../slot-chain.js';
import { gather, rowsOf } from './fold-columns.js';
import type { HistoryContext } from './history-context.js';
import { floats, words } from './read-columns.js';
import type { QuerySession } from './read-session.js';
import { COUNTER_COLUMNS, sourceSql } from './read-source.js';
import { joinSql, type Sql, sql } from './sql.js';

/** What series moved in a window: parallel columns, a row for each series. */
export interface SeriesSums {
  readonly length: number;
  readonly series: Uint32Array;
  /** When the last record of the row ended, ms since epoch; absent where it was not asked for. */
  readonly end: Float64Array | null;
  /** In the order of COUNTER_NAMES; NaN is unknown, absent what was not asked for. */
  readonly counters: readonly (Float64Array | null)[];
}

export interface SumsQuery {
  readonly range: BucketRange;
  /** A condition on `series`; null for all. */
  readonly wanted: Sql | null;
  readonly counters: ReadonlySet<CounterName>;
  readonly ends: boolean;
}

/** Sums what each series moved in the window. */
export async function readSums(
  session: QuerySession,
  { bucketMs }: Pick<HistoryContext, 'bucketMs'>,
  { range, wanted, counters, ends }: SumsQuery,
): Promise<SeriesSums> {
  const { spanBuckets, summedTo } = session;
  const columns = COUNTER_NAMES.flatMap((name, at) => {
    const column = COUNTER_COLUMNS[at];
    return counters.has(name) && column !== undefined ? [column] : [];
  });
  const source = sourceSql({ range, wanted, columns, ends, bucketMs, spanBuckets, summedTo, steps: null });
  const sums = columns.map((column) => sql`coalesce(sum(${column})::DOUBLE, 'NaN'::DOUBLE)`);
  if (ends) sums.push(sql`max(end_at)::DOUBLE`);
  const { chunks } = await session.run(
    sql`SELECT ${joinSql([sql`series`, ...sums], sql`, `)} FROM ${source} GROUP BY series`,
  );
  const length = rowsOf(chunks);
  let next = 1;
  const column = () => gather(chunks, next++, floats, new Float64Array(length));
  return {
    length,
    series: gather(chunks, 0, words, new Uint32Array(length)),
    counters: COUNTER_NAMES.map((name) => (counters.has(name) ? column() : null)),
    end: ends ? column() : null,
  };
}
