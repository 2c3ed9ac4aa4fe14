import { type FlowRecord, type Millis, millis } from '@vibrissa/model';
import { isProblem, readRecord } from '@vibrissa/protocol';
import type { Rows, Subscribe } from '@vibrissa/protocol/messages';
import { type FlowStore, HotStore } from '@vibrissa/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { Queries } from '../queries.js';
import { HandClock, line } from '../test-server.js';
import { beginsInPast, pastFlows } from './past-flows.js';
import type { PastParts } from './past-reading.js';
import { playback } from './playback.js';

const BUCKET = 15_000;
const START = 1_770_000_000_000;
const HOUR = 3_600_000;

let clock: HandClock;
let store: HotStore;
let ending: AbortController;
let pauses: number[];

/** What a pause does beside letting time go by. */
let onPause: () => void;

beforeEach(() => {
  clock = new HandClock(START);
  store = new HotStore({ clock, bucketMs: BUCKET, buckets: 5_760, maxSlots: 1_000_000 });
  ending = new AbortController();
  pauses = [];
  onPause = () => {};
});

function parts(flows: Pick<FlowStore, 'flows'> = store): PastParts {
  return {
    flows: { flows: (query, control) => flows.flows(query, control), history: null },
    queries: new Queries({ mostMs: 60_000 }),
    clock,
    bucketMs: BUCKET,
    newSince: () => null,
    inMemorySince: () => millis(clock.now() - HOUR),
    pause: async (ms) => {
      pauses.push(ms);
      clock.advance(ms);
      onPause();
    },
  };
}

function put(start: number, port: number, change: Record<string, unknown> = {}): void {
  const read: FlowRecord = (() => {
    const record = readRecord(line({ start, end: start + 1_000, port, ...change }));
    if (isProblem(record)) throw new Error(record.reason);
    return record;
  })();
  expect(store.append([read])).not.toContain('too-old');
}

function ask(change: Partial<Subscribe> = {}): Subscribe {
  return { type: 'subscribe', id: 1, filter: '', grouping: 'connection', since: -2 * HOUR, ...change };
}

/** A browser that keeps what it is told. */
class Browser {
  readonly messages: Rows[] = [];
  readonly progress: number[] = [];
  readonly ports = new Map<number, number>();
  readonly rows = new Map<number, Rows['rows'][number]>();
  readonly sparks = new Map<number, readonly number[]>();

  /** Reads up to the end of the next reading; false when there is none. */
  async next(chunks: AsyncGenerator<{ body: string } | { progress: number }>): Promise<Rows | null> {
    for (;;) {
      const { value, done } = await chunks.next();
      if (done === true || value === undefined) return null;
      if ('progress' in value) {
        this.progress.push(value.progress);
        continue;
      }
      const message = JSON.parse(value.body) as Rows;
      this.#take(message);
      if (message.done === true) return message;
    }
  }

  get shown(): number[] {
    return [...this.rows.keys()].map((id) => this.ports.get(id) ?? -1).sort((a, b) => a - b);
  }

  #take(message: Rows): void {
    this.messages.push(message);
    if (message.reset === true) this.rows.clear();
    for (const def of message.defs) this.ports.set(def.id, def.port);
    for (const row of message.rows) this.rows.set(row[0], row);
    for (const [id = -1, ...counts] of message.sparks ?? []) this.sparks.set(id, counts);
    if (message.ids === undefined) return;
    const kept = new Set(message.ids);
    for (const id of this.rows.keys()) if (!kept.has(id)) this.rows.delete(id);
  }
}

describe('beginsInPast', () => {
  const inMemory = millis(START - HOUR);

  it.each([
    [{ since: -HOUR }, false],
    [{ since: -HOUR - 1 }, true],
    [{ since: 0 }, false],
    [{ since: START - HOUR }, false],
    [{ since: START - HOUR - 1, until: START }, true],
  ])('%j: %s', (window, expected) => {
    expect(beginsInPast(ask(window), millis(START), inMemory)).toBe(expected);
  });
});

