import { type FlowRecord, millis, NO_EVIDENCE, NO_TRACE, UNKNOWN_COUNTERS } from '@vibrissa/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TakenSums } from './taken-sums.js';

const BUCKET_MS = 15_000;
const FIRST = 1_000;

function result(bucket: number, bytesIn: number): FlowRecord {
  const end = { kind: 'workload', namespace: 'shop', name: 'web', address: '' } as const;
  return {
    key: {
      source: end,
      dest: end,
      port: 80,
      protocol: 'tcp',
      service: null,
      reporter: 'src',
      verdict: 'allow',
      trace: NO_TRACE,
    },
    start: millis(bucket * BUCKET_MS),
    end: millis((bucket + 1) * BUCKET_MS),
    counters: { ...UNKNOWN_COUNTERS, bytesIn, connectionsStarted: 1 },
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
  };
}

it('takes what is new of what is told again', () => {
  const sums = new TakenSums();
  expect(sums.resumeAt).toBeNull();
  sums.newStream();
  expect(sums.takeNew(result(1, 10), 7)?.counters.bytesIn).toBe(10);
  expect(sums.takeNew(result(1, 4), 7)?.counters).toMatchObject({ bytesIn: 4, connectionsStarted: 1 });
  expect(sums.resumeAt).toBe(0);
  sums.newStream();
  expect(sums.takeNew(result(1, 14), 7)).toBeNull();
  expect(sums.takeNew(result(1, 5), 8)?.counters.bytesIn).toBe(5);
  sums.newStream();
  expect(sums.takeNew(result(1, 20), 7)?.counters).toMatchObject({ bytesIn: 6, connectionsStarted: 0 });
  expect(sums.takeNew(result(1, 3), 8)).toBeNull();
});

it('goes back a minute and no further, to the start of a bucket', () => {
  const sums = new TakenSums();
  for (let bucket = FIRST; bucket < FIRST + 20; bucket++) {
    sums.newStream();
    sums.takeNew(result(bucket, 1), 1);
  }
  expect(sums.resumeAt).toBe((FIRST + 19) * BUCKET_MS - 60_000);
  // What comes late for a bucket that was forgotten is new, and does not make it be asked for again.
  expect(sums.takeNew(result(FIRST, 5), 1)?.counters.bytesIn).toBe(5);
  expect(sums.resumeAt).toBe((FIRST + 19) * BUCKET_MS - 60_000);
});

it('forgets the oldest when there are too many, and does not ask for it again', () => {
  const sums = new TakenSums(3);
  sums.newStream();
  for (const key of [1, 2]) sums.takeNew(result(FIRST, 1), key);
  for (const key of [1, 2]) expect(sums.takeNew(result(FIRST + 1, 1), key)).not.toBeNull();
  expect(sums.resumeAt).toBe((FIRST + 1) * BUCKET_MS);
  for (const key of [3, 4, 5]) expect(sums.takeNew(result(FIRST + 1, 1), key)).not.toBeNull();
  expect(sums.resumeAt).toBe((FIRST + 2) * BUCKET_MS);
});

/** What happens at a Goldmane: a record comes, it tells its next result, it begins a bucket, the connection breaks. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ key: fc.nat(3), late: fc.nat(3), bytes: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 4, arbitrary: fc.constant('tell') },
  { weight: 1, arbitrary: fc.constant('bucket') },
  { weight: 1, arbitrary: fc.constant('break') },
);

it('counts all of it once, however often the stream breaks', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
      const sums = new TakenSums();
      const held = new Map<string, number>();
      let head = FIRST + 4;
      let queue: (readonly [bucket: number, key: number, bytes: number])[] = [];
      let toldTo = FIRST;
      let taken = 0;
      const stream = () => {
        sums.newStream();
        toldTo = Math.floor((sums.resumeAt ?? FIRST * BUCKET_MS) / BUCKET_MS);
        queue = [];
        offer();
      };
      const offer = () => {
        for (; toldTo < head; toldTo++) {
          for (let key = 0; key < 4; key++) {
            const bytes = held.get(`${toldTo} ${key}`);
            if (bytes !== undefined) queue.push([toldTo, key, bytes]);
          }
        }
      };
      const tell = () => {
        const [next] = queue.splice(0, 1);
        if (next === undefined) return;
        const [bucket, key, bytes] = next;
        taken += sums.takeNew(result(bucket, bytes), key)?.counters.bytesIn ?? 0;
      };
      stream();
      for (const what of happenings) {
        if (what === 'tell') tell();
        else if (what === 'break') stream();
        else if (what === 'bucket') {
          head++;
          offer();
        } else {
          const bucket = head - what.late;
          held.set(`${bucket} ${what.key}`, (held.get(`${bucket} ${what.key}`) ?? 0) + what.bytes);
          if (bucket < toldTo) queue.push([bucket, what.key, what.bytes]);
        }
      }
      head++;
      offer();
      while (queue.length > 0) tell();
      expect(taken).toBe([...held.values()].reduce((sum, bytes) => sum + bytes, 0));
    }),
    { numRuns: 2_000 },
  );
});
