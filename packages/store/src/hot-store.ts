import {
  compileFilter,
  type Filter,
  type FlowGroup,
  type FlowRecord,
  type Grouping,
  type Millis,
  millis,
} from '@vibrissa/model';
import { Comparison } from './comparison.js';
import type {
  CompareAnswer,
  CompareQuery,
  FieldValue,
  FlowStore,
  FlowsPage,
  FlowsQuery,
  HintsQuery,
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
  Window,
} from './flow-store.js';
import { GroupPage } from './group-page.js';
import { HintCounter } from './hint-counter.js';
import { readRecords } from './hot-records.js';
import { HotRing, type HotRingOptions } from './hot-ring.js';
import { HotSeries } from './hot-series.js';
import { hotSpark } from './hot-spark.js';
import { Progress } from './progress.js';
import { SeenRange } from './seen-range.js';
import { settle } from './settle.js';
import type { BucketRange } from './slot-chain.js';
import { TopCounter } from './top-counter.js';
import { Turns } from './turns.js';

/** How many groups are looked at before the clock is. */
const STEP = 64;

/** The hot ring as a store: long reads run in slices, so that they hold up neither ingest nor each other. */
export class HotStore implements FlowStore {
  readonly ring: HotRing;
  readonly turns = new Turns();
  readonly #options: HotRingOptions;

  constructor(options: HotRingOptions) {
    this.#options = options;
    this.ring = new HotRing(options);
  }

  get oldestHeld(): Millis {
    return this.ring.oldestHeld;
  }

  append(records: readonly FlowRecord[]): Placement[] {
    return records.map((record) => this.ring.append(record));
  }

