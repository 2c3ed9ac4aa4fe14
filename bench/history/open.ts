import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Millis, millis } from '@vibrissa/model';
import { type FlowHistory, HISTORY_DEFAULTS, openHistory } from '@vibrissa/store';

export const BUCKET_MS = 15_000;
export const DAY_MS = 86_400_000;
export const DAY_BUCKETS = DAY_MS / BUCKET_MS;

/** The number of the bucket that is being filled while the benchmark stands still at one moment. */
export const NOW_BUCKET = Math.floor(1_770_000_000_000 / BUCKET_MS);
export const NOW = millis(NOW_BUCKET * BUCKET_MS);

/** A folder of its own that goes with the process. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A history as the server opens it, at a moment that stands still. */
export function openAt(path: string, now: () => Millis = () => NOW, bucketMs = BUCKET_MS): FlowHistory {
  return openHistory({
    ...HISTORY_DEFAULTS,
    path,
    bucketMs,
    retentionMs: 60 * DAY_MS,
    exportFolder: null,
    clock: { now },
  });
}
