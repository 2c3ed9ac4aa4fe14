import type { Clock, FlowRecord, Millis } from '@vibrissa/model';
import { bucketStart, millis } from '@vibrissa/model';
import type { FlowHistory, HandOverPart } from './flow-history.js';
import type {
  CompareAnswer,
  CompareQuery,
  FieldValue,
  FlowStore,
  FlowsPage,
  FlowsQuery,
  HintsQuery,
  ParquetWriter,
  Placement,
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
} from './flow-store.js';
import { RecordPart } from './record-part.js';

export interface DuckdbStoreOptions {
  readonly clock: Clock;
  /** Length of a bucket of the history, ms. */
  readonly bucketMs: number;
  /** How long the history keeps what ended, ms. */
  readonly retentionMs: number;
}

/** A history as a store of its own, without a ring before it: records go straight to it. */
export class DuckdbStore implements FlowStore, ParquetWriter {
  readonly #history: FlowHistory;
  readonly #options: DuckdbStoreOptions;
  #handedOver = 0;

  constructor(history: FlowHistory, options: DuckdbStoreOptions) {
    this.#history = history;
    this.#options = options;
  }

  get oldestHeld(): Millis {
    const { clock, bucketMs, retentionMs } = this.#options;
    return bucketStart(millis(clock.now() - retentionMs), bucketMs);
  }

  append(records: readonly FlowRecord[]): Placement[] {
    const { clock, bucketMs } = this.#options;
    const head = bucketStart(clock.now(), bucketMs) / bucketMs;
    const { oldestHeld } = this;
    const part = new RecordPart();
    const placements = records.map((record): Placement => {
      const bucket = bucketStart(record.start, bucketMs) / bucketMs;
      if (record.start < oldestHeld) return 'too-old';
      // As in the ring: what comes too early is held in the newest bucket.
      const early = bucket > head + 1;
      part.add(record, early ? head : bucket);
      return early ? 'early' : bucket < head ? 'late' : 'current';
    });
    this.#put(part.finish({ segment: ++this.#handedOver, bucket: head + 1 }));
    return placements;
  }

  flows(query: FlowsQuery, control?: QueryControl): Promise<FlowsPage> {
    return this.#history.flows(query, control);
  }

  hints(query: HintsQuery, control?: QueryControl): Promise<Map<string, FieldValue[]>> {
    return this.#history.hints(query, control);
  }

  series(query: SeriesQuery, control?: QueryControl): Promise<SeriesBucket[]> {
    return this.#history.series(query, control);
  }

  top(query: TopQuery, control?: QueryControl): Promise<TopAnswer> {
    return this.#history.top(query, control);
  }

  seen(query: SeenQuery, control?: QueryControl): Promise<SeenAnswer> {
    return this.#history.seen(query, control);
  }

  compare(query: CompareQuery, control?: QueryControl): Promise<CompareAnswer> {
    return this.#history.compare(query, control);
  }

  reduce<Result>(query: ReduceQuery, reduction: Reduction<Result>, control?: QueryControl): Promise<Result> {
    return this.#history.reduce(query, reduction, control);
  }

  records(query: RecordsQuery, control?: QueryControl): AsyncIterable<readonly FlowRecord[]> {
    return this.#history.records(query, control);
  }

  parquet(query: RecordsQuery, path: string, control?: QueryControl): Promise<number> {
    return this.#history.parquet(query, path, control);
  }

  close(): Promise<void> {
    return this.#history.close();
  }

  #put(part: HandOverPart): void {
    this.#history.put(part);
  }
}