  async flows(query: FlowsQuery, control?: QueryControl): Promise<FlowsPage> {
    const page = new GroupPage<number>(query);
    const range = this.ring.range(page.from, page.to);
    const { filter, grouping } = query;
    await this.#scan(filter, grouping, range, control, new Progress(control?.progress), (group, index) =>
      page.offer(group, index),
    );
    const { lines, next } = page.finish();
    const groups: FlowGroup[] = [];
    const sparks: (readonly number[])[] = [];
    for (const { id, ref } of lines) {
      const group = this.#settled(id, ref, grouping, range);
      if (group === null) continue;
      groups.push(group);
      if (query.spark !== undefined) sparks.push(hotSpark(this.ring, ref, grouping, range, query.spark));
    }
    const { bucketMs } = this.ring;
    return {
      groups,
      ...(query.spark === undefined ? {} : { sparks }),
      total: page.total,
      next,
      from: millis(range.from * bucketMs),
      to: millis(range.to * bucketMs),
    };
  }

  async hints(query: HintsQuery, control?: QueryControl): Promise<Map<string, FieldValue[]>> {
    const range = this.ring.range(query.from, query.to);
    const counter = new HintCounter(query, this.#options.clock.now());
    const progress = new Progress(control?.progress);
    for (const [at, pass] of counter.passes.entries()) {
      progress.part(at / counter.passes.length, (at + 1) / counter.passes.length);
      await this.#scan(pass.filter, 'connection', range, control, progress, (group) =>
        counter.offer(pass, group),
      );
    }
    return counter.answer();
  }

  async series(query: SeriesQuery, control?: QueryControl): Promise<SeriesBucket[]> {
    const range = this.ring.range(query.from, query.to);
    const series = new HotSeries(this.ring, query, range);
    await this.#connections(query, control, (_group, index) => series.add(index), range);
    return series.points();
  }

  async top(query: TopQuery, control?: QueryControl): Promise<TopAnswer> {
    const counter = new TopCounter(query, this.#options.clock.now());
    await this.#connections(query, control, (group) => counter.offer(group));
    return counter.answer();
  }

  async seen(query: SeenQuery, control?: QueryControl): Promise<SeenAnswer> {
    const range = new SeenRange();
    await this.#connections(query, control, (_group, index) => {
      let first = Number.POSITIVE_INFINITY;
      let last = 0;
      for (const key of this.ring.groups.members(index, 'connection')) {
        first = Math.min(first, this.ring.firstSeen(key));
        last = Math.max(last, this.ring.lastEnd(key));
      }
      range.offer(millis(first), millis(last));
    });
    return range.answer();
  }

  async compare(query: CompareQuery, control?: QueryControl): Promise<CompareAnswer> {
    const { grouping } = query;
    const range = this.ring.range(query.from, query.to);
    const base = this.ring.range(query.base.from, query.base.to);
    const comparison = new Comparison<number>(query);
    const matches = compileFilter(query.filter);
    const at = this.#options.clock.now();
    await this.#walk(grouping, control, new Progress(control?.progress), (index) => {
      const now = this.ring.read(index, grouping, range);
      const then = this.ring.read(index, grouping, base);
      if ((now !== null && matches(now, at)) || (then !== null && matches(then, at)))
        comparison.offer(now, then, index);
    });
    const { changes, totals } = comparison.finish();
    return {
      changes: changes.map(({ kind, id, ref, ratio }) => ({
        kind,
        ratio,
        now: this.#settled(id, ref, grouping, range),
        // biome-ignore lint/suspicious/noThenProperty: not a function, so nothing waits for it.
        then: this.#settled(id, ref, grouping, base),
      })),
      totals,
    };
  }

  async *records(query: RecordsQuery, control?: QueryControl): AsyncGenerator<readonly FlowRecord[]> {
    const range = this.ring.range(query.from, query.to);
    const progress = new Progress(control?.progress);
    const connections: number[] = [];
    progress.part(0, 0.2);
    await this.#scan(query.filter, 'connection', range, control, progress, (_group, index) => {
      connections.push(index);
    });
    progress.part(0.2, 1);
    yield* readRecords(this.ring, this.turns, range, connections, control?.signal, progress);
  }

  async reduce<Result>(
    query: ReduceQuery,
    reduction: Reduction<Result>,
    control?: QueryControl,
  ): Promise<Result> {
    const { spark } = query;
    const range = this.ring.range(query.from, query.to);
    const reducer = reduction.begin();
    await this.#connections(
      query,
      control,
      (group, index) => {
        if (spark === undefined) reducer.add([group]);
        else reducer.add([group], [hotSpark(this.ring, index, 'connection', range, spark)]);
      },
      range,
    );
    return reducer.result();
  }

  async close(): Promise<void> {}

  /** Visits every group that matches, in slices. The group handed over is valid only during the visit. */
  scan(
    filter: Filter,
    grouping: Grouping,
    range: BucketRange,
    signal: AbortSignal | undefined,
    visit: (group: FlowGroup, index: number) => void,
  ): Promise<void> {
    const control = signal === undefined ? undefined : { signal };
    return this.#scan(filter, grouping, range, control, new Progress(undefined), visit);
  }

  #connections(
    { filter, from, to }: Window & { readonly filter: Filter },
    control: QueryControl | undefined,
    visit: (group: FlowGroup, index: number) => void,
    range = this.ring.range(from, to),
  ): Promise<void> {
    return this.#scan(filter, 'connection', range, control, new Progress(control?.progress), visit);
  }

  #scan(
    filter: Filter,
    grouping: Grouping,
    range: BucketRange,
    control: QueryControl | undefined,
    progress: Progress,
    visit: (group: FlowGroup, index: number) => void,
  ): Promise<void> {
    const matches = compileFilter(filter);
    const now = this.#options.clock.now();
    return this.#walk(grouping, control, progress, (index) => {
      const group = this.ring.read(index, grouping, range);
      if (group !== null && matches(group, now)) visit(group, index);
    });
  }

  async #walk(
    grouping: Grouping,
    control: QueryControl | undefined,
    progress: Progress,
    visit: (index: number) => void,
  ): Promise<void> {
    const { groups } = this.ring;
    function* steps() {
      for (let index = 0; index < groups.bound(grouping); index++) {
        if (index % STEP === STEP - 1) {
          progress.at(index / groups.bound(grouping));
          yield;
        }
        visit(index);
      }
    }
    await this.turns.run(steps(), control?.signal);
    progress.at(1);
  }

  /** The group as it is now, or null when something else has its place. */
  #settled(id: number, index: number, grouping: Grouping, range: BucketRange): FlowGroup | null {
    const group = this.ring.read(index, grouping, range);
    return group?.id === id ? settle(group) : null;
  }
}
