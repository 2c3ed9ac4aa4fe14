import type { Clock } from '@vibrissa/model';

export interface HistoryOptions {
  /** The database file, in a folder that is made where it is missing; null keeps all in memory. */
  readonly path: string | null;
  /** Length of a bucket, ms. A file keeps the one it was made with. */
  readonly bucketMs: number;
  /** What ended longer ago is let go of, ms. */
  readonly retentionMs: number;
  /** The most bytes that the file may hold, free blocks apart; past it the oldest goes. */
  readonly mostBytes: number;
  /** What DuckDB may take of memory, bytes; past it it goes to a folder beside the file, or a query ends. */
  readonly memoryBytes: number;
  readonly threads: number;
  /** Where days are written as Parquet before they go by age; null for nowhere. */
  readonly exportFolder: string | null;
  /** What may wait in memory while the disk cannot be written, bytes; past it the oldest is dropped and counted. */
  readonly maxWaitingBytes: number;
  readonly clock: Clock;
}

/** What serves a cluster of hundreds of nodes on two cores. */
export const HISTORY_DEFAULTS = {
  retentionMs: 7 * 86_400_000,
  mostBytes: 20 * 2 ** 30,
  memoryBytes: 512 * 2 ** 20,
  threads: 2,
  maxWaitingBytes: 256 * 2 ** 20,
} as const;
