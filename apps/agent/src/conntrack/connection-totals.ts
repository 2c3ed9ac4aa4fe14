import type { ConntrackEntry } from '@vibrissa/protocol/node';
import type { FlowHead } from '../aggregate/flow-aggregator.js';

/** The kernel's number of a connection, or its addresses where listings have no numbers. */
export type ConnectionKey = number | string;

/** What went over a connection since it was last looked at; null where the kernel does not account. */
export interface Delta {
  readonly packets: number | null;
  readonly bytes: number | null;
  readonly replyPackets: number | null;
  readonly replyBytes: number | null;
}

export const NO_DELTA: Delta = Object.freeze({
  packets: null,
  bytes: null,
  replyPackets: null,
  replyBytes: null,
});

/** Marks of a connection. */
const CLOSED = 1;
const TOLD_UNREPLIED = 2;
const COUNTS = 4;
const FIRST_ROOM = 1_024;

/**
 * How much of each connection's totals has been reported, so that nothing is reported twice. In typed arrays:
 * a busy node has a hundred thousand connections in mind, most of them closed and waiting to be forgotten.
 */
export class ConnectionTotals {
  readonly #places = new Map<ConnectionKey, number>();
  readonly #free: number[] = [];
  readonly #mostConnections: number;
  #counts = new Float64Array(FIRST_ROOM * COUNTS);
  #listings = new Uint32Array(FIRST_ROOM);
  #marks = new Uint8Array(FIRST_ROOM);
  #heads: (FlowHead | undefined)[] = [];
  #next = 0;
  /** Connections that found no room, whose bytes are known once they are over. */
  refused = 0;

  constructor(mostConnections: number) {
    this.#mostConnections = mostConnections;
  }

  get size(): number {
    return this.#places.size;
  }

  has(key: ConnectionKey): boolean {
    return this.#places.has(key);
  }

  /** Begins to keep a connection, as having reported nothing. False when there is no room. */
  open(key: ConnectionKey, head: FlowHead, listing: number): boolean {
    if (this.#places.size >= this.#mostConnections) {
      this.refused++;
      return false;
    }
    const place = this.#free.pop() ?? this.#next++;
    if (place >= this.#marks.length) this.#grow();
    this.#places.set(key, place);
    this.#heads[place] = head;
    this.#listings[place] = listing;
    this.#marks[place] = 0;
    this.#counts.fill(0, place * COUNTS, (place + 1) * COUNTS);
    return true;
  }

  /**
   * What came since the last look at a connection that is kept, which this is one of. A total below the last
   * was set back, and counts from there.
   */
  advance(key: ConnectionKey, { original, reply }: ConntrackEntry, listing: number): Delta {
    const place = this.#places.get(key);
    if (place === undefined) return NO_DELTA;
    this.#listings[place] = listing;
    const at = place * COUNTS;
    return {
      packets: this.#step(at, original.packets),
      bytes: this.#step(at + 1, original.bytes),
      replyPackets: this.#step(at + 2, reply.packets),
      replyBytes: this.#step(at + 3, reply.bytes),
    };
  }

  /** Marks a kept connection; true when it was not marked yet. */
  markClosed(key: ConnectionKey): boolean {
    return this.#mark(key, CLOSED);
  }
  markUnreplied(key: ConnectionKey): boolean {
    return this.#mark(key, TOLD_UNREPLIED);
  }

  /** True for one that was closed when it was looked at before: what little may follow, its end tells. */
  isSettled(key: ConnectionKey, listing: number): boolean {
    const place = this.#places.get(key);
    if (place === undefined || ((this.#marks[place] ?? 0) & CLOSED) === 0) return false;
    this.#listings[place] = listing;
    return true;
  }

  forget(key: ConnectionKey): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#places.delete(key);
    this.#heads[place] = undefined;
    this.#free.push(place);
  }

  /** Forgets those last seen before a listing, and gives the flows of those not known to be closed. */
  sweep(before: number): FlowHead[] {
    const vanished: FlowHead[] = [];
    for (const [key, place] of this.#places) {
      if ((this.#listings[place] ?? 0) >= before) continue;
      const head = this.#heads[place];
      if (head !== undefined && ((this.#marks[place] ?? 0) & CLOSED) === 0) vanished.push(head);
      this.forget(key);
    }
    return vanished;
  }

  #step(at: number, total: number | null): number | null {
    if (total === null) return null;
    const last = this.#counts[at] ?? 0;
    this.#counts[at] = total;
    return total >= last ? total - last : total;
  }

  #mark(key: ConnectionKey, mark: number): boolean {
    const place = this.#places.get(key);
    if (place === undefined) return false;
    const marks = this.#marks[place] ?? 0;
    this.#marks[place] = marks | mark;
    return (marks & mark) === 0;
  }

  #grow(): void {
    const room = this.#marks.length * 2;
    const counts = new Float64Array(room * COUNTS);
    counts.set(this.#counts);
    this.#counts = counts;
    const listings = new Uint32Array(room);
    listings.set(this.#listings);
    this.#listings = listings;
    const marks = new Uint8Array(room);
    marks.set(this.#marks);
    this.#marks = marks;
  }
}
