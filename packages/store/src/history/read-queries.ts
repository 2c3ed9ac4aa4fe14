import type { FlowRecord } from '@vibrissa/model';
import type { FlowHistory } from '../flow-history.js';
import type {
  CompareAnswer,
  CompareQuery,
  FieldValue,
  FlowsPage,
  FlowsQuery,
  HintsQuery,
  QueryControl,
  RecordsQuery,
  ReduceQuery,
  Reduction,
  SeenAnswer,
  SeenQuery,
  SeriesBucket,
  SeriesQuery,
  TopAnswer,
  TopQuery,
} from '../flow-store.js';
import type { HistoryContext } from './history-context.js';
import { writeParquet } from './parquet.js';
import { readComparison } from './read-comparison.js';
import { readHints, readTop } from './read-counts.js';
import { readFlows, WHOLE_BUCKETS } from './read-flows.js';
import { readRecords } from './read-records.js';
import { readReduction } from './read-reduction.js';
import { readSeen } from './read-seen.js';
import { readSeries } from './read-series.js';
import { type QuerySession, withSession } from './read-session.js';

type Queries = Pick<
  FlowHistory,
  'flows' | 'hints' | 'series' | 'top' | 'seen' | 'compare' | 'records' | 'reduce' | 'parquet'
>;

/**
 * The queries of a history, each on a connection of its own. They reject with the reason of the caller's signal, with
 * what the query itself is refused for (bad cursor, unknown field), or with a HistoryError.
 */
export class HistoryQueries implements Queries {
  readonly #context: HistoryContext;
  readonly #wholeBuckets: number;

  constructor(context: HistoryContext, wholeBuckets = WHOLE_BUCKETS) {
    this.#context = context;
    this.#wholeBuckets = wholeBuckets;
  }

  flows(query: FlowsQuery, control?: QueryControl): Promise<FlowsPage> {
    return this.#ask(control, (session, context) => readFlows(session, context, query, this.#wholeBuckets));
  }

  hints(query: HintsQuery, control?: QueryControl): Promise<Map<string, FieldValue[]>> {
    return this.#ask(control, (session, context) => readHints(session, context, query));
  }

  series(query: SeriesQuery, control?: QueryControl): Promise<SeriesBucket[]> {
    return this.#ask(control, (session, context) => readSeries(session, context, query));
  }

  top(query: TopQuery, control?: QueryControl): Promise<TopAnswer> {
    return this.#ask(control, (session, context) => readTop(session, context, query));
  }

  seen(query: SeenQuery, control?: QueryControl): Promise<SeenAnswer> {
    return this.#ask(control, (session, context) => readSeen(session, context, query));
  }

  compare(query: CompareQuery, control?: QueryControl): Promise<CompareAnswer> {
    return this.#ask(control, (session, context) => readComparison(session, context, query));
  }

  reduce<Result>(query: ReduceQuery, reduction: Reduction<Result>, control?: QueryControl): Promise<Result> {
    return this.#ask(control, (session, context) =>
      readReduction(session, context, query, reduction.begin()),
    );
  }

  records(query: RecordsQuery, control?: QueryControl): AsyncGenerator<readonly FlowRecord[]> {
    return readRecords(this.#at(control), query, control);
  }

  parquet(query: RecordsQuery, path: string, control?: QueryControl): Promise<number> {
    return this.#ask(control, (session, context) => writeParquet(session, context, query, path));
  }

  #ask<T>(
    control: QueryControl | undefined,
    read: (session: QuerySession, context: HistoryContext) => Promise<T>,
  ): Promise<T> {
    const context = this.#at(control);
    return withSession(context, control, (session) => read(session, context));
  }

  /** The context at the moment that the query is asked. */
  #at(control: QueryControl | undefined): HistoryContext {
    const now = control?.now;
    return now === undefined ? this.#context : { ...this.#context, clock: { now: () => now } };
  }
}
