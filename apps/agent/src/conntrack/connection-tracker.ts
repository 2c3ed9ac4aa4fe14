import { type Clock, type Millis, millis } from '@vibrissa/model';
import {
  type ConntrackEntry,
  conntrackId,
  isProblem,
  type RecordProblem,
  readConntrack,
} from '@vibrissa/protocol/node';
import type { FlowAggregator, FlowHead, Sighting } from '../aggregate/flow-aggregator.js';
import type { WhoHas } from '../pods/who-has.js';
import { BoundedSet } from './bounded-set.js';
import { ConnectionHeads } from './connection-heads.js';
import { type ConnectionKey, ConnectionTotals, type Delta, NO_DELTA } from './connection-totals.js';

export interface TrackerOptions {
  readonly who: WhoHas;
  readonly flows: FlowAggregator;
  readonly clock: Clock;
  /** Most connections kept in mind at once. */
  readonly maxConnections: number;
  /** True when events tell of every beginning and end; false when only listings do. */
  readonly hasEvents: boolean;
  /** True when listings tell of running totals. */
  readonly hasListings: boolean;
  /**
   * What connections moved before the first listing counts: for a listing read once. Else an earlier run may
   * have reported it.
   */
  readonly countsFromStart: boolean;
  /** Told of lines that could not be read. */
  readonly onProblem: (problem: RecordProblem) => void;
}

/** How long an answer may take before a connection is said to have none, ms. */
const NO_REPLY_MS = 3_000;
const MOST_PENDING = 65_536;
const MOST_FLOWS = 65_536;
const NO_REPLY = 'no reply';
/** An end that is in no listing is only believed after another: its event may still be on its way. */
const LISTINGS_TO_WAIT = 2;

/**
 * Makes sightings of flows from what the kernel tells of connections, by events, by listings or both: a
 * beginning and an end once each, and of the totals only what was not reported yet.
 */
