import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVERYTHING, type Millis, millis } from '@vibrissa/model';
import type { FlowHistory } from '../flow-history.js';
import { HistoryEngine } from './history-engine.js';
import type { HistoryOptions } from './history-options.js';
import { BUCKET_MS } from './test-parts.js';

export const DAY_MS = 86_400_000;

/** Noon of a day. */
export const NOW = millis(1_770_033_600_000 + DAY_MS / 2);

/** The bucket that ends now. */
export const NOW_BUCKET = NOW / BUCKET_MS - 1;

export function optionsFor(path: string | null, more: Partial<HistoryOptions> = {}): HistoryOptions {
  return {
    path,
    bucketMs: BUCKET_MS,
    retentionMs: 7 * DAY_MS,
    mostBytes: 2 ** 34,
    memoryBytes: 2 ** 28,
    threads: 1,
    exportFolder: null,
    maxWaitingBytes: 2 ** 26,
    clock: { now: (): Millis => NOW },
    ...more,
  };
}

export async function withEngine<T>(
  path: string | null,
  work: (engine: HistoryEngine) => Promise<T>,
  more: Partial<HistoryOptions> = {},
): Promise<T> {
  const engine = new HistoryEngine(optionsFor(path, more));
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** Runs with a folder that is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'vibrissa-history-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Everything that a history has, as records' sums: lines at `flow`, and what they received. */
export async function contentOf(
  history: FlowHistory,
): Promise<{ lines: number; packets: number; rows: number }> {
  const page = await history.flows({
    from: millis(0),
    to: millis(NOW + DAY_MS),
    filter: EVERYTHING,
    grouping: 'flow',
    limit: 10_000,
  });
  let rows = 0;
  for await (const { flows } of history.load(0)) for (const { records } of flows) rows += records.length;
  const packets = page.groups.reduce((sum, { traffic }) => sum + (traffic.packetsReceived ?? 0), 0);
  return { lines: page.total, packets, rows };
}
