import { COUNTER_NAMES } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowWindow } from './flow-window.js';
import { type ListQuery, MOST_STREAMS, TooManyStreamsError } from './flow-windows.js';
import { BEGIN, BUCKET_MS, type FlowSpec, TestRing } from './test-flows.js';

const EVERYTHING = () => true;

function list(ring: TestRing, query: Partial<ListQuery> = {}) {
  const { oldestBucket, head } = ring.store.ring;
  return ring.windows.list({
    range: { from: oldestBucket, to: head + 2 },
    matches: EVERYTHING,
    sort: 'newest',
    page: 0,
    pageSize: 0,
    ...query,
  });
}

/** Reads until nothing more is due, as a reader that keeps up. */
class Reader {
  readonly results: FlowWindow[] = [];
  readonly #ending = new AbortController();
  readonly #stream: AsyncGenerator<readonly FlowWindow[]>;
  #pending: Promise<IteratorResult<readonly FlowWindow[]>> | null = null;

  constructor(ring: TestRing, from: number, matches: ListQuery['matches'] = EVERYTHING) {
    this.#stream = ring.windows.stream({ from, matches }, this.#ending.signal);
  }

  /** Some more results, or none when none come within a few turns of the event loop. */
  async read(): Promise<readonly FlowWindow[]> {
    this.#pending ??= this.#stream.next();
    let next: IteratorResult<readonly FlowWindow[]> | null = null;
    void this.#pending.then((result) => {
      next = result;
    });
    for (let turn = 0; turn < 20 && next === null; turn++) await new Promise(setImmediate);
    if (next === null) return [];
    this.#pending = null;
    const { value = [] } = next as IteratorResult<readonly FlowWindow[], undefined>;
    this.results.push(...value);
    return value;
  }

  async readAll(): Promise<readonly FlowWindow[]> {
    const before = this.results.length;
    for (let idle = 0; idle < 2; ) idle = (await this.read()).length === 0 ? idle + 1 : 0;
    return this.results.slice(before);
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#pending;
    await this.#stream.return(undefined);
  }
}

function bytes(windows: readonly FlowWindow[]): number {
  return windows.reduce((sum, { counters }) => sum + (counters.bytesIn ?? 0), 0);
}

describe('FlowWindows.list', () => {
  it('gives one result a key, from its first bucket to the end of its last', async () => {
    const ring = new TestRing();
    ring.add({});
    ring.roll(3);
    ring.add({}, { port: 80 });
    ring.roll();
    const { windows } = await list(ring);
    expect(windows.map(({ key, start, end }) => [key.port, start, end])).toEqual([
      [80, BEGIN + 3 * BUCKET_MS, BEGIN + 4 * BUCKET_MS],
      [5432, BEGIN, BEGIN + 4 * BUCKET_MS],
    ]);
    expect(windows[1]?.counters.bytesIn).toBe(20);
  });

  it('folds flows that only an outside address tells apart, under one id', async () => {
    const ring = new TestRing();
    const outside: FlowSpec = { destKind: 'network', dest: 'pub', destNamespace: '', port: 443 };
    ring.add({ ...outside, address: 'a.example.com', labels: ['a=1', 'b=2'] });
    ring.roll();
    ring.add({ ...outside, address: '203.0.113.9', labels: ['a=1', 'c=3'] }, { ...outside, port: 80 });
    ring.roll();
    const { windows, total } = await list(ring);
    expect(total).toBe(2);
    const folded = windows.find(({ key }) => key.port === 443);
    expect(folded).toMatchObject({ start: BEGIN, end: BEGIN + 2 * BUCKET_MS, sourceLabels: ['a=1'] });
    expect(folded?.counters).toMatchObject({ bytesIn: 20, packetsOut: 4 });
    expect(folded?.key.dest.address).toBe('');
    ring.add({ ...outside, address: 'b.example.com' });
    const again = await list(ring);
    expect(again.windows.find(({ key }) => key.port === 443)?.id).toBe(folded?.id);
  });

  it('cuts pages that do not overlap out of equal start times', async () => {
    const ring = new TestRing();
    for (let port = 1; port <= 25; port++) ring.add({ port });
    const pages = await Promise.all([0, 1, 2, 3].map((page) => list(ring, { page, pageSize: 10 })));
    expect(pages.map(({ windows }) => windows.length)).toEqual([10, 10, 5, 0]);
    expect(new Set(pages.flatMap(({ windows }) => windows.map(({ id }) => id))).size).toBe(25);
    expect(pages.map(({ total }) => total)).toEqual([25, 25, 25, 25]);
  });

  it('counts what is unknown as unknown', async () => {
    const ring = new TestRing();
    ring.add({ counters: { bytesIn: null, packetsIn: 3 } });
    ring.add({ counters: { bytesIn: null, packetsIn: null } });
    const { windows } = await list(ring);
    expect(windows[0]?.counters).toMatchObject({ bytesIn: null, packetsIn: 3 });
  });
});

