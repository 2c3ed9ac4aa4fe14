import { type Clock, EVERYTHING, type FlowRecord, type Millis, millis, parseFilter } from '@vibrissa/model';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONTRACT_BUCKET_MS, contractRecord, gist } from './contract-samples.js';
import type { FlowHistory } from './flow-history.js';
import { openHistory } from './history/history-client.js';
import { HistoryEngine } from './history/history-engine.js';
import { HISTORY_DEFAULTS } from './history/history-options.js';
import { HotStore } from './hot-store.js';
import { NaiveHistory } from './naive-history.js';
import { TieredStore } from './tiered-store.js';

const BUCKETS = 4;
const HOUR = 3_600_000;
/** The start of a bucket, long before the machine's time, by which a thread of its own goes. */
const START = 1_770_000_000_000;

class HandClock implements Clock {
  time = START;

  now(): Millis {
    return millis(this.time);
  }
}

const OPTIONS = {
  ...HISTORY_DEFAULTS,
  path: null,
  bucketMs: CONTRACT_BUCKET_MS,
  retentionMs: 3 * HOUR,
  exportFolder: null,
};

const HISTORIES: readonly (readonly [string, (clock: Clock) => FlowHistory])[] = [
  ['that is naive', (clock) => new NaiveHistory(clock, CONTRACT_BUCKET_MS)],
  ['in this thread', (clock) => new HistoryEngine({ ...OPTIONS, clock })],
  ['in a thread of its own', () => openHistory(OPTIONS)],
];

const SAMPLES = fc
  .sample(contractRecord, { seed: 3, numRuns: 40 })
  .filter(({ key }, at, all) => all.findIndex((other) => sameKey(other.key, key)) === at);

function sameKey(a: FlowRecord['key'], b: FlowRecord['key']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function at(sample: number, start: number): FlowRecord {
  const record = SAMPLES[sample];
  if (record === undefined) throw new Error(`there is no sample ${sample}`);
  return { ...record, start: millis(start), end: millis(start + 500) };
}

let history: FlowHistory | null = null;
afterEach(() => history?.close());

async function open(make: (clock: Clock) => FlowHistory): Promise<{
  clock: HandClock;
  hot: HotStore;
  tiered: TieredStore;
}> {
  const clock = new HandClock();
  history = make(clock);
  await history.mark();
  const hot = new HotStore({ clock, bucketMs: CONTRACT_BUCKET_MS, buckets: BUCKETS, maxSlots: 1_000 });
  const tiered = new TieredStore({ hot, clock, retentionMs: OPTIONS.retentionMs, tailMs: 0 });
  tiered.useHistory(history);
  return { clock, hot, tiered };
}

// A thread starts from TypeScript here, which takes seconds on a busy machine.
describe.each(HISTORIES)('the ring and a history %s', { timeout: 60_000 }, (_, make) => {
  it('take the same flows for the newest, those slightly ahead of the clock among them', async () => {
    const { clock, hot, tiered } = await open(make);
    // One of the last bucket, two of the one that is being filled, one ahead in the next.
    for (const [sample, start] of [-2_000, 0, 9_000, CONTRACT_BUCKET_MS].entries())
      tiered.take(at(sample, START + start));
    for (const ms of [0, CONTRACT_BUCKET_MS - 1]) {
      clock.time = START + ms;
      hot.ring.advance();
      for (const to of [START - 1, START, clock.time, clock.time + 1]) {
        const query = { filter: EVERYTHING, to: millis(to) };
        const short = { ...query, from: millis(START - CONTRACT_BUCKET_MS) };
        const long = { ...query, from: millis(START - HOUR) };
        const lines = { grouping: 'flow', limit: 100 } as const;
        const page = await tiered.flows({ ...short, ...lines });
        const longer = await tiered.flows({ ...long, ...lines });
        expect(longer.groups.map(gist).sort()).toEqual(page.groups.map(gist).sort());
        expect(longer.to).toBe(page.to);
        const steps = { stepMs: CONTRACT_BUCKET_MS, measure: 'packets' } as const;
        const points = await tiered.series({ ...short, ...steps });
        const more = await tiered.series({ ...long, ...steps });
        expect(more.slice(more.length - points.length)).toEqual(points);
        const top = { by: ['namespace'], measure: 'flows', limit: 10 } as const;
        expect((await tiered.top({ ...long, ...top })).sum).toEqual(
          (await tiered.top({ ...short, ...top })).sum,
        );
      }
    }
  });

  it('agree, once it was handed over, since when they know a flow that the ring had forgotten', async () => {
    const { clock, hot, tiered } = await open(make);
    let segment = 0;
    const wait = (ms: number) => {
      clock.time += ms;
      hot.ring.advance();
      while (!hot.ring.sweep(1_000));
    };
    const handOver = async () => {
      wait(2 * CONTRACT_BUCKET_MS);
      expect(await tiered.handOver(() => ++segment)).toBe(true);
    };
    const began = START + 1_000;
    const old = [at(0, began), at(1, began + 1)];
    for (const record of old) tiered.take(record);
    await handOver();
    wait(HOUR);
    expect(hot.ring.size).toBe(0);

    const again = clock.time;
    // A third was never seen before.
    for (const sample of [0, 1, 2]) tiered.take(at(sample, again));
    hot.ring.takeChanges();
    const page = () =>
      tiered.flows({
        filter: EVERYTHING,
        grouping: 'flow',
        from: millis(clock.time - CONTRACT_BUCKET_MS * 3),
        to: clock.now(),
        limit: 10,
      });
    const since = async () => (await page()).groups.map(({ firstSeen }) => firstSeen).sort();
    expect(await since()).toEqual([again, again, again]);
    await handOver();
    await vi.waitFor(async () => expect(await since()).toEqual([began, began + 1, again]), 20_000);
    expect(hot.ring.takeChanges().keys).toHaveLength(2);
    const young = parseFilter('age<5m');
    const query = { filter: young, grouping: 'flow' as const, to: clock.now(), limit: 10 };
    for (const from of [clock.time - CONTRACT_BUCKET_MS * 3, clock.time - 2 * HOUR])
      expect((await tiered.flows({ ...query, from: millis(from) })).total).toBe(1);
  });

  it('do not take a flow for the one that had its index before', async () => {
    const { clock, hot, tiered } = await open(make);
    const forget = () => {
      clock.time += HOUR;
      hot.ring.advance();
      while (!hot.ring.sweep(1_000));
    };
    tiered.take(at(0, START));
    clock.time += 2 * CONTRACT_BUCKET_MS;
    await tiered.handOver(() => 1);
    forget();
    tiered.take(at(0, clock.time));
    const [index] = hot.ring.takeChanges().keys;
    if (index === undefined) throw new Error('the ring took nothing');
    clock.time += 2 * CONTRACT_BUCKET_MS;
    await tiered.handOver(() => 2);
    // What the history tells comes only now, if it is in a thread; the index has been given away.
    forget();
    const start = clock.time;
    tiered.take(at(1, start));
    expect(hot.ring.takeChanges().keys).toEqual([index]);
    await history?.flushed();
    expect(hot.ring.firstSeen(index)).toBe(start);
    hot.ring.seenBefore({ index, generation: 0, firstSeen: millis(0) });
    expect(hot.ring.firstSeen(index)).toBe(start);
  });
});
