import type { Clock, FlowGroup, Grouping, Millis } from '@vibrissa/model';
import type { BucketRange, HotRing, HotStore } from '@vibrissa/store';
import { Channel, type Cursor, type Watch } from './channel.js';
import { type Spark, sparkOf } from './encode-rows.js';

/** How many freed slots a tick may clean up; the rest waits for the next. */
const SWEEP_BUDGET = 20_000;

/** How many rows are folded before the event loop may turn to something else. */
const ROWS_A_STEP = 32;

/** Coarse groupings fold many flows into a line, so they are laid out less often: every so many ticks. */
const COARSE_TICKS = 5;

/** Channels with the same grouping and window share the folding of flows. */
interface Window {
  readonly grouping: Grouping;
  readonly since: number;
  readonly channels: Set<Channel>;
  /** Rows to publish: index by id, for an index may have another row by the time it is its turn. */
  pending: Map<number, number>;
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
  #publishing = false;
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

  /** Stands for everything published to the channel so far. */
  cursorOf({ published: { version, head } }: Channel): string {
    return `${this.#boot}.${version}.${head}`;
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
    const channel = new Channel(watch, this.#newSince);
    channel.published = this.#taken;
    return channel;
  }

  /** What has been taken up from the ring; a new window has nothing of it left to publish. */
  get #taken(): Cursor {
    return { version: this.#version, head: this.#head };
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
        pending: new Map(),
        from,
      };
      this.#windows.set(windowName, window);
    }
    const [sibling] = window.channels;
    channel.published = sibling?.published ?? this.#taken;
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

  /** Takes up what changed; the publishing of the tick before may still be under way, and then this waits for it. */
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
      for (const key of keys) this.#enqueue(window, key);
      this.#addLeavers(window, now);
      if (rolled) this.#refreshTimed(window);
    }
    if (!this.#publishing) {
      this.#publishing = true;
      void this.#publishAll().finally(() => {
        this.#publishing = false;
      });
    }
    ring.sweep(SWEEP_BUDGET);
    if (ring.evicted !== this.#evicted) {
      this.#evicted = ring.evicted;
      this.reset();
    }
  }

  #enqueue(window: Window, key: number): void {
    const { groups } = this.#store.ring;
    if (groups.id(key, 'flow') === 0) return;
    const index = groups.of(key, window.grouping);
    window.pending.set(groups.id(index, window.grouping), index);
  }

  /** Rows that lose a bucket as the window slides on: their totals shrink, or they go. */
  #addLeavers(window: Window, now: Millis): void {
    const [channel] = window.channels;
    if (channel === undefined) return;
    const { ring } = this.#store;
    const from = ring.bucketOf(channel.from(now, ring));
    for (; window.from < from; window.from++) {
      for (const key of ring.keysIn(window.from)) this.#enqueue(window, key);
    }
  }

  async #publishAll(): Promise<void> {
    const published = this.#taken;
    const due = [...this.#windows.values()].filter((window) => {
      const coarse = window.grouping === 'workload' || window.grouping === 'namespace';
      return !coarse || this.#ticks % COARSE_TICKS === 0;
    });
    const batches = due.map((window) => {
      const rows = window.pending;
      window.pending = new Map();
      return { window, rows };
    });
    await this.#store.turns.runUrgent(this.#lay(batches));
    for (const { window } of batches) {
      for (const channel of window.channels) {
        channel.published = published;
        channel.flush({ cursor: this.cursorOf(channel), now: this.now });
      }
    }
  }

  /** Folds each row once, in steps short enough that a whole bucket that slides out holds nothing up. */
  *#lay(batches: readonly { readonly window: Window; readonly rows: Map<number, number> }[]) {
    const { ring } = this.#store;
    const now = this.now;
    let rows = 0;
    for (const { window, rows: due } of batches) {
      for (const [id, index] of due) {
        const [first] = window.channels;
        if (first === undefined) break;
        const still = ring.groups.id(index, window.grouping) === id;
        const group = still ? ring.read(index, window.grouping, this.#range(first)) : null;
        const spark = lazySpark(ring, group, index, window.grouping);
        for (const channel of window.channels) channel.update(id, group, spark, now, ring.bucketMs);
        if (++rows % ROWS_A_STEP === 0) yield;
      }
    }
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
