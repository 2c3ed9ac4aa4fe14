import { type Clock, type Counters, type FlowRecord, type Millis, millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACT_BUCKET_MS, CONTRACT_BUCKETS, contractRecord } from './flow-store.contract.js';
import { HotRing } from './hot-ring.js';

const START = 1_770_000_000_000;
const [SAMPLE] = fc.sample(contractRecord, { seed: 7, numRuns: 1 }) as [FlowRecord];

class HandClock implements Clock {
  time = START;

  now(): Millis {
    return millis(this.time);
  }
}

function ringAt(clock: Clock): HotRing {
  return new HotRing({ clock, bucketMs: CONTRACT_BUCKET_MS, buckets: CONTRACT_BUCKETS, maxSlots: 1_000 });
}

function recordAt(start: number, bytesIn: number | null): FlowRecord {
  const counters: Counters = { ...SAMPLE.counters, bytesIn };
  return { ...SAMPLE, start: millis(start), end: millis(start), counters };
}

describe('HotRing, bucket by bucket', () => {
  it('tells of late records, and of no others, as long as somebody listens', () => {
    const clock = new HandClock();
    const ring = ringAt(clock);
    const heard: [bucket: number, bytesIn: number | null][] = [];
    ring.watchLate((_key, bucket, counters) =>
      heard.push([bucket - ring.bucketOf(millis(START)), counters.bytesIn]),
    );
    ring.append(recordAt(START, 1));
    clock.time += 2 * CONTRACT_BUCKET_MS;
    ring.advance();
    ring.append(recordAt(START, 2));
    ring.append(recordAt(clock.time, 3));
    ring.append(recordAt(clock.time + 10 * CONTRACT_BUCKET_MS, 4));
    ring.append(recordAt(START - CONTRACT_BUCKETS * CONTRACT_BUCKET_MS, 5));
    ring.append(recordAt(START + CONTRACT_BUCKET_MS, 6));
    ring.watchLate(null);
    ring.append(recordAt(START, 7));
    expect(heard).toEqual([
      [0, 2],
      [1, 6],
    ]);
  });

  it('tells what a flow moved in each bucket of a window, newest first', () => {
    const clock = new HandClock();
    const ring = ringAt(clock);
    const first = ring.bucketOf(millis(START));
    for (const bytesIn of [1, null, 4, 8]) {
      ring.append(recordAt(clock.time, bytesIn));
      ring.append(recordAt(clock.time, bytesIn));
      clock.time += CONTRACT_BUCKET_MS;
    }
    const [key] = ring.keysIn(first);
    const told: [number, number | null][] = [];
    ring.eachCounters(key ?? -1, { from: first, to: first + 3 }, (bucket, counters) =>
      told.push([bucket - first, counters.bytesIn]),
    );
    expect(told).toEqual([
      [2, 8],
      [1, null],
      [0, 2],
    ]);
  });
});
