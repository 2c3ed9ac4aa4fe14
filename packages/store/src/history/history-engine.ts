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
import { HistoryCore } from './history-core.js';
import { HistoryQueries } from './read-queries.js';

/** The history in this thread: what it writes and what it answers. Queries see all that was put or posted before. */
export class HistoryEngine extends HistoryCore implements FlowHistory {
  #known: HistoryQueries | null = null;

  async flows(query: FlowsQuery, control?: QueryControl): Promise<FlowsPage> {
    return (await this.#queries(control)).flows(query, control);
  }

  async hints(query: HintsQuery, control?: QueryControl): Promise<Map<string, FieldValue[]>> {
    return (await this.#queries(control)).hints(query, control);
  }

  async series(query: SeriesQuery, control?: QueryControl): Promise<SeriesBucket[]> {
    return (await this.#queries(control)).series(query, control);
  }

  async top(query: TopQuery, control?: QueryControl): Promise<TopAnswer> {
    return (await this.#queries(control)).top(query, control);
  }

  async seen(query: SeenQuery, control?: QueryControl): Promise<SeenAnswer> {
    return (await this.#queries(control)).seen(query, control);
  }

  async compare(query: CompareQuery, control?: QueryControl): Promise<CompareAnswer> {
    return (await this.#queries(control)).compare(query, control);
  }

  async reduce<Result>(
    query: ReduceQuery,
    reduction: Reduction<Result>,
    control?: QueryControl,
  ): Promise<Result> {
    return (await this.#queries(control)).reduce(query, reduction, control);
  }

  async *records(query: RecordsQuery, control?: QueryControl): AsyncGenerator<readonly FlowRecord[]> {
    yield* (await this.#queries(control)).records(query, control);
  }

  async parquet(query: RecordsQuery, path: string, control?: QueryControl): Promise<number> {
    return (await this.#queries(control)).parquet(query, path, control);
  }

  async #queries(control: QueryControl | undefined): Promise<HistoryQueries> {
    control?.signal?.throwIfAborted();
    const { context } = await this.ready();
    this.#known ??= new HistoryQueries(context);
    return this.#known;
  }
}
