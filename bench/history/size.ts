/** Six hours of the simulator's cluster through ring and hand-over, and what a flow in a bucket takes on disk. */
import { join } from 'node:path';
import { type Millis, millis } from '@vibrissa/model';
import { createPlay, SCENARIOS } from '@vibrissa/simulator';
import { HotStore, TieredStore } from '@vibrissa/store';
import { tell } from '../store/child.js';
import { BUCKET_MS, NOW, openAt, ownFolder } from './open.js';

const HOURS = 6;
/** As the server tidies every minute, in buckets. */
const TIDY_EVERY = 4;

/** As many copies of the scenario's namespaces as make a cluster worth the name. */
const SCALE = 10;

let time: Millis = millis(NOW - HOURS * 3_600_000);
const clock = { now: () => time };
const path = join(ownFolder(), 'flows.duckdb');
const history = openAt(path);
await history.mark();
const hot = new HotStore({ clock, bucketMs: BUCKET_MS, buckets: 240, maxSlots: 20_000_000 });
const store = new TieredStore({ hot, clock, retentionMs: 30 * 86_400_000 });
store.useHistory(history);
const play = createPlay(SCENARIOS['broken-rollout'], { seed: 1, start: NOW, scale: SCALE });
let segment = 0;
let records = 0;
for (let next = time + BUCKET_MS; next <= NOW; next += BUCKET_MS) {
  const told = play.records(time, millis(next));
  time = millis(next);
  records += told.length;
  for (const record of told) store.take(record);
  hot.ring.advance();
  hot.ring.sweep(1_000_000);
  await store.handOver(() => ++segment);
  if (segment % TIDY_EVERY === 0) await history.tidy();
}
await history.flushed();
await history.tidy();
const { written } = history.status();
await history.close();
const again = openAt(path);
await again.mark();
await again.tidy();
const { bytes, freeBytes } = again.status();
await again.close();
tell({
  name: `history, the simulator's cluster for ${HOURS} h: records taken in`,
  value: records,
  unit: 'records',
});
tell({ name: 'history, rows of it (one a flow and bucket)', value: written, unit: 'rows' });
tell({ name: 'history, file with all dictionaries, sums and evidence', value: bytes / 2 ** 20, unit: 'MB' });
tell({ name: 'history, of it free for what comes', value: freeBytes / 2 ** 20, unit: 'MB' });
tell({
  name: 'history, bytes on disk a flow and bucket, without what is free',
  value: (bytes - freeBytes) / written,
  unit: 'B',
  target: { atMost: 30 },
});
process.disconnect();
