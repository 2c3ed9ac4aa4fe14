import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis } from '@vibrissa/model';
import { type FlowHistory, HISTORY_DEFAULTS, openHistory } from '@vibrissa/store';

export const BUCKET_MS = 15_000;
export const DAY_MS = 86_400_000;
export const DAY_BUCKETS = DAY_MS / BUCKET_MS;

/** The number of the bucket before which everything has been written. */
export const NOW_BUCKET = Math.floor(Date.now() / BUCKET_MS);
export const NOW = millis(NOW_BUCKET * BUCKET_MS);

/** A folder of its own that goes with the process. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A history as the server opens it. */
export function openAt(path: string, bucketMs = BUCKET_MS, days = 60): FlowHistory {
  return openHistory({ ...HISTORY_DEFAULTS, path, bucketMs, retentionMs: days * DAY_MS, exportFolder: null });
}
