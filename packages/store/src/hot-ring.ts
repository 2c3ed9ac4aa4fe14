import {
  bucketStart,
  type Clock,
  type Counters,
  type Evidence,
  type FlowGroup,
  type FlowKey,
  type FlowRecord,
  foldFlows,
  type Grouping,
  groupKeyOf,
  type KeyPlace,
  type Labels,
  type Millis,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import { EvidencePool } from './evidence-pool.js';
import type { LoadedFlow } from './flow-history.js';
import type { Placement } from './flow-store.js';
import { Interner } from './interner.js';
import { KeyTables } from './key-tables.js';
import { PagedFloats, PagedWords } from './paged.js';
import { RingFlow, type RingReader } from './ring-flow.js';
import { RingGroups } from './ring-groups.js';
import type { RingParts } from './ring-parts.js';
import { type BucketRange, SlotChains } from './slot-chain.js';
import { NONE, SlotPool } from './slot-pool.js';
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

const NEWEST = 0;
const OLDEST = 1;
const EVIDENCE = 2;
const VERSION = 3;

/** More than one, so that eviction catches up. */
const EVICTED_PER_RECORD = 8;

/**
 * The last hour in memory. A record goes to the bucket of its start, as in Goldmane; unlike there, late ones
 * are shown at once and early ones are kept in the newest bucket instead of being lost.
 */
export class HotRing implements RingReader {
  readonly bucketMs: number;
  readonly #options: HotRingOptions;
  readonly #tables = new KeyTables();
  readonly groups = new RingGroups(this.#tables);
  readonly #slots = new SlotPool();
  readonly #evidence = new EvidencePool(new Interner<string>('', ''));
  readonly #keyWords = new PagedWords(4);
  readonly #firstSeen = new PagedFloats(1);
  readonly #buckets = new Map<number, number>();
  readonly #expired: number[] = [];
  readonly #chains = new SlotChains(this.#slots, this.#tables);
  #changed: number[] = [];
  #version = 1;
  #head: number;
  #evicted = 0;
  #evicting = -1;
  #oldestHeld: number;
  #lateWatcher: LateWatcher | null = null;
  #unhanded: Unhanded | null = null;

  constructor(options: HotRingOptions) {
    this.#options = options;
    this.bucketMs = options.bucketMs;
    this.#head = this.bucketOf(options.clock.now());
    this.#oldestHeld = this.#head - options.buckets;
  }

  /** Distinct flows held. */
  get size(): number {
    return this.#tables.keys.size;
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
      to: (last >= this.#head || to >= this.#options.clock.now() ? this.#head + 1 : last) + 1,
    };
  }

  /** Number of the bucket that holds the moment. */
  bucketOf(at: Millis): number {
    return bucketStart(at, this.bucketMs) / this.bucketMs;
  }

  /** Number of the bucket that is being filled. */
  get head(): number {
    return this.#head;
  }

  append(record: FlowRecord): Placement {
    let bucket = this.bucketOf(record.start);
    if (bucket > this.#head) this.advance();
    if (bucket < this.#oldestHeld) return 'too-old';
    const placement = bucket > this.#head + 1 ? 'early' : bucket < this.#head ? 'late' : 'current';
    if (placement === 'early') bucket = this.#head;
    const { key: told, place } = record;
    const found = place === undefined ? this.#tables.upsert(told) : this.#tables.upsertAt(told, place);
    const key = found < 0 ? -1 - found : found;
    const unhanded = this.#unhanded;
    const isEarlier = found >= 0 && record.start < this.#firstSeen.get(key, 0);
    if (found < 0) this.#addKey(key, record.start);
    else unhanded?.beforeRecord(key);
    if (isEarlier) this.#firstSeen.set(key, 0, record.start);
    const slot = this.#slotFor(key, bucket);
    if (unhanded !== null && bucket <= unhanded.through) unhanded.beforeAdd(slot);
    this.#slots.add(slot, record.counters, record.end);
    const sourceLabels = this.#tables.sourceLabelsId(key, record.sourceLabels);
    const destLabels = this.#tables.destLabelsId(key, record.destLabels);
    this.#label(slot, sourceLabels, destLabels);
    unhanded?.afterRecord(key, bucket, record, sourceLabels, destLabels, isEarlier);
    this.#keyWords.set(key, EVIDENCE, this.#evidence.add(this.#keyWords.get(key, EVIDENCE), record.evidence));
    this.#touch(key);
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
    if (head > this.#head) this.#head = head;
    this.#expireBefore(this.#head - this.#options.buckets);
  }

  /** Frees up to `budget` slots of buckets that are no longer held; false when there are more. */
  sweep(budget: number): boolean {
    if (!this.#freeSlots(budget)) return false;
    this.#tables.sweepSome(budget);
    this.#evidence.sweepSome(budget);
    return true;
  }

  /** Strings, endpoints, label sets and traces held, used or not yet forgotten. */
  get interned(): number {
    return this.#tables.held + this.#evidence.strings.size;
  }

  #freeSlots(budget: number): boolean {
    let left = budget;
    for (let bucket = this.#expired[0]; bucket !== undefined; bucket = this.#expired[0]) {
      let slot = this.#buckets.get(bucket) ?? NONE;
      for (; slot !== NONE && left > 0; left--) {
        const next = this.#slots.nextInBucket(slot);
        this.#removeSlot(slot);
        if (bucket === this.#evicting) this.#evicted++;
        slot = next;
      }
      if (slot !== NONE) {
        this.#buckets.set(bucket, slot);
        return false;
      }
      this.#buckets.delete(bucket);
      this.#expired.shift();
    }
    return true;
  }

  /** Forgets every flow, handed over or not; ids are not given again. */
  forget(): void {
    const isHandedOver = this.#unhanded !== null;
    this.handOver(false);
    for (const [bucket, first] of this.#buckets) {
      for (let slot = first; slot !== NONE; ) {
        const next = this.#slots.nextInBucket(slot);
        this.#removeSlot(slot);
        slot = next;
      }
      this.#buckets.delete(bucket);
    }
    this.#expired.length = 0;
    this.handOver(isHandedOver);
  }

  /** Begins to keep track of what is not handed over yet, which is everything, or stops it; `step` is for tests. */
  handOver(wanted: boolean, step?: number): void {
    this.#unhanded?.drop();
    this.#unhanded = wanted ? new Unhanded(this.#parts(), step) : null;
  }

  /** What is not handed over yet; null when nobody is to have it. */
  get unhanded(): Unhanded | null {
    return this.#unhanded;
  }

  /** Takes back what was handed over, as far as it is young enough. */
  restore({ key: told, firstSeen, records }: LoadedFlow): void {
    for (const record of records) {
      const bucket = this.bucketOf(record.start);
      if (bucket < this.#oldestHeld || bucket > this.#head + 1) continue;
      const key = this.#keyOf(told, record.place, firstSeen);
      this.#firstSeen.set(key, 0, Math.min(firstSeen, this.#firstSeen.get(key, 0)));
      const slot = this.#slotFor(key, bucket);
      this.#slots.markHanded(slot);
      this.#slots.add(slot, record.counters, record.end);
      this.#label(
        slot,
        this.#tables.sourceLabelsId(key, record.sourceLabels),
        this.#tables.destLabelsId(key, record.destLabels),
      );
      this.#keyWords.set(
        key,
        EVIDENCE,
        this.#evidence.addHanded(this.#keyWords.get(key, EVIDENCE), record.evidence),
      );
      this.#unhanded?.markRestored(key);
      this.#touch(key);
      if (this.#slots.size > this.#options.maxSlots) this.#evict();
    }
  }

  /**
   * Takes a record that was in the journal when the history took over its flow's evidence, but not yet its bucket: the
   * evidence of flows that came from the history is there already.
   */
  replay(record: FlowRecord): Placement {
    const bucket = this.bucketOf(record.start);
    if (this.#unhanded === null || bucket < this.#oldestHeld) return this.append(record);
    const key = this.#keyOf(record.key, record.place, record.start);
    return this.append(this.#unhanded.isRestored(key) ? { ...record, evidence: NO_EVIDENCE } : record);
  }

  #keyOf(told: FlowKey, place: KeyPlace | undefined, start: Millis): number {
    const found = place === undefined ? this.#tables.upsert(told) : this.#tables.upsertAt(told, place);
    const key = found < 0 ? -1 - found : found;
    if (found < 0) this.#addKey(key, start);
    return key;
  }

  #parts(): RingParts {
    const heads = this.#buckets;
    const words = this.#keyWords;
    const head = () => this.#head;
    const { keys } = this.#tables;
    return {
      slots: this.#slots,
      tables: this.#tables,
      evidence: this.#evidence,
      get head() {
        return head();
      },
      get keyBound() {
        return keys.bound;
      },
      bucketNumbers: () => heads.keys(),
      firstSlot: (bucket) => heads.get(bucket) ?? NONE,
      oldestSlot: (key) => words.get(key, OLDEST),
      evidenceOf: (key) => words.get(key, EVIDENCE),
      firstSeen: (key) => this.firstSeen(key),
      heldKeys: () => this.groups.flows(),
    };
  }

  /** Flows changed since the last call, by index, and the version that stands for "up to here". */
  takeChanges(): { readonly keys: readonly number[]; readonly version: number } {
    const keys = this.#changed;
    this.#changed = [];
    return { keys, version: this.#version++ };
  }

  /** The indices of the flows with data in a bucket. */
  *keysIn(bucket: number): Generator<number> {
    for (let slot = this.#buckets.get(bucket) ?? NONE; slot !== NONE; slot = this.#slots.nextInBucket(slot)) {
      yield this.#slots.key(slot);
    }
  }

  /** The newest version in which a flow of the group changed. */
  groupVersion(group: number, grouping: Grouping): number {
    let newest = 0;
    for (const key of this.groups.members(group, grouping))
      newest = Math.max(newest, this.#keyWords.get(key, VERSION));
    return newest;
  }

  /** The group as it was in the window, or null when it had nothing there. */
  read(group: number, grouping: Grouping, range: BucketRange): FlowGroup | null {
    const id = this.groups.id(group, grouping);
    if (id === 0) return null;
    const flows: RingFlow[] = [];
    for (const key of this.groups.members(group, grouping)) {
      const flow = this.flow(key, range);
      if (flow !== null) flows.push(flow);
    }
    const [first] = flows;
    return first === undefined ? null : foldFlows(id, groupKeyOf(first.key, grouping), flows);
  }

  /** The flow as it was in the window, or null when it had nothing there. */
  flow(key: number, range: BucketRange): RingFlow | null {
    const sums = this.#chains.sum(this.#keyWords.get(key, NEWEST), range);
    if (sums === null) return null;
    return new RingFlow(
      this,
      key,
      this.groups.id(key, 'flow'),
      this.#tables.read(key),
      sums.counters,
      sums.sourceLabels,
      sums.destLabels,
      millis(this.#firstSeen.get(key, 0)),
      millis(sums.lastSeen),
    );
  }

  /** Calls back with each bucket of the window in which the flow moved something, newest first. */
  eachBucket(key: number, range: BucketRange, visit: (bucket: number, packets: number) => void): void {
    this.#chains.eachBucket(this.#keyWords.get(key, NEWEST), range, visit);
  }

  /** Calls back with what the flow moved in each bucket of the window, newest first. */
  eachCounters(key: number, range: BucketRange, visit: (bucket: number, counters: Counters) => void): void {
    this.#chains.eachCounters(this.#keyWords.get(key, NEWEST), range, visit);
  }

  /** Number of the oldest bucket held. */
  get oldestBucket(): number {
    return this.#oldestHeld;
  }

  get tables(): Pick<KeyTables, 'verdict' | 'reporter' | 'trace'> {
    return this.#tables;
  }

  /** When the first record of the flow that is still held began. */
  firstSeen(key: number): Millis {
    return millis(this.#firstSeen.get(key, 0));
  }

  /** When the last record of the flow that is held ended, whatever the window. */
  lastEnd(key: number): Millis {
    return millis(this.#chains.lastEnd(this.#keyWords.get(key, NEWEST)));
  }

  evidence(key: number): Evidence {
    return this.#evidence.read(this.#keyWords.get(key, EVIDENCE));
  }

  labels(id: number): Labels {
    return this.#tables.labels(id);
  }

  #addKey(key: number, start: Millis): void {
    this.#keyWords.reserve(key);
    this.#firstSeen.reserve(key);
    this.#keyWords.set(key, NEWEST, NONE);
    this.#keyWords.set(key, OLDEST, NONE);
    this.#keyWords.set(key, EVIDENCE, NONE);
    this.#keyWords.set(key, VERSION, 0);
    this.#firstSeen.set(key, 0, start);
    this.#tables.hold(key);
    this.#unhanded?.addKey(key);
    this.groups.add(key);
  }

  #label(slot: number, sourceLabels: number, destLabels: number): void {
    const source = this.#slots.sourceLabels(slot);
    const dest = this.#slots.destLabels(slot);
    const newSource = this.#tables.commonLabels(source, sourceLabels);
    const newDest = this.#tables.commonLabels(dest, destLabels);
    this.#slots.setLabels(slot, newSource, newDest);
    if (newSource !== source) this.#tables.useLabels(newSource, source);
    if (newDest !== dest) this.#tables.useLabels(newDest, dest);
  }

  #touch(key: number): void {
    if (this.#keyWords.get(key, VERSION) === this.#version) return;
    this.#keyWords.set(key, VERSION, this.#version);
    this.#changed.push(key);
  }

  /** The slot of the key in the bucket, put into the key's chain by time. */
  #slotFor(key: number, bucket: number): number {
    let newer = NONE;
    let older = this.#keyWords.get(key, NEWEST);
    while (older !== NONE && this.#slots.bucket(older) > bucket) {
      newer = older;
      older = this.#slots.older(older);
    }
    if (older !== NONE && this.#slots.bucket(older) === bucket) return older;
    const slot = this.#slots.take(key, bucket, this.#buckets.get(bucket) ?? NONE);
    // The hand-over of its bucket has begun without it, so its records go over one by one.
    if (this.#unhanded !== null && bucket <= this.#unhanded.through) this.#slots.markHanded(slot);
    this.#buckets.set(bucket, slot);
    this.#slots.link(older, slot);
    this.#slots.link(slot, newer);
    if (newer === NONE) this.#keyWords.set(key, NEWEST, slot);
    if (older === NONE) this.#keyWords.set(key, OLDEST, slot);
    return slot;
  }

  #removeSlot(slot: number): void {
    this.#unhanded?.removingSlot(slot);
    const key = this.#slots.key(slot);
    const newer = this.#slots.newer(slot);
    const older = this.#slots.older(slot);
    this.#slots.link(older, newer);
    if (newer === NONE) this.#keyWords.set(key, NEWEST, older);
    if (older === NONE) this.#keyWords.set(key, OLDEST, newer);
    this.#tables.useLabels(0, this.#slots.sourceLabels(slot));
    this.#tables.useLabels(0, this.#slots.destLabels(slot));
    this.#slots.release(slot);
    if (newer === NONE && older === NONE) this.#removeKey(key);
  }

  #removeKey(key: number): void {
    this.#unhanded?.removingKey(key);
    this.groups.remove(key);
    this.#evidence.release(this.#keyWords.get(key, EVIDENCE));
    this.#tables.release(key);
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
      if (oldest >= this.#head) return;
      this.#evicting = oldest;
      this.#expireBefore(oldest + 1);
    }
    this.#freeSlots(EVICTED_PER_RECORD);
  }
}
