import type { FlowHistory } from '@vibrissa/store';
import { Cluster, MEDIUM } from '../load/cluster.js';
import { FactParts } from '../load/fact-parts.js';
import { BUCKET_MS, DAY_BUCKETS, NOW_BUCKET } from './open.js';

/** How many flows the day has; each comes in one bucket of twelve or so. */
const FLOWS = 20_000;

/** Buckets that are handed over together, so that building does not take longer than measuring. */
const TOGETHER = 20;

/** Hands over a day of flows that ends now, `rows` in all, as a ring would. */
export async function buildDay(history: FlowHistory, rows: number): Promise<void> {
  const parts = new FactParts(new Cluster(MEDIUM), BUCKET_MS);
  const aBucket = Math.round(rows / DAY_BUCKETS);
  for (let bucket = NOW_BUCKET - DAY_BUCKETS; bucket < NOW_BUCKET; bucket += TOGETHER) {
    const flows: number[] = [];
    const buckets: number[] = [];
    for (let one = bucket; one < bucket + TOGETHER; one++) {
      for (let at = 0; at < aBucket; at++) {
        // A window over all flows that moves on, as connections come and go.
        flows.push((one * 37 + at * 5) % FLOWS);
        buckets.push(one);
      }
    }
    history.put(parts.part(flows, buckets, { segment: 1, bucket: bucket + TOGETHER - 1 }));
    await history.flushed();
  }
}
