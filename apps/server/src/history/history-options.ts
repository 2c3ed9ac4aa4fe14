import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HISTORY_DEFAULTS, type HistoryOptions } from '@vibrissa/store';

/** What the settings say of the history. */
export interface HistorySettings {
  readonly bucketMs: number;
  readonly retention: number;
  readonly historyBytes: number;
  readonly historyMemoryBytes: number;
  readonly exportFolder: string;
}

/** The history in a folder for all that outlives the process; null keeps one in memory. */
export function historyOptions(
  settings: HistorySettings,
  data: string | null,
): Omit<HistoryOptions, 'clock'> {
  return {
    ...HISTORY_DEFAULTS,
    path: data === null ? null : pathIn(data),
    bucketMs: settings.bucketMs,
    retentionMs: settings.retention,
    mostBytes: settings.historyBytes,
    memoryBytes: settings.historyMemoryBytes,
    exportFolder: data === null || settings.exportFolder === '' ? null : settings.exportFolder,
  };
}

/** Whether there is a history in the folder, of whatever kind. */
export function hasHistory(data: string | null): boolean {
  return data !== null && existsSync(dirname(pathIn(data)));
}

function pathIn(data: string): string {
  return join(data, 'history', 'flows.duckdb');
}
