import type { HotStore } from '@vibrissa/store';
import { type FlowWindow, joined, type Matches, windowOf } from './flow-window.js';
import { foldedId, goldmaneText, mayHaveTwins } from './goldmane-key.js';
import type { LateParts } from './late-parts.js';

/** How many results are read at once. It is what a slow reader has waiting. */
const RESULTS_AT_ONCE = 128;

/** Flows looked at before the clock is asked whether the slice is over. */
const STEP = 32;

/** What slow readers did not get. */
export interface LostInStreams {
  /** Buckets of which a reader saw nothing, or not all, before the ring let them go. */
  buckets: number;
  /** Late parts that were forgotten before a reader came to them. */
  lateParts: number;
}

/** The flows of one bucket that are asked for, twins side by side. */
interface Plan {
  readonly bucket: number;
  readonly keys: Uint32Array;
  readonly flowIds: Float64Array;
  /** The ids of the results; equal for twins. */
  readonly ids: Float64Array;
}

/** Steps for one who but waits for a turn. */
export const NOTHING: Iterator<unknown> = { next: () => ({ done: true, value: undefined }) };

const NO_PLAN: Plan = {
  bucket: -1,
  keys: new Uint32Array(0),
  flowIds: new Float64Array(0),
  ids: new Float64Array(0),
};

/** The position of one reader in the ring: a bucket, how far it is in that, and which late parts it knows. */
export class BucketReader {
  readonly #store: HotStore;
  readonly #late: LateParts;
  readonly #lost: LostInStreams;
  readonly #matches: Matches;
  readonly #from: number;
  #next: number;
  #plan: Plan = NO_PLAN;
  #at = 0;
  /** Where in the plan each flow is, once a late part asks. */
  #places: Map<number, number> | null = null;
  #lateNext: number;
  #lateDue: number[] = [];

  constructor(
    store: HotStore,
    late: LateParts,
    lost: LostInStreams,
    query: { readonly from: number; readonly matches: Matches },
  ) {
    this.#store = store;
    this.#late = late;
    this.#lost = lost;
    this.#matches = query.matches;
    this.#from = Math.max(query.from, store.ring.oldestBucket);
    this.#next = this.#from;
    this.#lateNext = late.end;
  }

  /** Whether there is anything to read, or to look through. */
  get isDue(): boolean {
    return (
      this.#at < this.#plan.keys.length ||
      this.#next <= this.#store.ring.head - 2 ||
      this.#lateDue.length > 0 ||
      this.#lateNext < this.#late.end
    );
  }

