import { EVERYTHING, millis } from '@vibrissa/model';
import type { DuplexCall, MessageSink, Peer } from '@vibrissa/protocol/grpc';
import { HotStore, TieredStore } from '@vibrissa/store';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { AcceptFlows } from '../ingest/accept-flows.js';
import { Agents } from '../ingest/agents.js';
import type { Journal, JournalEntry } from '../ingest/journal.js';
import { KnownDestinations } from '../ingest/known-destinations.js';
import { Metrics } from '../metrics.js';
import { HandClock } from '../test-server.js';
import { FlowCollector } from './flow-collector.js';
import { RESENT_WITHIN_MS } from './resend-filter.js';
import { updateBytes } from './test-updates.js';

const START = 1_800_000_000;
const GARBAGE = new Uint8Array([10, 200, 1, 2]);
const NO_FLOW = new Uint8Array();

/** A call whose other side is the test. */
class TestCall implements DuplexCall {
  readonly signal = new AbortController().signal;
  receipts = 0;
  sends = 0;
  isClosed = false;
  sink: MessageSink | null = null;

  constructor(readonly peer: Peer) {}

  send(messages: number, frame: Uint8Array): void {
    expect([...frame]).toEqual([0, 0, 0, 0, 0]);
    this.receipts += messages;
    this.sends++;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A journal that writes when it is told to. */
class TestJournal implements Journal {
  readonly entries: JournalEntry[] = [];
  #wake = () => {};
  #flushed: Promise<void> | null = null;

  append(entry: JournalEntry): void {
    this.entries.push(entry);
    this.#flushed ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  flushed(): Promise<void> {
    return this.#flushed ?? Promise.resolve();
  }

  async write(): Promise<void> {
    this.#wake();
    await this.#flushed;
    this.#flushed = null;
    await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {}
}

class Bench {
  readonly clock = new HandClock(START * 1000);
  readonly lines: Record<string, unknown>[] = [];
  readonly store = new HotStore({ clock: this.clock, bucketMs: 15_000, buckets: 240, maxSlots: 100_000 });
  readonly agents = new Agents(this.clock);
  readonly accept = new AcceptFlows({
    store: new TieredStore({ hot: this.store, clock: this.clock, retentionMs: 3_600_000 }),
    ring: this.store.ring,
    clock: this.clock,
    destinations: new KnownDestinations(0),
    metrics: new Metrics(),
  });
  readonly collector: FlowCollector;

  constructor(journal: Journal | null = null) {
    this.collector = new FlowCollector({
      accept: this.accept,
      senders: this.agents,
      clock: this.clock,
      log: pino({ level: 'info' }, { write: (line: string) => this.lines.push(JSON.parse(line)) }),
      journal,
      seed: 7,
    });
  }

  connect(address = '10.0.0.1', ...certificateNames: string[]): { call: TestCall; sink: MessageSink } {
    const method = this.collector.methods.get('/goldmane.FlowCollector/Connect');
    if (method?.kind !== 'messages') throw new Error('there is no such method');
    const call = new TestCall({ address, certificateNames });
    return { call, sink: method.open(call) };
  }

  async bytesIn(): Promise<number> {
    const { groups } = await this.store.flows({
      filter: EVERYTHING,
      grouping: 'flow',
      from: millis(1),
      to: millis(this.clock.now() + 1),
      limit: 10_000,
    });
    return groups.reduce((sum, { flows }) => sum + (flows[0]?.counters.bytesIn ?? 0), 0);
  }
}

const update = updateBytes({ start: START });

describe('FlowCollector', () => {
  it('answers each update by a receipt, also repeats and what is no flow', async () => {
    const bench = new Bench();
    const { call, sink } = bench.connect();
    sink.messages([update]);
    expect(call.receipts).toBe(1);
    sink.messages([update, GARBAGE, NO_FLOW, updateBytes({ start: START, port: 80 })]);
    expect(call.receipts).toBe(5);
    expect(call.sends).toBe(2);
    expect(await bench.bytesIn()).toBe(200);
    expect(bench.collector.stats).toMatchObject({ duplicates: 1, repaired: 0 });
    expect(bench.accept.refused).toBe(2);
    sink.end();
    expect(call.isClosed).toBe(true);
  });

  it('shows the node among the senders', () => {
    const bench = new Bench();
    const { sink } = bench.connect('10.0.0.1', 'node-1');
    sink.messages([update]);
    expect(bench.agents.list()).toMatchObject([{ name: 'node-1', kind: 'felix', connected: true }]);
    sink.closed();
    bench.clock.advance(61_000);
    expect(bench.agents.list()).toMatchObject([{ name: 'node-1', connected: false }]);
  });

  it('tells of refused updates every few seconds, with how many there were', () => {
    const bench = new Bench();
    const { sink } = bench.connect();
    for (let turn = 0; turn < 50; turn++) sink.messages([GARBAGE]);
    bench.clock.advance(6_000);
    sink.messages([NO_FLOW]);
    const told = bench.lines.filter(({ msg }) => String(msg).includes('refused'));
    expect(told).toMatchObject([
      { node: '10.0.0.1', field: '(message)', updates: 1 },
      { field: 'flow', reason: 'is missing', updates: 50 },
    ]);
  });

  it('drops what is too old, counts it, and answers', () => {
    const bench = new Bench();
    const { call, sink } = bench.connect();
    sink.messages([updateBytes({ start: START - 7_200 })]);
    expect(call.receipts).toBe(1);
    expect(bench.accept.tooOld).toBe(1);
  });

  it('sends one receipt for each update, however they come, and counts each flow once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.oneof(fc.nat(9), fc.constantFrom('garbage', 'none')), { minLength: 1 })),
        async (batches) => {
          const bench = new Bench();
          const { call, sink } = bench.connect();
          let due = 0;
          for (const batch of batches) {
            const messages = batch.map((what) => {
              if (what === 'garbage') return GARBAGE;
              return what === 'none' ? NO_FLOW : updateBytes({ start: START, port: Number(what) });
            });
            due += messages.length;
            sink.messages(messages);
            expect(call.receipts).toBe(due);
          }
          const distinct = new Set(batches.flat().filter((what) => typeof what === 'number')).size;
          expect(await bench.bytesIn()).toBe(distinct * 100);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('an update that comes again', () => {
  const other = updateBytes({ start: START, port: 80 });
  const later = updateBytes({ start: START + 15 });
  it.each<[string, (bench: Bench) => void, number]>([
    ['on the same call', () => {}, 1],
    ['on a new connection of the same node', (bench) => bench.connect('10.0.0.1').sink.messages([update]), 1],
    ['from another node', (bench) => bench.connect('10.0.0.2').sink.messages([update]), 2],
    ['with another key', (bench) => bench.connect().sink.messages([other]), 2],
    ['for another interval', (bench) => bench.connect().sink.messages([later]), 2],
    [
      'after five minutes and a half, as Felix still may',
      (bench) => {
        bench.clock.advance(330_000);
        bench.connect().sink.messages([update]);
      },
      1,
    ],
    [
      'once nobody would send it again',
      (bench) => {
        bench.clock.advance(RESENT_WITHIN_MS + 1_000);
        bench.connect().sink.messages([update]);
      },
      2,
    ],
  ])('%s', async (what, again, times) => {
    const bench = new Bench();
    const { sink } = bench.connect();
    sink.messages([update]);
    sink.messages([update]);
    again(bench);
    expect(await bench.bytesIn()).toBe(times * 100);
    expect(bench.collector.stats.duplicates).toBe(times === 1 && what !== 'on the same call' ? 2 : 1);
  });

  it.each([
    ['a name of its own, from another address', ['node-1'], ['node-1'], '10.0.0.2', 1],
    ['the name that all nodes have, from another address', ['typha-client'], ['typha-client'], '10.0.0.2', 2],
    [
      'the name that all nodes have, from the same address',
      ['typha-client'],
      ['typha-client'],
      '10.0.0.1',
      1,
    ],
    ['another name from the same address', ['node-1'], ['node-2'], '10.0.0.1', 2],
  ])('under %s', async (_what, before, after, address, times) => {
    const bench = new Bench();
    const first = bench.connect('10.0.0.1', ...before);
    first.sink.messages([update]);
    first.sink.closed();
    bench.connect(address, ...after).sink.messages([update]);
    expect(await bench.bytesIn()).toBe(times * 100);
  });

  it('is another node’s where two addresses show one name at a time', async () => {
    const bench = new Bench();
    bench.connect('10.0.0.1', 'nodes').sink.messages([update]);
    bench.connect('10.0.0.2', 'nodes').sink.messages([update]);
    bench.connect('10.0.0.3', 'nodes').sink.messages([update]);
    expect(await bench.bytesIn()).toBe(300);
  });
});

describe('with a journal', () => {
  it('sends receipts when the updates are written, and together', async () => {
    const journal = new TestJournal();
    const bench = new Bench(journal);
    const { call, sink } = bench.connect();
    sink.messages([update]);
    sink.messages([update, updateBytes({ start: START, port: 80 })]);
    sink.end();
    await Promise.resolve();
    expect(call.receipts).toBe(0);
    expect(call.isClosed).toBe(false);
    await journal.write();
    expect(call.receipts).toBe(3);
    expect(call.isClosed).toBe(true);
  });

  it('keeps what was taken, and neither repeats nor what was refused', async () => {
    const journal = new TestJournal();
    const bench = new Bench(journal);
    const { call, sink } = bench.connect('10.0.0.1', 'node-1');
    sink.messages([update, update, GARBAGE, updateBytes({ start: START, port: 80 })]);
    sink.messages([update]);
    sink.messages([updateBytes({ start: START - 7_200 })]);
    await journal.write();
    expect(call.receipts).toBe(6);
    expect(journal.entries).toMatchObject([{ kind: 'goldmane', meta: { node: 'node-1' } }]);
  });

  it('knows after a restart what was sent before it', async () => {
    const journal = new TestJournal();
    const before = new Bench(journal);
    before.connect('10.0.0.1', 'node-1').sink.messages([update, updateBytes({ start: START, port: 80 })]);
    const after = new Bench();
    for (const { kind, meta, payload } of journal.entries) {
      await after.accept.restore(async () =>
        after.collector.replay(
          { kind, meta, payload: Buffer.from(payload), at: before.clock.now(), head: before.clock.now() },
          false,
        ),
      );
    }
    expect(await after.bytesIn()).toBe(200);
    after.connect('10.0.0.1', 'node-1').sink.messages([update]);
    expect(await after.bytesIn()).toBe(200);
    after.connect('10.0.0.2', 'node-2').sink.messages([update]);
    expect(await after.bytesIn()).toBe(300);
  });
});
