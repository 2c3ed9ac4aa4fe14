/** Fills a store with a million flows, read from lines as the server reads them, and says what that takes. */
import { millis } from '@vibrissa/model';
import { isProblem, readRecord, writeRecord } from '@vibrissa/protocol';
import { HotStore } from '@vibrissa/store';
import { Cluster, LARGE } from '../load/cluster.js';
import { collectGarbage, tell } from './child.js';

const KEYS = 1_000_000;
const BATCH = 1_000;
const BUCKET_MS = 15_000;
const START = 1_770_000_000_000;

const cluster = new Cluster(LARGE);
collectGarbage();
const rssBefore = process.memoryUsage.rss();
const clock = { now: () => millis(START) };
const store = new HotStore({ clock, bucketMs: BUCKET_MS, buckets: 240, maxSlots: 20_000_000 });

let cpuMicros = 0;
for (let first = 0; first < KEYS; first += BATCH) {
  const records = Array.from({ length: BATCH }, (_, at) => {
    // The last hour, evenly.
    const end = START - Math.floor((first / KEYS) * 200) * BUCKET_MS;
    // Strings of their own, as from the wire.
    const record = readRecord(writeRecord(cluster.record(first + at, end)));
    if (isProblem(record)) throw new Error(`${record.field} ${record.reason}`);
    return record;
  });
  const before = process.cpuUsage();
  store.append(records);
  const { user, system } = process.cpuUsage(before);
  cpuMicros += user + system;
}
if (store.ring.size !== KEYS) throw new Error(`${store.ring.size} flows are held, not ${KEYS}`);
collectGarbage();
const { rss } = process.memoryUsage();
const perKey = (rss - rssBefore) / KEYS;

tell({
  name: 'store, 1,000,000 unique flows: memory of the process (RSS)',
  value: rss / 2 ** 20,
  unit: 'MB',
  target: { atMost: 1_024 },
});
tell({ name: 'store, memory a flow', value: perKey, unit: 'B' });
tell({
  name: 'store, most memory on the way there, garbage included',
  value: process.resourceUsage().maxRSS / 1024,
  unit: 'MB',
});
tell({
  name: 'store, appends of flows never seen before',
  value: KEYS / (cpuMicros / 1e6),
  unit: 'records/CPU-s',
});
process.disconnect();