export class ConnectionTracker {
  readonly #options: TrackerOptions;
  readonly #heads: ConnectionHeads;
  readonly #totals: ConnectionTotals;
  /** Begun and not answered, by number. */
  readonly #pending = new Map<number, ConntrackEntry>();
  readonly #closed: BoundedSet<number>;
  readonly #told: BoundedSet<number>;
  #live = new Map<string, number>();
  /** Numbers that began while no listing had ended yet; null afterwards. */
  #begun: Set<number> | null;
  readonly #startedAt: Millis;
  #listing: {
    readonly number: number;
    readonly gone: Set<number>;
    readonly live: Map<string, number>;
  } | null = null;
  #listings = 0;

  constructor(options: TrackerOptions) {
    this.#options = options;
    this.#heads = new ConnectionHeads(options.who);
    this.#totals = new ConnectionTotals(options.maxConnections);
    this.#closed = new BoundedSet(options.maxConnections);
    this.#told = new BoundedSet(MOST_PENDING);
    this.#begun = options.hasEvents && options.hasListings ? new Set() : null;
    this.#startedAt = options.clock.now();
  }

  /** Connections whose running totals are kept. */
  get size(): number {
    return this.#totals.size;
  }
  /** Connections that found no room to be kept. */
  get untracked(): number {
    return this.#totals.refused;
  }

  /** How many connections of a flow are open. */
  readonly liveOf = (head: FlowHead): number => this.#live.get(head.text) ?? 0;

  /** Takes a line of `conntrack -E`. */
  event(line: string): void {
    const isUpdate = line.includes('[UPDATE]');
    if (isUpdate && !isClosing(line)) {
      // Most lines are these, and only tell that there was an answer.
      if (!line.includes('[UNREPLIED]')) this.#pending.delete(conntrackId(line));
      return;
    }
    const entry = this.#read(line);
    if (entry === null) return;
    if (entry.event === 'new') this.#began(entry);
    else if (entry.event === 'destroy') this.#ended(entry);
    else if (isUpdate && entry.id !== null) {
      this.#pending.delete(entry.id);
      if (this.#closed.add(entry.id)) this.#see(entry, { completed: 1 });
    }
  }

  /** Begins a listing of all connections. */
  beginListing(): void {
    this.#listing = { number: ++this.#listings, gone: new Set(), live: new Map() };
  }

  /** Takes a line of a listing. */
  listed(line: string): void {
    const listing = this.#listing;
    if (listing === null) return;
    // Most of what a busy node has in mind is closed and waits to be forgotten.
    if (this.#totals.isSettled(conntrackId(line), listing.number)) return;
    const entry = this.#read(line);
    if (entry === null) return;
    const key = entry.id ?? addressesOf(entry);
    if (typeof key === 'number' && listing.gone.has(key)) return;
    const isOpen = !isClosedState(entry.state);
    const { head } = this.#headOf(entry);
    if (isOpen) listing.live.set(head.text, (listing.live.get(head.text) ?? 0) + 1);
    const isNew = !this.#totals.has(key);
    if (isNew && !this.#totals.open(key, head, listing.number)) return;
    const delta = this.#totals.advance(key, entry, listing.number);
    const counts = !isNew || this.#countsWhole(entry, key);
    const { hasEvents } = this.#options;
    const started = !hasEvents && isNew && counts ? 1 : 0;
    const hasClosed = !isOpen && this.#totals.markClosed(key);
    const completed = !hasEvents && hasClosed && counts ? 1 : 0;
    const isSilent =
      !hasEvents &&
      entry.isUnreplied &&
      (!isNew || (entry.ageMs ?? 0) >= NO_REPLY_MS) &&
      this.#totals.markUnreplied(key);
    // Over before we came: its end is not ours to tell.
    if (hasEvents && !isOpen && isNew && !counts && typeof key === 'number') this.#closed.add(key);
    const moved = counts && hasMoved(delta) ? delta : NO_DELTA;
    if (moved === NO_DELTA && started + completed === 0 && !isSilent) return;
    this.#see(entry, {
      ...moved,
      ...(started === 0 ? {} : { started }),
      ...(completed === 0 ? {} : { completed }),
      ...(isSilent ? { drop: NO_REPLY } : {}),
    });
  }

  /** Ends a listing that told of all connections; one that broke off is told by `abandonListing`. */
  endListing(): void {
    const listing = this.#listing;
    if (listing === null) return;
    this.#listing = null;
    this.#begun = null;
    const { hasEvents, flows, clock } = this.#options;
    const vanished = this.#totals.sweep(hasEvents ? listing.number - LISTINGS_TO_WAIT : listing.number);
    for (const head of vanished) flows.add(head, { at: clock.now(), completed: 1 });
    this.#live = listing.live;
  }

  abandonListing(): void {
    this.#listing = null;
  }

  /** Sees to what time brings: says of connections without an answer that they have none. */
  tick(): void {
    const before = this.#options.clock.now() - NO_REPLY_MS;
    for (const [id, entry] of this.#pending) {
      // They came in order.
      if ((entry.at ?? 0) > before) break;
      this.#pending.delete(id);
      this.#told.add(id);
      this.#see(entry, { drop: NO_REPLY });
    }
  }

  #began(entry: ConntrackEntry): void {
    const { id } = entry;
    if (id !== null) {
      // A number comes again when its last bearer is over, be it that nobody told us.
      this.#closed.delete(id);
      this.#told.delete(id);
      this.#totals.forget(id);
      this.#begun?.add(id);
      if (this.#begun !== null && this.#begun.size > this.#options.maxConnections) this.#begun.clear();
      if (entry.isUnreplied && this.#pending.size < MOST_PENDING)
        this.#pending.set(id, entry.at === null ? { ...entry, at: this.#options.clock.now() } : entry);
    }
    this.#see(entry, { started: 1 });
  }

  #ended(entry: ConntrackEntry): void {
    const { id } = entry;
    const wasClosed = id !== null && this.#closed.delete(id);
    const wasTold = id !== null && this.#told.delete(id);
    const key = id ?? addressesOf(entry);
    const counts = this.#totals.has(key) || this.#countsWhole(entry, key);
    if (id !== null) {
      this.#pending.delete(id);
      this.#begun?.delete(id);
      this.#listing?.gone.add(id);
    }
    const delta = this.#totals.has(key) ? this.#totals.advance(key, entry, this.#listings) : wholeOf(entry);
    this.#totals.forget(key);
    this.#see(entry, {
      ...(counts ? delta : NO_DELTA),
      ...(wasClosed ? {} : { completed: 1 }),
      ...(entry.isUnreplied && !wasTold ? { drop: NO_REPLY } : {}),
    });
  }

  /** Whether all that a connection not met before moved is ours to report. */
  #countsWhole(entry: ConntrackEntry, key: ConnectionKey): boolean {
    const { countsFromStart, hasEvents, hasListings, clock } = this.#options;
    if (countsFromStart || !hasListings) return true;
    if (typeof key === 'number' && this.#begun?.has(key) === true) return true;
    const isFirst = hasEvents ? this.#begun !== null : this.#listings <= 1;
    if (!isFirst) return true;
    const now = entry.at ?? clock.now();
    return entry.ageMs !== null && now - entry.ageMs > this.#startedAt;
  }

  #see(entry: ConntrackEntry, what: Omit<Sighting, 'at'>): void {
    const { head, sourceIp, destIp, calledIp } = this.#headOf(entry);
    const at = entry.at ?? this.#options.clock.now();
    const { sourcePort } = entry.original;
    this.#options.flows.add(head, { ...what, at, sourceIp, destIp, calledIp, sourcePort });
    if (this.#options.hasEvents) this.#count(head, (what.started ?? 0) - (what.completed ?? 0));
  }

  #count(head: FlowHead, change: number): void {
    if (change === 0) return;
    const live = (this.#live.get(head.text) ?? 0) + change;
    if (live <= 0) this.#live.delete(head.text);
    else if (this.#live.size < MOST_FLOWS || this.#live.has(head.text)) this.#live.set(head.text, live);
  }

  #headOf(entry: ConntrackEntry) {
    const at = entry.at ?? this.#options.clock.now();
    return this.#heads.of(entry, millis(entry.ageMs === null ? at : at - entry.ageMs));
  }

  #read(line: string): ConntrackEntry | null {
    const entry = readConntrack(line);
    if (!isProblem(entry)) return entry;
    this.#options.onProblem(entry);
    return null;
  }
}

/** True for a change to a state from which no more data comes. */
function isClosing(line: string): boolean {
  return line.includes(' TIME_WAIT ') || line.includes(' CLOSE ');
}

function isClosedState(state: string): boolean {
  return state === 'TIME_WAIT' || state === 'CLOSE';
}

function hasMoved({ packets, bytes, replyPackets, replyBytes }: Delta): boolean {
  return (packets ?? 0) + (bytes ?? 0) + (replyPackets ?? 0) + (replyBytes ?? 0) > 0;
}

function wholeOf({ original, reply }: ConntrackEntry): Delta {
  return {
    packets: original.packets,
    bytes: original.bytes,
    replyPackets: reply.packets,
    replyBytes: reply.bytes,
  };
}

function addressesOf({ protocol, original, zone }: ConntrackEntry): string {
  const { source, dest, sourcePort, destPort } = original;
  return `${protocol} ${source} ${dest} ${sourcePort} ${destPort} ${zone}`;
}
