/**
 * A hundred thousand active flows a bucket, over several horizons of an injected clock, and how long the ring
 * holds the thread at a stretch; then how fast it answers questions about them, and in slices of which length.
 */
import { type Millis, millis, parseFilter } from '@vibrissa/model';
import { HotStore } from '@vibrissa/store';
import { percentile } from '../figure.js';
import { Cluster, LARGE } from '../load/cluster.js';
import { StallClock } from '../stall-clock.js';
import { collectGarbage, tell } from './child.js';

const ACTIVE = 100_000;
const BUCKET_MS = 15_000;
const BUCKETS = 4;
const ROUNDS = 9;
/** Of the active flows so many are never seen again after their bucket, so that tables have to be cleaned up. */
const FLEETING = 10_000;
/** As the server has it. */
const SWEEP_BUDGET = 20_000;
const TICK_MS = 200;
const BATCH = 500;
const ALLOWED = { atMost: 50 };

class HandClock {
  time = 1_770_000_000_000;

  now(): Millis {
    return millis(this.time);
  }
}

const clock = new HandClock();
const store = new HotStore({ clock, bucketMs: BUCKET_MS, buckets: BUCKETS, maxSlots: 20_000_000 });
const cluster = new Cluster(LARGE);
const stalls = new StallClock();
const ticks: number[] = [];
const appends: number[] = [];

for (let round = 0; round < ROUNDS; round++) fillBucket(round);
await measureQueries();
process.disconnect();

function fillBucket(round: number): void {
  const perTick = ACTIVE / (BUCKET_MS / TICK_MS);
  let sent = 0;
  for (let elapsed = 0; elapsed < BUCKET_MS; elapsed += TICK_MS) {
    clock.time += TICK_MS;
    const due = Math.round((elapsed / TICK_MS + 1) * perTick);
    while (sent < due) {
      const records = Array.from({ length: Math.min(BATCH, due - sent) }, () => recordOf(round, sent++));
      appends.push(timed(() => store.append(records)));
    }
    const tick = timed(() => {
      store.ring.advance();
      store.ring.takeChanges();
      store.ring.sweep(SWEEP_BUDGET);
    });
    if (round >= BUCKETS) ticks.push(tick);
  }
  if (round !== ROUNDS - 1) return;
  tell({
    name: 'store, longest append of 500 records, 100,000 flows a bucket',
    value: Math.max(...appends),
    unit: 'ms',
  });
  tell({
    name: 'store, rollover at 100,000 active flows: longest advance and sweep',
    value: Math.max(...ticks),
    unit: 'ms',
    target: ALLOWED,
  });
  tell({ name: 'store, rollover: 99th percentile of the same', value: percentile(ticks, 0.99), unit: 'ms' });
}

function recordOf(round: number, at: number) {
  const stays = ACTIVE - FLEETING;
  const record = cluster.record(at < stays ? at : at + round * FLEETING, clock.time);
  if (at < stays) return record;
  // A pod of a rollout that will not be seen again: its names and labels are new to the tables.
  const { source } = record.key;
  return {
    ...record,
    key: { ...record.key, source: { ...source, name: `job-${round}-${at}-*` } },
    sourceLabels: [`app=job-${round}-${at}`, 'kind=job'],
  };
}

function timed(run: () => void): number {
  stalls.lap();
  run();
  return stalls.lap();
}

async function measureQueries(): Promise<void> {
  const window = { from: store.oldestHeld, to: clock.now() };
  const filter = parseFilter('namespace=team-7 verdict=deny');
  const facets = ['namespace', 'workload', 'protocol', 'port', 'policy', 'verdict', 'reporter'];
  await query('flows with a filter, page of 500', () =>
    store.flows({ filter, grouping: 'connection', limit: 500, ...window }),
  );
  await query('hints of 7 fields', () =>
    store.hints({ filter, fields: facets, contains: '', limit: 50, ...window }),
  );
  await query('hints of 7 fields without a filter', () =>
    store.hints({ filter: parseFilter(''), fields: facets, contains: '', limit: 50, ...window }),
  );
  await query('series', () => store.series({ filter, stepMs: BUCKET_MS, ...window }));
}

/** The event loop turns while the question is answered: the longest turn is the longest slice. */
async function query(name: string, ask: () => Promise<unknown>): Promise<void> {
  await ask();
  collectGarbage();
  let longest = 0;
  let asking = true;
  const turn = () => {
    longest = Math.max(longest, stalls.lap());
    if (asking) setImmediate(turn);
  };
  stalls.lap();
  setImmediate(turn);
  const begun = performance.now();
  await ask();
  const took = performance.now() - begun;
  asking = false;
  tell({ name: `store, ${name}: 100,000 flows, ${BUCKETS} buckets`, value: took, unit: 'ms' });
  tell({ name: `store, ${name}: longest slice`, value: longest, unit: 'ms', target: ALLOWED });
}