describe('FlowWindows.stream', () => {
  it('tells of a bucket once it has been over for the length of another', async () => {
    const ring = new TestRing();
    const reader = new Reader(ring, ring.store.ring.head);
    ring.add({});
    ring.roll();
    expect(await reader.readAll()).toEqual([]);
    ring.roll();
    const told = await reader.readAll();
    expect(told.map(({ start, end }) => [start, end])).toEqual([[BEGIN, BEGIN + BUCKET_MS]]);
    await reader.end();
  });

  it('tells the past first, oldest bucket first, and nothing twice', async () => {
    const ring = new TestRing();
    for (let i = 0; i < 6; i++) {
      ring.add({}, { port: 80 });
      ring.roll();
    }
    const reader = new Reader(ring, ring.store.ring.head - 4);
    const backfill = await reader.readAll();
    expect(backfill.map(({ start }) => (start - BEGIN) / BUCKET_MS)).toEqual([2, 2, 3, 3, 4, 4]);
    expect(new Set(backfill.map(({ id }) => id)).size).toBe(2);
    ring.roll();
    expect((await reader.readAll()).map(({ start }) => (start - BEGIN) / BUCKET_MS)).toEqual([5, 5]);
    await reader.end();
  });

  it('tells late records as a further result with only the late part', async () => {
    const ring = new TestRing();
    ring.add({});
    ring.roll(2);
    const reader = new Reader(ring, ring.store.ring.head - 2);
    const [first] = await reader.readAll();
    ring.add({ start: BEGIN, counters: { bytesIn: 7 } }, { start: BEGIN, port: 80 });
    ring.tick();
    const late = await reader.readAll();
    expect(late.map(({ key, start, counters }) => [key.port, start, counters.bytesIn])).toEqual([
      [5432, BEGIN, 7],
      [80, BEGIN, 10],
    ]);
    expect(late[0]?.id).toBe(first?.id);
    await reader.end();
  });

  it('leaves late records before its begin, and those that the filter does not want, alone', async () => {
    const ring = new TestRing();
    ring.roll(5);
    const reader = new Reader(ring, ring.store.ring.head - 2, ({ key }) => key.port === 80);
    await reader.readAll();
    ring.add(
      { start: BEGIN, port: 80 },
      { start: ring.time - 2 * BUCKET_MS },
      { start: ring.time - 2 * BUCKET_MS, port: 80 },
    );
    ring.tick();
    expect((await reader.readAll()).map(({ key }) => key.port)).toEqual([80]);
    await reader.end();
  });

  it('tells once what is late for a bucket that is still to come', async () => {
    const ring = new TestRing();
    const reader = new Reader(ring, ring.store.ring.head);
    await reader.readAll();
    ring.roll();
    ring.add({ start: BEGIN });
    ring.tick();
    expect(await reader.readAll()).toEqual([]);
    ring.roll();
    expect((await reader.readAll()).map(({ counters }) => counters.bytesIn)).toEqual([10]);
    await reader.end();
  });

  it('counts what a reader that stood still did not get, and goes on with the oldest bucket held', async () => {
    const ring = new TestRing({ buckets: 10 });
    const reader = new Reader(ring, ring.store.ring.head);
    await reader.readAll();
    for (let i = 0; i < 30; i++) {
      ring.add({});
      ring.roll();
    }
    const told = await reader.readAll();
    const lost = ring.windows.lost.buckets;
    expect(lost).toBeGreaterThan(0);
    expect(lost + told.length).toBe(29);
    await reader.end();
  });

  it('lets no more readers stream than it can serve, and others as soon as one has gone', async () => {
    const ring = new TestRing();
    const readers = Array.from({ length: MOST_STREAMS }, () => new Reader(ring, 0));
    for (const reader of readers) await reader.read();
    expect(() => new Reader(ring, 0)).toThrow(TooManyStreamsError);
    await readers.pop()?.end();
    const next = new Reader(ring, 0);
    await next.read();
    expect(ring.windows.streams).toBe(MOST_STREAMS);
    for (const reader of [...readers, next]) await reader.end();
    expect(ring.windows.streams).toBe(0);
  });

  it('sums up to what came in, whatever comes late and however slowly it is read', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          add: fc.nat(3),
          ago: fc.nat(6),
          port: fc.integer({ min: 1, max: 6 }),
          many: fc.integer({ min: 1, max: 200 }),
        }),
      },
      { weight: 3, arbitrary: fc.constant('read' as const) },
      { weight: 2, arbitrary: fc.constant('roll' as const) },
      { weight: 3, arbitrary: fc.constant('tick' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const ring = new TestRing();
        ring.roll(8);
        const from = ring.store.ring.head - 4;
        const reader = new Reader(ring, from);
        const sums = new Map<string, number>();
        for (const one of steps) {
          if (one === 'read') await reader.read();
          else if (one === 'roll') ring.roll();
          else if (one === 'tick') ring.tick();
          else {
            for (let i = 0; i < one.many; i++) {
              const start = ring.time - one.ago * BUCKET_MS;
              const outside = one.add === 3;
              const port = one.port + (one.many > 150 ? i : 0);
              ring.add({
                start,
                port,
                ...(outside ? { destKind: 'network', dest: 'pub', address: `203.0.113.${i % 5}` } : {}),
                counters: { bytesIn: 1 + one.add },
              });
              if (start < from * BUCKET_MS) continue;
              const name = `${start} ${port} ${outside}`;
              sums.set(name, (sums.get(name) ?? 0) + 1 + one.add);
            }
          }
        }
        ring.roll(2);
        await reader.readAll();
        const told = new Map<string, number>();
        const ids = new Map<string, number>();
        for (const { id, key, start, counters } of reader.results) {
          const flow = `${key.port} ${key.dest.kind === 'network'}`;
          told.set(`${start} ${flow}`, (told.get(`${start} ${flow}`) ?? 0) + (counters.bytesIn ?? 0));
          if (ids.has(flow)) expect(ids.get(flow)).toBe(id);
          ids.set(flow, id);
        }
        await reader.end();
        expect([...told].sort()).toEqual([...sums].sort());
        expect(ring.windows.lost).toEqual({ buckets: 0, lateParts: 0 });
      }),
      { numRuns: 120 },
    );
  });

  it('holds back what is read at once, so that nothing piles up for a slow reader', async () => {
    const ring = new TestRing();
    for (let port = 1; port <= 3_000; port++) ring.add({ port });
    ring.roll(2);
    const reader = new Reader(ring, ring.store.ring.head - 2);
    const first = await reader.read();
    expect(first.length).toBeLessThanOrEqual(128);
    await reader.readAll();
    expect(reader.results).toHaveLength(3_000);
    expect(bytes(reader.results)).toBe(30_000);
    await reader.end();
  });

  it('tells every counter of a result', async () => {
    const ring = new TestRing();
    const counters = Object.fromEntries(COUNTER_NAMES.map((name, at) => [name, at + 1]));
    ring.add({ counters });
    ring.roll(2);
    const reader = new Reader(ring, ring.store.ring.head - 2);
    const [window] = await reader.readAll();
    expect(window?.counters).toEqual(counters);
    await reader.end();
  });
});
