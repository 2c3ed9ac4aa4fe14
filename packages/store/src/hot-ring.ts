import {
  bucketStart,
  type Clock,
  type Counters,
  type FlowKey,
  type FlowRecord,
  type KeyPlace,
  type Millis,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import type { EvidencePool } from './evidence-pool.js';
import type { KnownKey, LoadedFlow } from './flow-history.js';
import type { Placement } from './flow-store.js';
import type { KeyRows } from './key-rows.js';
import type { KeyTables } from './key-tables.js';
import { RingData } from './ring-data.js';
import { RingView } from './ring-view.js';
import type { BucketRange } from './slot-chain.js';
import type { SlotPool } from './slot-pool.js';
import { Unhanded } from './unhanded.js';

export interface HotRingOptions {
  readonly clock: Clock;
  /** Length of a bucket, ms. */
  readonly bucketMs: number;
  /** How many past buckets are held. */
  readonly buckets: number;
  /** The most (flow, bucket) pairs held, 80 bytes each; past it the oldest buckets go early and are counted. */
  readonly maxSlots: number;
}

/** Is told of what a flow moved in a bucket that had ended when the record came; `key` is the flow's index. */
export type LateWatcher = (key: number, bucket: number, counters: Counters) => void;

/** More than one, so that eviction catches up. */
const EVICTED_PER_RECORD = 8;

/**
 * The last hour in memory. A record goes to the bucket of its start, as in Goldmane; unlike there, late ones
 * are shown at once and early ones are kept in the newest bucket instead of being lost.
 */
export class HotRing extends RingView {
  readonly bucketMs: number;
  readonly #options: HotRingOptions;
  readonly #data: RingData;
  readonly #tables: KeyTables;
  readonly #slots: SlotPool;
  readonly #evidence: EvidencePool;
  readonly #keys: KeyRows;
  readonly #buckets: ReadonlyMap<number, number>;
  /** Buckets no longer held that have slots to be let go of. */
  readonly #expired: number[] = [];
  #evicted = 0;
  #evicting = -1;
  #oldestHeld: number;
  #lateWatcher: LateWatcher | null = null;

  constructor(options: HotRingOptions) {
    const { bucketMs, clock, buckets } = options;
    const data = new RingData(bucketStart(clock.now(), bucketMs) / bucketMs);
    super(data);
    this.bucketMs = bucketMs;
    this.#options = options;
    this.#data = data;
    this.#tables = data.tables;
    this.#slots = data.slots;
    this.#evidence = data.evidence;
    this.#keys = data.keys;
    this.#buckets = data.buckets;
    this.#oldestHeld = data.head - buckets;
  }

  /** (Flow, bucket) pairs that went before their time because memory was full. */
  get evicted(): number {
    return this.#evicted;
  }

  /** The oldest moment a record may begin at to be taken in. */
  get oldestHeld(): Millis {
    return millis(this.#oldestHeld * this.bucketMs);
  }

  /** Start of the oldest bucket with data; null when there is none. */
  get oldestData(): Millis | null {
    let oldest = Number.POSITIVE_INFINITY;
    for (const bucket of this.#buckets.keys())
      if (bucket >= this.#oldestHeld) oldest = Math.min(oldest, bucket);
    return oldest === Number.POSITIVE_INFINITY ? null : millis(oldest * this.bucketMs);
  }

  /** The whole buckets that a window touches, as far as they are held. One that reaches now takes in early records. */
  range(from: Millis, to: Millis): BucketRange {
    const last = this.bucketOf(millis(to - 1));
    return {
      from: Math.max(this.bucketOf(from), this.#oldestHeld),
      to: (last >= this.#data.head || to >= this.#options.clock.now() ? this.#data.head + 1 : last) + 1,
    };
  }

  /** Number of the bucket that holds the moment. */
  bucketOf(at: Millis): number {
    return bucketStart(at, this.bucketMs) / this.bucketMs;
  }

  /** Number of the bucket that is being filled. */
  get head(): number {
    return this.#data.head;
  }

  /** Number of the oldest bucket held. */
  get oldestBucket(): number {
    return this.#oldestHeld;
  }

  append(record: FlowRecord): Placement {
    let bucket = this.bucketOf(record.start);
    if (bucket > this.#data.head) this.advance();
    if (bucket < this.#oldestHeld) return 'too-old';
    const placement = bucket > this.#data.head + 1 ? 'early' : bucket < this.#data.head ? 'late' : 'current';
    if (placement === 'early') bucket = this.#data.head;
    const { key: told, place } = record;
    const found = place === undefined ? this.#tables.upsert(told) : this.#tables.upsertAt(told, place);
    const key = found < 0 ? -1 - found : found;
    const unhanded = this.#data.unhanded;
    const isEarlier = found >= 0 && record.start < this.#keys.firstSeen(key);
    if (found < 0) this.#data.addKey(key, record.start);
    else unhanded?.beforeRecord(key);
    if (isEarlier) this.#keys.setFirstSeen(key, record.start);
    const slot = this.#data.slotFor(key, bucket);
    if (unhanded !== null && bucket <= unhanded.through) unhanded.beforeAdd(slot);
    this.#slots.add(slot, record.counters, record.end);
    const sourceLabels = this.#tables.sourceLabelsId(key, record.sourceLabels);
    const destLabels = this.#tables.destLabelsId(key, record.destLabels);
    this.#data.label(slot, sourceLabels, destLabels);
    unhanded?.afterRecord(key, bucket, record, sourceLabels, destLabels, isEarlier);
    this.#keys.setEvidence(key, this.#evidence.add(this.#keys.evidence(key), record.evidence));
    this.#keys.touch(key);
    if (placement === 'late') this.#lateWatcher?.(key, bucket, record.counters);
    if (this.#slots.size > this.#options.maxSlots) this.#evict();
    return placement;
  }

  /** Who is told of late records, for readers that go bucket by bucket; null for nobody. */
  watchLate(watcher: LateWatcher | null): void {
    this.#lateWatcher = watcher;
  }

  /** Follows the clock: buckets past the horizon are no longer held. They stay readable until `sweep`. */
  advance(): void {
    const head = this.bucketOf(this.#options.clock.now());
    if (head > this.#data.head) this.#data.head = head;
    this.#expireBefore(this.#data.head - this.#options.buckets);
  }

  /** Frees up to `budget` slots of buckets that are no longer held; false when there are more. */
  sweep(budget: number): boolean {
    if (!this.#freeSlots(budget)) return false;
    this.#tables.sweepSome(budget);
    this.#evidence.sweepSome(budget);
    return true;
  }

  /** Forgets every flow, handed over or not; ids are not given again. */
  forget(): void {
    const isHandedOver = this.#data.unhanded !== null;
    this.handOver(false);
    for (const bucket of this.#buckets.keys()) this.#data.freeBucket(bucket, Number.POSITIVE_INFINITY);
    this.#expired.length = 0;
    this.handOver(isHandedOver);
  }

  /** Begins to keep track of what is not handed over yet, which is everything, or stops it; `step` is for tests. */
  handOver(wanted: boolean, step?: number): void {
    this.#data.unhanded?.drop();
    this.#data.unhanded = wanted ? new Unhanded(this.#data, step) : null;
  }

  /** What is not handed over yet; null when nobody is to have it. */
  get unhanded(): Unhanded | null {
    return this.#data.unhanded;
  }

  /** Takes back what was handed over, as far as it is young enough. */
  restore({ key: told, firstSeen, records }: LoadedFlow): void {
    for (const record of records) {
      const bucket = this.bucketOf(record.start);
      if (bucket < this.#oldestHeld || bucket > this.#data.head + 1) continue;
      const key = this.#keyOf(told, record.place, firstSeen);
      if (firstSeen < this.#keys.firstSeen(key)) this.#keys.setFirstSeen(key, firstSeen);
      const slot = this.#data.slotFor(key, bucket);
      this.#slots.markHanded(slot);
      this.#slots.add(slot, record.counters, record.end);
      this.#data.label(
        slot,
        this.#tables.sourceLabelsId(key, record.sourceLabels),
        this.#tables.destLabelsId(key, record.destLabels),
      );
      this.#keys.setEvidence(key, this.#evidence.addHanded(this.#keys.evidence(key), record.evidence));
      this.#data.unhanded?.markRestored(key);
      this.#keys.touch(key);
      if (this.#slots.size > this.#options.maxSlots) this.#evict();
    }
  }

  /** The history has known a flow for longer. Passed over where the index has been given to another one by now. */
  seenBefore({ index, generation, firstSeen }: KnownKey): void {
    if (this.#tables.generation(index) !== generation || firstSeen >= this.#keys.firstSeen(index)) return;
    this.#keys.setFirstSeen(index, firstSeen);
    this.#keys.touch(index);
  }

  /**
   * Takes a record that was in the journal when the history took over its flow's evidence, but not yet its bucket: the
   * evidence of flows that came from the history is there already.
   */
  replay(record: FlowRecord): Placement {
    const bucket = this.bucketOf(record.start);
    if (this.#data.unhanded === null || bucket < this.#oldestHeld) return this.append(record);
    const key = this.#keyOf(record.key, record.place, record.start);
    return this.append(this.#data.unhanded.isRestored(key) ? { ...record, evidence: NO_EVIDENCE } : record);
  }

  #keyOf(told: FlowKey, place: KeyPlace | undefined, start: Millis): number {
    const found = place === undefined ? this.#tables.upsert(told) : this.#tables.upsertAt(told, place);
    const key = found < 0 ? -1 - found : found;
    if (found < 0) this.#data.addKey(key, start);
    return key;
  }

  #expireBefore(bucket: number): void {
    for (; this.#oldestHeld < bucket; this.#oldestHeld++) {
      if (this.#buckets.has(this.#oldestHeld)) this.#expired.push(this.#oldestHeld);
      else if (this.#buckets.size === this.#expired.length) this.#oldestHeld = bucket - 1;
    }
  }

  /** Makes room a little at a time, so that no record waits for a whole bucket to be freed. */
  #evict(): void {
    if (this.#expired.length === 0) {
      const oldest = Math.min(...this.#buckets.keys());
      if (oldest >= this.#data.head) return;
      this.#evicting = oldest;
      this.#expireBefore(oldest + 1);
    }
    this.#freeSlots(EVICTED_PER_RECORD);
  }

  #freeSlots(budget: number): boolean {
    let left = budget;
    for (let bucket = this.#expired[0]; bucket !== undefined; bucket = this.#expired[0]) {
      const freed = this.#data.freeBucket(bucket, left);
      if (bucket === this.#evicting) this.#evicted += freed;
      if (this.#buckets.has(bucket)) return false;
      left -= freed;
      this.#expired.shift();
    }
    return true;
  }
}
