import { type Evidence, type FlowRecord, millis, NO_EVIDENCE } from '@vibrissa/model';
import type { HotRing } from './hot-ring.js';
import type { Progress } from './progress.js';
import type { BucketRange } from './slot-chain.js';
import type { Turns } from './turns.js';

/** Records a batch holds at most, so that whoever writes them out holds few in memory. */
const BATCH = 1_000;

/** Flows looked at before the clock is. */
const STEP = 256;

/**
 * Every flow of these connections as records, one for each bucket of the window in which it moved something,
 * oldest bucket first. What is let go of, or reused, while they are read is left out.
 */
export async function* readRecords(
  ring: HotRing,
  turns: Turns,
  range: BucketRange,
  connections: readonly number[],
  signal: AbortSignal | undefined,
  progress: Progress,
): AsyncGenerator<readonly FlowRecord[]> {
  /** By index: the id that the flow had, and whether its evidence was told. */
  const wanted = new Map<number, { readonly id: number; told: boolean }>();
  for (const connection of connections) {
    for (const key of ring.groups.members(connection, 'connection'))
      wanted.set(key, { id: ring.groups.id(key, 'flow'), told: false });
  }
  const to = Math.min(range.to, ring.head + 2);
  for (let bucket = Math.max(range.from, ring.oldestBucket); bucket < to; bucket++) {
    const keys = [...ring.keysIn(bucket)].filter((key) => wanted.has(key));
    for (let from = 0; from < keys.length; from += BATCH) {
      const batch: FlowRecord[] = [];
      const part = keys.slice(from, from + BATCH);
      const read = (key: number): void => {
        const flow = wanted.get(key);
        if (flow === undefined || ring.groups.id(key, 'flow') !== flow.id) return;
        const record = recordOf(ring, key, bucket, flow.told ? null : ring.evidence(key));
        if (record === null) return;
        flow.told = true;
        batch.push(record);
      };
      await turns.run(inSteps(part, read), signal);
      if (batch.length > 0) yield batch;
    }
    progress.at((bucket + 1 - range.from) / (to - range.from));
  }
}

function* inSteps(keys: readonly number[], read: (key: number) => void): Generator<void> {
  for (const [at, key] of keys.entries()) {
    if (at % STEP === STEP - 1) yield;
    read(key);
  }
}

/** `evidence` null: it was told with an earlier record. */
function recordOf(ring: HotRing, key: number, bucket: number, evidence: Evidence | null): FlowRecord | null {
  const flow = ring.flow(key, { from: bucket, to: bucket + 1 });
  if (flow === null) return null;
  const began = bucket * ring.bucketMs;
  const first = flow.firstSeen;
  return {
    key: flow.key,
    start: first >= began && first < began + ring.bucketMs ? first : millis(began),
    end: flow.lastSeen,
    counters: flow.counters,
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
    evidence: evidence ?? NO_EVIDENCE,
  };
}