  /** The next results, some or none. */
  async next(): Promise<readonly FlowWindow[]> {
    const { ring, turns } = this.#store;
    this.#skipLost();
    if (this.#at >= this.#plan.keys.length && this.#next <= ring.head - 2) {
      await this.#open(this.#next);
      return [];
    }
    await turns.run(NOTHING);
    // In one piece: what comes in between two reads is then either in the second or late for the first.
    this.#sortLate();
    if (this.#lateDue.length > 0) return this.#readLate();
    return this.#readPlan();
  }

  /** The bucket's flows, by number: what they moved is read when it is their turn. */
  async #open(bucket: number): Promise<void> {
    const { ring, turns } = this.#store;
    const matches = this.#matches;
    const range = { from: bucket, to: bucket + 1 };
    const keys: number[] = [];
    const ids: number[] = [];
    for (const key of ring.keysIn(bucket)) {
      keys.push(key);
      ids.push(ring.groups.id(key, 'flow'));
    }
    const plan: Plan = {
      bucket,
      keys: new Uint32Array(keys.length),
      flowIds: new Float64Array(keys.length),
      ids: new Float64Array(keys.length),
    };
    let planned = 0;
    const take = (key: number, flowId: number, id: number) => {
      plan.keys[planned] = key;
      plan.flowIds[planned] = flowId;
      plan.ids[planned] = id;
      planned++;
    };
    const folded = new Map<string, { readonly key: number; readonly flowId: number }[]>();
    function* choose() {
      for (let i = 0; i < keys.length; i++) {
        if (i % STEP === STEP - 1) yield;
        const key = keys[i] as number;
        const flowId = ids[i] as number;
        if (ring.groups.id(key, 'flow') !== flowId) continue;
        const flow = ring.flow(key, range);
        if (flow === null || !matches(flow)) continue;
        if (!mayHaveTwins(flow.key)) {
          take(key, flowId, flowId);
          continue;
        }
        const text = goldmaneText(flow.key);
        const twins = folded.get(text);
        if (twins === undefined) folded.set(text, [{ key, flowId }]);
        else twins.push({ key, flowId });
      }
      for (const [text, twins] of folded) {
        const id = foldedId(text);
        for (const twin of twins) take(twin.key, twin.flowId, id);
        yield;
      }
    }
    await turns.run(choose());
    this.#plan = {
      bucket,
      keys: plan.keys.slice(0, planned),
      flowIds: plan.flowIds.slice(0, planned),
      ids: plan.ids.slice(0, planned),
    };
    this.#at = 0;
    this.#places = null;
    this.#next = bucket + 1;
  }

  #readPlan(): FlowWindow[] {
    const { ring } = this.#store;
    const { bucket, keys, flowIds, ids } = this.#plan;
    const range = { from: bucket, to: bucket + 1 };
    const windows: FlowWindow[] = [];
    while (this.#at < keys.length && windows.length < RESULTS_AT_ONCE) {
      const id = ids[this.#at];
      let window: FlowWindow | null = null;
      for (; this.#at < keys.length && ids[this.#at] === id; this.#at++) {
        const key = keys[this.#at] as number;
        if (ring.groups.id(key, 'flow') !== flowIds[this.#at]) continue;
        const flow = ring.flow(key, range);
        if (flow === null) continue;
        const part = windowOf(ring, flow, bucket, bucket);
        window = window === null ? part : joined(window, part);
      }
      if (window !== null) windows.push(window);
    }
    return windows;
  }

  /** Looks through the late parts that came since the last time, and keeps the numbers of those to be told. */
  #sortLate(): void {
    const late = this.#late;
    if (this.#lateNext < late.begin) {
      this.#lost.lateParts += late.begin - this.#lateNext;
      this.#lateNext = late.begin;
    }
    const forgotten = this.#lateDue.findIndex((part) => part >= late.begin);
    const gone = forgotten < 0 ? this.#lateDue.length : forgotten;
    if (gone > 0) {
      this.#lost.lateParts += gone;
      this.#lateDue = this.#lateDue.slice(gone);
    }
    for (; this.#lateNext < late.end; this.#lateNext++) {
      const bucket = late.bucket(this.#lateNext);
      if (bucket < this.#from || bucket >= this.#next) continue;
      if (bucket === this.#plan.bucket && this.#isAhead(late.key(this.#lateNext))) continue;
      this.#lateDue.push(this.#lateNext);
    }
  }

  /** Whether the flow is still to be read in the bucket under way, late part and all. */
  #isAhead(key: number): boolean {
    const { keys } = this.#plan;
    if (this.#at >= keys.length) return false;
    if (this.#places === null) {
      this.#places = new Map();
      for (let at = 0; at < keys.length; at++) this.#places.set(keys[at] as number, at);
    }
    return (this.#places.get(key) ?? -1) >= this.#at;
  }

  #readLate(): FlowWindow[] {
    const { ring } = this.#store;
    const due = this.#lateDue.splice(0, RESULTS_AT_ONCE);
    const windows = new Map<string, FlowWindow>();
    for (const part of due) {
      const { bucket, key, id, counters } = this.#late.read(part);
      if (ring.groups.id(key, 'flow') !== id) {
        this.#lost.lateParts++;
        continue;
      }
      const flow = ring.flow(key, { from: bucket, to: bucket + 1 });
      if (flow === null || !this.#matches(flow)) continue;
      const window = { ...windowOf(ring, flow, bucket, bucket), counters };
      const name = `${bucket} ${window.id}`;
      const known = windows.get(name);
      windows.set(name, known === undefined ? window : joined(known, window));
    }
    return [...windows.values()];
  }

  /** Goes on with the oldest bucket held when the one it was at is gone. */
  #skipLost(): void {
    const oldest = this.#store.ring.oldestBucket;
    if (this.#plan.bucket < oldest && this.#at < this.#plan.keys.length) {
      this.#lost.buckets++;
      this.#at = this.#plan.keys.length;
    }
    if (this.#next < oldest) {
      this.#lost.buckets += oldest - this.#next;
      this.#next = oldest;
    }
  }
}
