import type { Clock, FlowGroup, Grouping, Millis } from '@vibrissa/model';
import type { BucketRange, HotRing, HotStore } from '@vibrissa/store';
import { Channel, type Watch } from './channel.js';
import { type Spark, sparkOf } from './encode-rows.js';

/** How many freed slots a tick may clean up; the rest waits for the next. */
const SWEEP_BUDGET = 20_000;

/** Coarse groupings fold many flows into a line, so they are laid out less often: every so many ticks. */
const COARSE_TICKS = 5;

/** What a cursor stands for: a version of the ring and the bucket that was being filled. */
export interface Cursor {
  readonly version: number;
  readonly head: number;
}

/** Channels with the same grouping and window share the folding of flows. */
interface Window {
  readonly grouping: Grouping;
  readonly since: number;
  readonly channels: Set<Channel>;
  readonly pending: Set<number>;
  from: number;
}

/**
 * Publishes changes. A tick takes what changed in the ring since the last one and what slid out of each
 * window, folds each row once, asks each distinct filter once, and lays each message out once.
 */
export class FlowHub {
  readonly #store: HotStore;
  readonly #clock: Clock;
  readonly #newSince: (address: string) => Millis | null;
  readonly #boot: string;
  readonly #channels = new Map<string, Channel>();
  readonly #windows = new Map<string, Window>();
  #version = 0;
  #ticks = 0;
  #head = 0;
  #evicted = 0;

  /** `boot` names this run of the server: cursors of another one are not resumed. */
  constructor(parts: {
    readonly store: HotStore;
    readonly clock: Clock;
    readonly boot: string;
    readonly newSince: (address: string) => Millis | null;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#boot = parts.boot;
    this.#newSince = parts.newSince;
    this.#head = parts.store.ring.head;
  }

  /** Stands for everything published so far. */
  get cursor(): string {
    return `${this.#boot}.${this.#version}.${this.#head}`;
  }

  /** What a cursor of this run stands for; null for any other. */
  readCursor(cursor: string): Cursor | null {
    const [boot, version, head, ...rest] = cursor.split('.');
    if (boot !== this.#boot || rest.length > 0) return null;
    const read = { version: Number(version), head: Number(head) };
    return Number.isSafeInteger(read.version) && Number.isSafeInteger(read.head) ? read : null;
  }

  get now(): Millis {
    return this.#clock.now();
  }

  /** A channel of its own that nothing is published to, for a window in the past. Throws FilterSyntaxError. */
  detached(watch: Watch): Channel {
    return new Channel(watch, this.#newSince);
  }

  /** The channel of a watch; `release` it when its last subscriber has gone. Throws FilterSyntaxError. */
  channel(watch: Watch): Channel {
    const name = Channel.nameOf(watch);
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const channel = new Channel(watch, this.#newSince);
    this.#channels.set(name, channel);
    const windowName = `${watch.grouping} ${watch.since}`;
    let window = this.#windows.get(windowName);
    if (window === undefined) {
      const from = this.#range(channel).from;
      window = {
        grouping: watch.grouping,
        since: watch.since,
        channels: new Set(),
        pending: new Set(),
        from,
      };
      this.#windows.set(windowName, window);
    }
    window.channels.add(channel);
    return channel;
  }

  release(channel: Channel): void {
    if (channel.subscribers.size > 0) return;
    for (const [name, held] of this.#channels) if (held === channel) this.#channels.delete(name);
    for (const [name, window] of this.#windows) {
      if (window.channels.delete(channel) && window.channels.size === 0) this.#windows.delete(name);
    }
  }

  /** Everything held was replaced: every reader starts over. */
  reset(): void {
    for (const channel of this.#channels.values()) {
      channel.matched.clear();
      for (const subscriber of channel.subscribers) subscriber.expire('reset');
    }
  }

  tick(): void {
    const { ring } = this.#store;
    ring.advance();
    const { keys, version } = ring.takeChanges();
    this.#version = version;
    this.#ticks++;
    const now = this.#clock.now();
    const rolled = ring.head !== this.#head;
    this.#head = ring.head;
    for (const window of this.#windows.values()) {
      for (const key of keys) window.pending.add(key);
      this.#addLeavers(window, now);
      const coarse = window.grouping === 'workload' || window.grouping === 'namespace';
      if (!coarse || this.#ticks % COARSE_TICKS === 0) this.#publish(window, now);
      if (rolled) this.#refreshTimed(window);
    }
    ring.sweep(SWEEP_BUDGET);
    if (ring.evicted !== this.#evicted) {
      this.#evicted = ring.evicted;
      this.reset();
    }
  }

  /** Rows that lose a bucket as the window slides on: their totals shrink, or they go. */
  #addLeavers(window: Window, now: Millis): void {
    const [channel] = window.channels;
    if (channel === undefined) return;
    const { ring } = this.#store;
    const from = ring.bucketOf(channel.from(now, ring));
    for (; window.from < from; window.from++) {
      for (const key of ring.keysIn(window.from)) window.pending.add(key);
    }
  }

  #publish(window: Window, now: Millis): void {
    const { ring } = this.#store;
    const { bucketMs } = ring;
    const [first] = window.channels;
    if (first === undefined) return;
    const range = this.#range(first);
    const groups = new Set<number>();
    for (const key of window.pending) {
      if (ring.groups.id(key, 'flow') !== 0) groups.add(ring.groups.of(key, window.grouping));
    }
    window.pending.clear();
    for (const index of groups) {
      const id = ring.groups.id(index, window.grouping);
      const group = ring.read(index, window.grouping, range);
      const spark = lazySpark(ring, group, index, window.grouping);
      for (const channel of window.channels) channel.update(id, group, spark, now, bucketMs);
    }
    for (const channel of window.channels) channel.flush({ cursor: this.cursor, now });
  }

  #refreshTimed(window: Window): void {
    for (const channel of window.channels) {
      if (!channel.dependsOnTime) continue;
      for (const subscriber of channel.subscribers) subscriber.expire('changed');
    }
  }

  #range(channel: Channel): BucketRange {
    const { ring } = this.#store;
    const now = this.#clock.now();
    return ring.range(channel.from(now, ring), now);
  }
}

function lazySpark(ring: HotRing, group: FlowGroup | null, index: number, grouping: Grouping): () => Spark {
  let spark: Spark | null = null;
  return () => {
    if (group === null) return { newest: ring.head, recent: 0, counts: [] };
    spark ??= sparkOf(ring, group, index, grouping);
    return spark;
  };
}