describe('pastFlows', () => {
  it('gives the rows of a fixed window once, sorted and cut, and says what it read', async () => {
    for (let port = 1; port <= 30; port++) put(START - 2 * HOUR, port, { bytesIn: port * 1_000 });
    put(START - HOUR, 99);
    const browser = new Browser();
    const request = ask({
      since: START - 2 * HOUR,
      until: START - 2 * HOUR + BUCKET,
      limit: 3,
      sort: { column: 'bytesSent', descending: true },
    });
    const chunks = pastFlows(request, parts(), ending.signal);
    const done = await browser.next(chunks);
    expect(done).toMatchObject({
      reset: true,
      total: 30,
      history: { from: START - 2 * HOUR, to: START - 2 * HOUR + BUCKET, refreshMs: null },
    });
    expect(browser.shown).toEqual([28, 29, 30]);
    expect(await browser.next(chunks)).toBeNull();
  });

  it('reads a sliding window again, and tells what differs', async () => {
    put(START - 2 * HOUR + 20_000, 1);
    put(START - HOUR, 2);
    const browser = new Browser();
    const chunks = pastFlows(ask(), parts(), ending.signal);
    const first = await browser.next(chunks);
    expect(first?.history?.refreshMs).toBe(15_000);
    expect(browser.shown).toEqual([1, 2]);
    onPause = () => put(clock.now() - 1_000, 3);
    const second = await browser.next(chunks);
    expect(second?.reset).toBeUndefined();
    expect(second?.defs.map(({ port }) => port)).toEqual([3]);
    expect(browser.shown).toEqual([1, 2, 3]);
    onPause = () => clock.advance(30_000);
    const third = await browser.next(chunks);
    expect(third?.defs).toEqual([]);
    expect(browser.shown).toEqual([2, 3]);
    expect(third?.total).toBe(2);
    ending.abort();
    expect(await browser.next(chunks)).toBeNull();
  });

  it('reads less often what takes long, and tells how far the first reading is', async () => {
    put(START - HOUR, 1);
    const slow: FlowStore = Object.create(store, {
      flows: {
        value: async (...[query, control]: Parameters<FlowStore['flows']>) => {
          for (const done of [0.25, 0.5]) {
            clock.advance(1_000);
            control?.progress?.(done);
            await new Promise(setImmediate);
          }
          return store.flows(query, control);
        },
      },
    });
    const browser = new Browser();
    const chunks = pastFlows(ask(), parts(slow), ending.signal);
    expect((await browser.next(chunks))?.history?.refreshMs).toBe(40_000);
    expect(browser.progress).toEqual([0.25, 0.5]);
    await browser.next(chunks);
    expect(browser.progress).toHaveLength(2);
    expect(pauses).toEqual([40_000]);
  });

  it('tells curves over the whole window', async () => {
    put(START - 2 * HOUR + BUCKET, 1, { packetsIn: 7, packetsOut: 0 });
    put(START - BUCKET, 1, { packetsIn: 5, packetsOut: 0 });
    const browser = new Browser();
    await browser.next(pastFlows(ask(), parts(), ending.signal));
    const [spark = []] = browser.sparks.values();
    expect(spark.length).toBeLessThanOrEqual(20);
    expect(spark[0]).toBe(7);
    expect(spark.reduce((sum, packets) => sum + packets, 0)).toBe(12);
    const [row] = browser.rows.values();
    expect(row?.[14]).toBe(spark.at(-1));
  });

  it('goes on where a later reading finds no room', async () => {
    put(START - HOUR, 1);
    const busy = parts();
    const queries = new Queries({ mostMs: 60_000, atOnce: 1, waiting: 0 });
    const browser = new Browser();
    const chunks = pastFlows(ask(), { ...busy, queries }, ending.signal);
    await browser.next(chunks);
    let letGo = () => {};
    const signal = new AbortController().signal;
    let other: Promise<unknown> | null = null;
    onPause = () => {
      if (other === null)
        other = queries.run(() => new Promise<void>((end) => (letGo = end)), { signal, past: true });
      else letGo();
    };
    expect((await browser.next(chunks))?.done).toBe(true);
    expect(pauses.length).toBeGreaterThan(1);
  });

  it('refuses a column that rows do not have, and a window that is none', async () => {
    const sorted = pastFlows(ask({ sort: { column: 'x', descending: true } }), parts(), ending.signal);
    await expect(sorted.next()).rejects.toMatchObject({ code: 'unknown-sort' });
    const empty = pastFlows(ask({ since: 5, until: 4 }), parts(), ending.signal);
    await expect(empty.next()).rejects.toMatchObject({ code: 'empty-window' });
  });
});

describe('playback', () => {
  const since = START - 2 * HOUR;

  function play(change: Partial<Subscribe['play']> = {}, until = since + 8 * BUCKET) {
    const request = ask({ since, until, play: { at: since, speed: 10, spanMs: 2 * BUCKET, ...change } });
    return (flows?: FlowStore) =>
      playback(request, request.play as NonNullable<Subscribe['play']>, parts(flows), ending.signal);
  }

  it('shows the span before the playhead, bucket by bucket, under ids that stay, and ends at the end', async () => {
    for (let at = 0; at < 10; at++) put(since + at * BUCKET, 100 + at);
    for (let at = 0; at < 10; at++) put(since + at * BUCKET, 1);
    const browser = new Browser();
    const chunks = play({}, since + 5 * BUCKET - 1)();
    const seen: [Millis | number, number[]][] = [];
    for (let message = await browser.next(chunks); message !== null; message = await browser.next(chunks)) {
      seen.push([message.now, browser.shown]);
    }
    expect(seen).toEqual([
      [since + BUCKET, [1, 100]],
      [since + 2 * BUCKET, [1, 100, 101]],
      [since + 3 * BUCKET, [1, 101, 102]],
      [since + 4 * BUCKET, [1, 102, 103]],
      [since + 5 * BUCKET - 1, [1, 103, 104]],
    ]);
    expect(browser.messages.filter(({ reset }) => reset === true)).toHaveLength(1);
    expect(browser.messages.flatMap(({ defs }) => defs).filter(({ port }) => port === 1)).toHaveLength(1);
    expect(pauses).toEqual([1_500, 1_500, 1_500, 1_500]);
  });

  it('begins where it is told to', async () => {
    put(since + 4 * BUCKET, 4);
    const browser = new Browser();
    const message = await browser.next(play({ at: since + 5 * BUCKET + 1 })());
    expect(message?.now).toBe(since + 5 * BUCKET);
    expect(browser.shown).toEqual([4]);
  });

  it('leaves steps out rather than falling behind', async () => {
    const slow: FlowStore = Object.create(store, {
      flows: {
        value: (...args: Parameters<FlowStore['flows']>) => {
          clock.advance(4_000);
          return store.flows(...args);
        },
      },
    });
    const browser = new Browser();
    const chunks = play()(slow);
    const heads: number[] = [];
    for (let message = await browser.next(chunks); message !== null; message = await browser.next(chunks)) {
      heads.push((message.now - since) / BUCKET);
    }
    expect(heads).toEqual([1, 2, 4, 7, 8]);
  });

  it.each([
    [{ at: since - 1 }, since + BUCKET, 'play.at'],
    [{}, since, 'since'],
  ])('refuses %j until %d', async (change, until, word) => {
    await expect(play(change, until)().next()).rejects.toThrow(word);
  });
});
