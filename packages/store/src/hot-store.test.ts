import {
  type Clock,
  EVERYTHING,
  type FlowRecord,
  type Millis,
  millis,
  parseFilter,
  tallyOf,
} from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONTRACT_BUCKET_MS,
  CONTRACT_BUCKETS,
  contractRecord,
  flowStoreContract,
} from './flow-store.contract.js';
import { HotStore } from './hot-store.js';

const OPTIONS = { bucketMs: CONTRACT_BUCKET_MS, buckets: CONTRACT_BUCKETS, maxSlots: 1_000_000 };

flowStoreContract('HotStore', async (clock) => new HotStore({ clock, ...OPTIONS }));

class HandClock implements Clock {
  constructor(public time: number) {}

  now(): Millis {
    return millis(this.time);
  }
}

const START = 1_770_000_000_000;
const [SAMPLE] = fc.sample(contractRecord, { seed: 7, numRuns: 1 }) as [FlowRecord];

function recordAt(start: number, port = 443): FlowRecord {
  return { ...SAMPLE, key: { ...SAMPLE.key, port }, start: millis(start), end: millis(start + 1_000) };
}

async function total(store: HotStore, clock: Clock): Promise<number> {
  const window = { from: store.oldestHeld, to: clock.now() };
  return (await store.flows({ filter: EVERYTHING, grouping: 'flow', limit: 10, ...window })).total;
}

describe('HotStore and the clock', () => {
  it('lets flows go when their bucket leaves the horizon, and reuses what they took', async () => {
    const clock = new HandClock(START);
    const store = new HotStore({ clock, ...OPTIONS });
    for (let round = 0; round < 5; round++) {
      for (let port = 1; port <= 500; port++) store.append([recordAt(clock.time, port)]);
      store.ring.advance();
      expect(await total(store, clock)).toBe(500);
      clock.time += (CONTRACT_BUCKETS + 2) * CONTRACT_BUCKET_MS;
      store.ring.advance();
      expect(await total(store, clock)).toBe(0);
      expect(store.ring.sweep(100)).toBe(false);
      while (!store.ring.sweep(100));
      expect(store.ring.size).toBe(0);
    }
  });

  it('takes in late records and shows them, keeps early ones, refuses only what is too old', async () => {
    const clock = new HandClock(START);
    const store = new HotStore({ clock, ...OPTIONS });
    const placements = [0, -60_000, 3_600_000, -CONTRACT_BUCKETS * CONTRACT_BUCKET_MS - 60_000].map(
      (offset, at) => store.append([recordAt(START + offset, at + 1)])[0],
    );
    expect(placements).toEqual(['current', 'late', 'early', 'too-old']);
    expect(await total(store, clock)).toBe(3);
  });

  it('tells a late record as a change', () => {
    const clock = new HandClock(START);
    const { ring } = new HotStore({ clock, ...OPTIONS });
    ring.append(recordAt(START));
    expect(ring.takeChanges().keys).toHaveLength(1);
    expect(ring.takeChanges().keys).toHaveLength(0);
    ring.append(recordAt(START - 90_000));
    expect(ring.takeChanges().keys).toHaveLength(1);
  });

  it('never gives an id twice', async () => {
    const clock = new HandClock(START);
    const store = new HotStore({ clock, ...OPTIONS });
    const seen = new Set<number>();
    for (let round = 0; round < 4; round++) {
      store.append([recordAt(clock.time, 1), recordAt(clock.time, 2)]);
      const window = { from: store.oldestHeld, to: clock.now() };
      const page = await store.flows({ filter: EVERYTHING, grouping: 'connection', limit: 10, ...window });
      for (const group of page.groups) {
        expect(seen.has(group.id)).toBe(false);
        seen.add(group.id);
      }
      if (round % 2 === 0) store.ring.forget();
      else {
        clock.time += (CONTRACT_BUCKETS + 2) * CONTRACT_BUCKET_MS;
        store.ring.advance();
        store.ring.sweep(1_000);
      }
    }
    expect(seen.size).toBe(8);
  });

  it('lets the oldest go early when memory is full, and counts them', async () => {
    const clock = new HandClock(START);
    const store = new HotStore({ clock, ...OPTIONS, maxSlots: 100 });
    for (let step = 0; step < 30; step++) {
      for (let port = 1; port <= 10; port++) store.append([recordAt(clock.time, port)]);
      clock.time += CONTRACT_BUCKET_MS;
      store.ring.advance();
    }
    expect(store.ring.evicted).toBeGreaterThan(0);
    expect(store.oldestHeld).toBeGreaterThan(START);
    expect(await total(store, clock)).toBe(10);
  });

  it('forgets names that nobody uses any more, and mixes up none of those in use', async () => {
    const clock = new HandClock(START);
    const store = new HotStore({ clock, ...OPTIONS });
    const churned = (name: string): FlowRecord => ({
      ...recordAt(clock.time),
      key: { ...SAMPLE.key, source: { kind: 'workload', namespace: name, name, address: '' } },
      sourceLabels: [`name=${name}`],
      evidence: { ...SAMPLE.evidence, sourceIps: tallyOf([name]) },
    });
    for (let round = 0; round < 12; round++) {
      store.append(Array.from({ length: 5_000 }, (_, at) => churned(`r${round}-${at}`)));
      clock.time += (CONTRACT_BUCKETS / 2) * CONTRACT_BUCKET_MS;
      store.ring.advance();
      while (!store.ring.sweep(100_000));
    }
    expect(store.ring.interned).toBeLessThan(100_000);
    const filter = parseFilter('source.name=r11-7,r11-4999');
    const page = await store.flows({
      filter,
      grouping: 'flow',
      limit: 10,
      from: store.oldestHeld,
      to: clock.now(),
    });
    const told = page.groups.flatMap((group) => group.flows);
    expect(told).toHaveLength(2);
    for (const { key, sourceLabels, evidence } of told) {
      expect(sourceLabels).toEqual([`name=${key.source.name}`]);
      expect(evidence.sourceIps.kept).toEqual([[key.source.name, 1]]);
    }
  });
});
