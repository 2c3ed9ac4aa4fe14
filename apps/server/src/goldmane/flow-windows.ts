import type { Clock, Flow, FlowKey } from '@vibrissa/model';
import type { BucketRange, HotRing, HotStore } from '@vibrissa/store';
import { BucketReader, type LostInStreams, NOTHING } from './bucket-reader.js';
import { type FlowWindow, joined, type Matches, windowOf } from './flow-window.js';
import { foldedId, goldmaneText, mayHaveTwins } from './goldmane-key.js';
import { LateParts } from './late-parts.js';
import { Places } from './places.js';
import { sortedPage } from './sorted-page.js';

/** How many readers may stream at once, as in Goldmane. */
export const MOST_STREAMS = 100;

/** How many results one answer may have; more are to be asked for in pages. */
export const MOST_RESULTS = 100_000;

/** Answers that are worked at, and others that may wait: each may take in every flow there is. */
const ANSWERS_AT_ONCE = 4;
const ANSWERS_WAITING = 500;

/** Flows looked at before the clock is asked whether the slice is over. */
const STEP = 32;

/** As many readers stream as may. */
export class TooManyStreamsError extends Error {
  readonly code = 'too-many-streams';

  constructor() {
    super(`max number of streams reached (${MOST_STREAMS}), try again later`);
  }
}

/** More results than one answer may have. */
export class TooManyResultsError extends Error {
  readonly code = 'too-many-results';

  constructor(total: number) {
    super(
      `${total} flows match, and an answer has at most ${MOST_RESULTS}: ask for pages, or narrow the filter`,
    );
  }
}

/** In which order a list is, by what of a window. Equal ones are in the order of their ids. */
export type SortValue = 'newest' | ((key: FlowKey) => string | number);

export interface ListQuery {
  readonly range: BucketRange;
  readonly matches: Matches;
  readonly sort: SortValue;
  /** Counts from 0. */
  readonly page: number;
  /** 0 for all on one page. */
  readonly pageSize: number;
}

export interface WindowsPage {
  readonly windows: readonly FlowWindow[];
  readonly total: number;
}

export interface StreamQuery {
  /** The first bucket to tell of; later ones as they come. */
  readonly from: number;
  readonly matches: Matches;
}

/** What was found of one result: the flows that make it up, by index and id. */
interface Found {
  readonly id: number;
  value: string | number;
  readonly key: number;
  readonly flowId: number;
  twins: { readonly key: number; readonly flowId: number }[] | null;
}

/**
 * The hot ring as Goldmane's readers see it: one result per key and window, in whole buckets. What tells flows
 * apart here but not there, outside addresses, is folded.
 */
export class FlowWindows {
  readonly #store: HotStore;
  readonly #clock: Clock;
  readonly #late = new LateParts();
  readonly #places = new Places(ANSWERS_AT_ONCE, ANSWERS_WAITING);
  readonly #sleepers = new Set<() => void>();
  readonly #lost: LostInStreams = { buckets: 0, lateParts: 0 };
  #streams = 0;
  #head: number;
  #lateSeen = 0;

  constructor(parts: { readonly store: HotStore; readonly clock: Clock }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#head = parts.store.ring.head;
  }

