import {
  type Clock,
  COUNTER_NAMES,
  type Counters,
  EMPTY_TALLY,
  EVIDENCE_NAMES,
  type Evidence,
  type FlowKey,
  type FlowRecord,
  type Labels,
  type Millis,
  mergeEvidence,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import type {
  FlowHistory,
  HandOverMark,
  HandOverPart,
  HistoryStatus,
  KnownListener,
  LoadedPart,
} from './flow-history.js';
import type { QueryControl, RecordsQuery, ReduceQuery, Reduction } from './flow-store.js';
import { HotStore } from './hot-store.js';

interface Row {
  readonly key: FlowKey;
  readonly bucket: number;
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
  readonly end: Millis;
  readonly counters: Counters;
}

interface Told {
  readonly rows: readonly Row[];
  readonly evidence: readonly { readonly key: FlowKey; readonly seen: Evidence }[];
  readonly firstSeen: readonly { readonly key: FlowKey; readonly at: Millis }[];
}

/** A ring so long that it holds all that tests hand over. */
const BUCKETS = 20_000;

/** A history that keeps what it is told, reads it as strictly as the contract says, and answers by asking a long ring. */
export class NaiveHistory implements FlowHistory {
  readonly #clock: Clock;
  readonly #bucketMs: number;
  readonly #keys = new Map<number, FlowKey>();
  readonly #labels = new Map<number, readonly string[]>();
  readonly #kept: Told[] = [];
  #open: Told[] = [];
  #tail: Told | null = null;
  #mark: HandOverMark | null = null;
  #onKnown: KnownListener | null = null;
  /** When flows were first seen, of all that was put. */
  readonly #first = new Map<string, Millis>();
  /** All that is known, until more is. */
  #answering: { readonly at: Millis; readonly store: HotStore } | null = null;
  state: HistoryStatus['state'] = 'open';

  constructor(clock: Clock, bucketMs: number) {
    this.#clock = clock;
    this.#bucketMs = bucketMs;
  }

  put(part: HandOverPart): void {
    this.#answering = null;
    this.#tellKnown(part);
    const told = this.#read(part, this.#keys, this.#labels);
    this.#learn(told);
    this.#open.push(told);
    if (part.mark === null) return;
    this.#kept.push(...this.#open);
    this.#open = [];
    this.#mark = part.mark;
    this.#tail = null;
  }

  tail(part: HandOverPart | null): void {
    this.#answering = null;
    if (part !== null) this.#tellKnown(part);
    // What a tail names must not last.
    this.#tail = part === null ? null : this.#read(part, new Map(this.#keys), new Map(this.#labels));
  }

  /** What a killed process leaves: what was put with a mark, and no memory of what numbers stood for. */
  crash(): void {
    this.#answering = null;
    this.#open = [];
    this.#tail = null;
    this.#keys.clear();
    this.#labels.clear();
    this.#first.clear();
    for (const told of this.#kept) this.#learn(told);
  }

  onKnown(listener: KnownListener | null): void {
    this.#onKnown = listener;
  }

  async mark(): Promise<HandOverMark | null> {
    return this.#mark;
  }

  async *load(fromBucket: number): AsyncGenerator<LoadedPart> {
    const { rows, evidence, firstSeen } = gather(this.#kept);
    const first = earliest(firstSeen);
    const since = new Set(rows.filter((row) => row.bucket >= fromBucket).map((row) => textOf(row.key)));
    for (const text of since) {
      const own = rows.filter((row) => textOf(row.key) === text && row.bucket >= fromBucket);
      const [{ key } = { key: null }] = own;
      if (key === null) continue;
      const seen = evidence.filter((entry) => textOf(entry.key) === text).map((entry) => entry.seen);
      const all = seen.reduce(mergeEvidence, NO_EVIDENCE);
      yield {
        flows: [
          {
            key,
            firstSeen: first.get(text) ?? millis(0),
            records: own.map((row, at) => this.#record(row, null, at === 0 ? all : NO_EVIDENCE)),
          },
        ],
      };
    }
  }

  /** Mentions that were put with a mark, by flow, for flows that facts were put of; and those of all others. */
  mentionsKept(): { readonly byFlow: ReadonlyMap<string, number>; readonly ofNobody: number } {
    const { rows, evidence } = gather(this.#kept);
    const known = new Set(rows.map(({ key }) => textOf(key)));
    const byFlow = new Map<string, number>();
    let ofNobody = 0;
    for (const { key, seen } of evidence) {
      const mentions = mentionsOf(seen);
      if (!known.has(textOf(key))) ofNobody += mentions;
      byFlow.set(textOf(key), (byFlow.get(textOf(key)) ?? 0) + mentions);
    }
    return { byFlow, ofNobody };
  }

  /** What was put and is shown, as records. */
  recordsHeld(): FlowRecord[] {
    const { rows, evidence, firstSeen } = gather([
      ...this.#kept,
      ...(this.#tail === null ? [] : [this.#tail]),
    ]);
    const left = new Map<string, Evidence>();
    for (const { key, seen } of evidence)
      left.set(textOf(key), mergeEvidence(left.get(textOf(key)) ?? NO_EVIDENCE, seen));
    const first = earliest(firstSeen);
    return rows.map((row) => {
      const text = textOf(row.key);
      const seen = left.get(text) ?? NO_EVIDENCE;
      left.delete(text);
      return this.#record(row, first.get(text) ?? null, seen);
    });
  }

  flows: FlowHistory['flows'] = async (...asked) => this.#store().flows(...asked);
  hints: FlowHistory['hints'] = async (...asked) => this.#store().hints(...asked);
  series: FlowHistory['series'] = async (...asked) => this.#store().series(...asked);
  top: FlowHistory['top'] = async (...asked) => this.#store().top(...asked);
  seen: FlowHistory['seen'] = async (...asked) => this.#store().seen(...asked);
  compare: FlowHistory['compare'] = async (...asked) => this.#store().compare(...asked);

  async reduce<Result>(
    query: ReduceQuery,
    reduction: Reduction<Result>,
    control?: QueryControl,
  ): Promise<Result> {
    return this.#store().reduce(query, reduction, control);
  }

  async *records(...asked: Parameters<FlowHistory['records']>): AsyncGenerator<readonly FlowRecord[]> {
    yield* this.#store().records(...asked);
  }

  async parquet(query: RecordsQuery): Promise<number> {
    let rows = 0;
    for await (const batch of this.records(query)) rows += batch.length;
    return rows;
  }

  async flushed(): Promise<void> {}

  async tidy(): Promise<void> {}

  status(): HistoryStatus {
    return {
      state: this.state,
      troubles: [],
      bytes: 0,
      freeBytes: 0,
      oldest: null,
      written: gather(this.#kept).rows.length,
      dropped: 0,
      waitingBytes: 0,
      flushMs: 0,
    };
  }

  async close(): Promise<void> {
    this.state = 'closed';
  }

  #store(): HotStore {
    const now = this.#clock.now();
    if (this.#answering?.at === now) return this.#answering.store;
    const store = new HotStore({
      clock: this.#clock,
      bucketMs: this.#bucketMs,
      buckets: BUCKETS,
      maxSlots: 1_000_000,
    });
    for (const placement of store.append(this.recordsHeld()))
      if (placement === 'too-old') throw new Error('handed over a record that is too old for the test');
    this.#answering = { at: now, store };
    return store;
  }

  #tellKnown({ keys }: HandOverPart): void {
    const known = keys.flatMap(({ index, generation, key, firstSeen: told }) => {
      const firstSeen = this.#first.get(textOf(key)) ?? told;
      return generation === undefined || firstSeen >= told ? [] : [{ index, generation, firstSeen }];
    });
    if (known.length > 0) this.#onKnown?.(known);
  }

  #learn(told: Told): void {
    for (const [text, at] of earliest(told.firstSeen))
      this.#first.set(text, millis(Math.min(at, this.#first.get(text) ?? at)));
  }

  #record(row: Row, firstSeen: Millis | null, evidence: Evidence): FlowRecord {
    const { key, bucket, end, counters, sourceLabels, destLabels } = row;
    const began = bucket * this.#bucketMs;
    const first = firstSeen !== null && firstSeen >= began && firstSeen < began + this.#bucketMs;
    const start = first ? firstSeen : millis(began);
    return { key, start, end, counters, sourceLabels, destLabels, evidence };
  }

  #read(part: HandOverPart, keys: Map<number, FlowKey>, labels: Map<number, readonly string[]>): Told {
    const firstSeen: { key: FlowKey; at: Millis }[] = [];
    for (const { index, key, firstSeen: at } of part.keys) {
      keys.set(index, key);
      firstSeen.push({ key, at });
    }
    for (const naming of part.labels) labels.set(naming.index, naming.labels);
    const keyOf = (index: number): FlowKey => {
      const key = keys.get(index);
      if (key === undefined) throw new Error(`key ${index} was never named`);
      return key;
    };
    const labelsOf = (index: number): Labels => {
      if (index === 0) return null;
      const list = labels.get(index);
      if (list === undefined) throw new Error(`label set ${index} was never named`);
      return list;
    };
    const { facts } = part;
    const rows = Array.from({ length: facts.length }, (_, at): Row => {
      const counters = COUNTER_NAMES.map((name, column) => {
        const value = facts.counters[column]?.[at] ?? Number.NaN;
        return [name, Number.isNaN(value) ? null : value] as const;
      });
      return {
        key: keyOf(facts.key[at] as number),
        bucket: facts.bucket[at] as number,
        sourceLabels: labelsOf(facts.sourceLabels[at] as number),
        destLabels: labelsOf(facts.destLabels[at] as number),
        end: millis(facts.end[at] as number),
        // Made of exactly the names of counters.
        counters: Object.fromEntries(counters) as unknown as Counters,
      };
    });
    const evidence = Array.from({ length: part.evidence.length }, (_, at) => {
      const value = part.evidence.value[at] as string;
      const mentions = part.evidence.mentions[at] as number;
      const tally = { kept: value === '' ? [] : [[value, mentions] as const], mentions };
      const kind = EVIDENCE_NAMES[part.evidence.kind[at] as number] as keyof Evidence;
      const none = Object.fromEntries(EVIDENCE_NAMES.map((name) => [name, EMPTY_TALLY]));
      // Made of exactly the names of evidence.
      const seen = { ...none, [kind]: tally } as unknown as Evidence;
      return { key: keyOf(part.evidence.key[at] as number), seen };
    });
    for (const { key, firstSeen: at } of part.earlier) firstSeen.push({ key: keyOf(key), at });
    return { rows, evidence, firstSeen };
  }
}

/** Of values of all kinds, kept or not. */
export function mentionsOf(evidence: Evidence): number {
  return EVIDENCE_NAMES.reduce((sum, name) => sum + evidence[name].mentions, 0);
}

const TEXTS = new WeakMap<FlowKey, string>();

function textOf(key: FlowKey): string {
  const known = TEXTS.get(key);
  if (known !== undefined) return known;
  const text = JSON.stringify(key);
  TEXTS.set(key, text);
  return text;
}

function earliest(firstSeen: Told['firstSeen']): ReadonlyMap<string, Millis> {
  const first = new Map<string, Millis>();
  for (const { key, at } of firstSeen) {
    const text = textOf(key);
    first.set(text, millis(Math.min(at, first.get(text) ?? Number.POSITIVE_INFINITY)));
  }
  return first;
}

function gather(told: readonly Told[]): Told {
  return {
    rows: told.flatMap(({ rows }) => rows),
    evidence: told.flatMap(({ evidence }) => evidence),
    firstSeen: told.flatMap(({ firstSeen }) => firstSeen),
  };
}
