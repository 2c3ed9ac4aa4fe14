/**
 * Fifty thousand flows a second taken in by a ring that hands every bucket over to a history on disk, while somebody
 * asks about the past: how long the event loop of the server is held, and how long a flush takes.
 */

import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FlowRecord, millis, parseFilter } from '@vibrissa/model';
import { HotStore, TieredStore } from '@vibrissa/store';
import { percentile } from '../figure.js';
import { Cluster, LARGE } from '../load/cluster.js';
import { tell } from '../store/child.js';
import { openAt, ownFolder } from './open.js';

const SECONDS = 20;
const A_SECOND = 50_000;
const STEP_MS = 10;
/** Short buckets, so that every one of the flows is a row. */
const BUCKET_MS = 1_000;

const clock = { now: () => millis(Date.now()) };
const history = openAt(join(ownFolder(), 'flows.duckdb'), BUCKET_MS);
await history.mark();
const hot = new HotStore({ clock, bucketMs: BUCKET_MS, buckets: 8, maxSlots: 20_000_000 });
const store = new TieredStore({ hot, clock, retentionMs: 86_400_000 });
store.useHistory(history);
const cluster = new Cluster(LARGE);
// Made beforehand: only taking in is measured, not reading what comes over a wire.
const made: FlowRecord[] = Array.from({ length: A_SECOND }, (_, flow) => cluster.record(flow, 0));
let segment = 0;
const handing = setInterval(() => {
  hot.ring.advance();
  hot.ring.sweep(20_000);
  void store.handOver(() => ++segment);
}, 100);
const loop = monitorEventLoopDelay({ resolution: 1 });
const asked: number[] = [];
let asking = true;
const reader = ask();
loop.enable();
const flushes: number[] = [];
const begun = performance.now();
let sent = 0;
for (let due = 0; due < SECONDS * A_SECOND; ) {
  await sleep(STEP_MS);
  const elapsed = performance.now() - begun;
  due = Math.min(SECONDS * A_SECOND, Math.floor((elapsed / 1_000) * A_SECOND));
  while (sent < due) {
    const now = clock.now();
    for (const until = Math.min(due, sent + 500); sent < until; sent++) {
      const { key, counters, sourceLabels, destLabels, evidence } = made[sent % A_SECOND] as FlowRecord;
      store.take({ key, counters, sourceLabels, destLabels, evidence, start: millis(now - 500), end: now });
    }
    await new Promise(setImmediate);
  }
  flushes.push(history.status().flushMs);
}
loop.disable();
asking = false;
await reader;
clearInterval(handing);
await sleep(3 * BUCKET_MS);
hot.ring.advance();
await store.handOver(() => ++segment);
await history.flushed();
const { written, dropped, waitingBytes } = history.status();
tell({
  name: 'history, rows written of 50,000 flows/s offered',
  value: written / SECONDS,
  unit: 'rows/s',
  target: { atLeast: 45_000 },
});
tell({ name: 'history, rows dropped', value: dropped, unit: 'rows', target: { atMost: 0 } });
tell({ name: 'history, waiting to be written at the end', value: waitingBytes, unit: 'B' });
tell({ name: 'history, slowest flush', value: Math.max(...flushes), unit: 'ms', target: { atMost: 100 } });
tell({
  name: 'history, event loop of the server meanwhile, p99',
  value: loop.percentile(99) / 1e6,
  unit: 'ms',
  target: { atMost: 20 },
});
tell({ name: 'history, the same, longest', value: loop.max / 1e6, unit: 'ms' });
tell({
  name: 'history, questions about the past meanwhile, median',
  value: percentile(asked, 0.5),
  unit: 'ms',
});
await history.close();
process.disconnect();

async function ask(): Promise<void> {
  const filter = parseFilter('namespace=team-7 verdict=deny');
  while (asking) {
    await sleep(500);
    const now = clock.now();
    const at = performance.now();
    await store.flows({ filter, grouping: 'connection', limit: 500, from: millis(now - 60_000), to: now });
    asked.push(performance.now() - at);
  }
}