  get ring(): HotRing {
    return this.#store.ring;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** How many readers stream now. */
  get streams(): number {
    return this.#streams;
  }

  /** What readers that were too slow did not get, over all of them. */
  get lost(): Readonly<LostInStreams> {
    return this.#lost;
  }

  /** Lets others have their turn. Rejects with the signal's reason once that is aborted. */
  turn(signal?: AbortSignal): Promise<void> {
    return this.#store.turns.run(NOTHING, signal);
  }

  /** Wakes the readers for whom there may be something. To be called when the ring may have moved on. */
  tick(): void {
    const { head } = this.ring;
    if (head === this.#head && this.#late.end === this.#lateSeen) return;
    this.#head = head;
    this.#lateSeen = this.#late.end;
    for (const wake of this.#sleepers) wake();
  }

  /** One page of the results over a range. Throws TooManyResultsError and TooManyWaitingError. */
  list(query: ListQuery, signal?: AbortSignal): Promise<WindowsPage> {
    return this.#places.hold(() => this.#list(query, signal), signal);
  }

  async #list(query: ListQuery, signal: AbortSignal | undefined): Promise<WindowsPage> {
    const found = await this.#find(query, signal);
    const { page, pageSize } = query;
    const [from, size] = pageSize === 0 ? [0, found.length] : [page * pageSize, pageSize];
    if (Math.min(found.length - from, size) > MOST_RESULTS) throw new TooManyResultsError(found.length);
    const chosen = sortedPage(found, from, size);
    const windows: FlowWindow[] = [];
    const { ring } = this;
    await this.#store.turns.run(
      (function* () {
        for (const one of chosen) {
          const window = readFound(ring, one, query.range);
          if (window !== null) windows.push(window);
          if (windows.length % STEP === 0) yield;
        }
      })(),
      signal,
    );
    return { windows, total: found.length };
  }

  /**
   * Visits every flow that matches and had something in the range. The flow is valid only during the visit.
   * Throws TooManyWaitingError.
   */
  visit(
    query: Pick<ListQuery, 'range' | 'matches'>,
    visit: (flow: Flow, key: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#places.hold(() => this.#visit(query, visit, signal), signal);
  }

  async #visit(
    { range, matches }: Pick<ListQuery, 'range' | 'matches'>,
    visit: (flow: Flow, key: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { ring } = this;
    function* steps() {
      for (let key = 0; key < ring.groups.bound('flow'); key++) {
        if (key % STEP === STEP - 1) yield;
        const flow = ring.flow(key, range);
        if (flow !== null && matches(flow)) visit(flow, key);
      }
    }
    await this.#store.turns.run(steps(), signal);
  }

  /**
   * Results bucket by bucket, for ever: backfill from `from`, then each bucket once it has been over for the
   * length of another, so that most of it has come. What comes later still is told as a further result of the same
   * flow and bucket, with only that part: sums over all results stay right.
   *
   * Nothing is queued: the ring is read as fast as the reader asks. One that falls behind the ring misses what the
   * ring no longer holds, and that is counted. Throws TooManyStreamsError, at once where that can be.
   */
  stream(query: StreamQuery, signal: AbortSignal): AsyncGenerator<readonly FlowWindow[]> {
    if (this.#streams >= MOST_STREAMS) throw new TooManyStreamsError();
    return this.#stream(query, signal);
  }

  async *#stream(query: StreamQuery, signal: AbortSignal): AsyncGenerator<readonly FlowWindow[]> {
    // Between being asked for and being read others may have come.
    if (this.#streams >= MOST_STREAMS) throw new TooManyStreamsError();
    this.#opened();
    try {
      const reader = new BucketReader(this.#store, this.#late, this.#lost, query);
      while (!signal.aborted) {
        // Asked and slept upon in one go: what turns up in between would wake nobody.
        if (!reader.isDue) await this.#sleep(signal);
        const windows = await reader.next();
        if (windows.length > 0) yield windows;
      }
    } finally {
      this.#closed();
    }
  }

  async #find({ range, matches, sort }: ListQuery, signal: AbortSignal | undefined): Promise<Found[]> {
    const { ring } = this;
    const found: Found[] = [];
    const folded = new Map<string, Found>();
    await this.#visit(
      { range, matches },
      (flow, key) => {
        // Newest first is ascending by how long ago.
        const value = sort === 'newest' ? -firstBucket(ring, key, range) : sort(flow.key);
        const text = mayHaveTwins(flow.key) ? goldmaneText(flow.key) : null;
        const twin = text === null ? undefined : folded.get(text);
        if (twin !== undefined) {
          twin.twins ??= [];
          twin.twins.push({ key, flowId: flow.id });
          if (sort === 'newest') twin.value = Math.max(Number(twin.value), Number(value));
          return;
        }
        const id = text === null ? flow.id : foldedId(text);
        const one: Found = { id, value, key, flowId: flow.id, twins: null };
        found.push(one);
        if (text !== null) folded.set(text, one);
      },
      signal,
    );
    return found;
  }

  #opened(): void {
    if (this.#streams++ > 0) return;
    const { ring } = this;
    ring.watchLate((key, bucket, counters) =>
      this.#late.add(bucket, key, ring.groups.id(key, 'flow'), counters),
    );
  }

  #closed(): void {
    if (--this.#streams > 0) return;
    this.ring.watchLate(null);
    this.#late.clear();
    this.#lateSeen = this.#late.end;
  }

  #sleep(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

function firstBucket(ring: HotRing, key: number, range: BucketRange): number {
  let first = range.to;
  ring.eachBucket(key, range, (bucket) => {
    first = bucket;
  });
  return first;
}

/** The result as it is now; null when the ring has let go of it meanwhile. */
function readFound(ring: HotRing, found: Found, range: BucketRange): FlowWindow | null {
  let sum: FlowWindow | null = null;
  for (const { key, flowId } of [found, ...(found.twins ?? [])]) {
    if (ring.groups.id(key, 'flow') !== flowId) continue;
    const flow = ring.flow(key, range);
    if (flow === null) continue;
    let first = range.to;
    let last = range.from;
    ring.eachBucket(key, range, (bucket) => {
      first = bucket;
      last = Math.max(last, bucket);
    });
    const window = windowOf(ring, flow, first, last);
    sum = sum === null ? window : joined(sum, window);
  }
  return sum;
}
