import { type FlowGroup, type Millis, millis } from '@vibrissa/model';
import type { RowDef, RowUpdate, Subscribe } from '@vibrissa/protocol/messages';
import { compareSortValues, type FlowSort, type HotStore, type SortValue, sortValue } from '@vibrissa/store';
import type { Channel, Cursor } from './channel.js';
import { encodeRow, sparkOf } from './encode-rows.js';
import type { FlowHub } from './flow-hub.js';
import { readSort } from './read-sort.js';
import { Subscriber, type Waiting } from './subscriber.js';

/** The most rows a browser may hold. */
export const MOST_ROWS = 50_000;

/** How many rows go in one message of a snapshot. */
const SNAPSHOT_ROWS = 500;

/** One laid-out message without its `type` and `id`, or word of what was skipped. */
export type LiveChunk = Waiting | { readonly skipped: number };

interface Row {
  readonly id: number;
  /** What tells which rows come first where there are too many. */
  readonly rank: SortValue;
  readonly changed: boolean;
  readonly def: RowDef;
  readonly update: RowUpdate;
  readonly spark: readonly number[];
}

/**
 * One subscription, from its first row to its end.
 *
 * Backfill: it listens first, then reads what is there, so that nothing falls between the two.
 * Cutover: what changed meanwhile waits in the queue and comes next; a row sent twice is harmless, for rows
 * carry totals. Live: changes as they are published; a reader that was too slow is told how much it missed
 * and is brought up to date from where it was.
 *
 * Throws FilterSyntaxError and RequestError before the first row.
 */
export async function* liveFlows(
  request: Subscribe,
  hub: FlowHub,
  store: HotStore,
  signal: AbortSignal,
): AsyncGenerator<LiveChunk> {
  const limit = Math.min(request.limit ?? MOST_ROWS, MOST_ROWS);
  const sort = readSort(request.sort);
  if (request.until !== undefined) {
    const past = new Snapshot(hub.detached(request), hub, store, limit, millis(request.until), sort);
    yield* past.read(null, signal);
    return;
  }
  const channel = hub.channel(request);
  const subscriber = new Subscriber();
  channel.subscribers.add(subscriber);
  try {
    const snapshot = new Snapshot(channel, hub, store, limit, null, sort);
    let delivered = hub.cursorOf(channel);
    yield* snapshot.read(request.cursor ?? null, signal);
    for (let next = await subscriber.next(signal); next !== null; next = await subscriber.next(signal)) {
      if ('body' in next) {
        yield next;
        delivered = next.cursor;
        continue;
      }
      if (next.skipped > 0) yield { skipped: next.skipped };
      const from = next.stale === 'reset' ? null : delivered;
      delivered = hub.cursorOf(channel);
      yield* snapshot.read(from, signal);
    }
  } finally {
    channel.subscribers.delete(subscriber);
    hub.release(channel);
  }
}

/** Everything that matches at one moment, in messages of a few hundred rows. */
class Snapshot {
  constructor(
    readonly channel: Channel,
    readonly hub: FlowHub,
    readonly store: HotStore,
    readonly limit: number,
    readonly until: Millis | null,
    readonly sort: FlowSort,
  ) {}

  /** From a cursor on only what changed since, and the ids of all that match; without a usable one all rows. */
  async *read(cursorText: string | null, signal: AbortSignal): AsyncGenerator<Waiting> {
    const cursor = cursorText === null ? null : this.hub.readCursor(cursorText);
    const stamp = { cursor: this.hub.cursorOf(this.channel), now: this.hub.now };
    const { rows, total } = await this.#collect(cursor, signal);
    const ids = cursor === null ? undefined : rows.map((row) => row.id);
    const sent = rows.filter((row) => row.changed);
    const last = Math.max(0, Math.ceil(sent.length / SNAPSHOT_ROWS) - 1);
    for (let at = 0; at <= last; at++) {
      const part = sent.slice(at * SNAPSHOT_ROWS, (at + 1) * SNAPSHOT_ROWS);
      const body = JSON.stringify({
        phase: 'snapshot',
        ...(at === 0 && cursor === null ? { reset: true } : {}),
        ...(at === last ? { done: true, ids } : {}),
        defs: part.map((row) => row.def),
        rows: part.map((row) => row.update),
        sparks: part.map((row) => [row.id, ...row.spark]),
        gone: [],
        deciders: at === 0 ? this.channel.deciders.all() : [],
        total,
        ...stamp,
      });
      yield { body, rows: part.length, cursor: stamp.cursor };
    }
  }

  async #collect(cursor: Cursor | null, signal: AbortSignal): Promise<{ rows: Row[]; total: number }> {
    const { channel, store } = this;
    const { ring } = store;
    const { grouping } = channel;
    const from = channel.from(this.hub.now, ring);
    const range = ring.range(from, this.until ?? this.hub.now);
    // Totals shrink without a change when the window has slid on, so then every row is sent.
    const slid = cursor !== null && cursor.head !== ring.head;
    const rows: Row[] = [];
    await store.scan(channel.filter, grouping, range, signal, (group: FlowGroup, index) => {
      const spark = sparkOf(ring, group, index, grouping);
      const version = ring.groupVersion(index, grouping);
      channel.shown(group.id, version <= channel.published.version);
      rows.push({
        id: group.id,
        rank: sortValue(group, this.sort.column),
        changed: cursor === null || slid || version > cursor.version,
        def: channel.def(group),
        update: encodeRow(group, spark, ring.bucketMs, channel.deciders),
        spark: spark.counts,
      });
    });
    const total = rows.length;
    if (total > this.limit) {
      rows.sort((a, b) => compareSortValues(a.rank, b.rank, this.sort.descending));
      rows.length = this.limit;
    }
    return { rows, total };
  }
}
