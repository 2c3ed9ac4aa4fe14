import { exportDay } from './export-day.js';
import { fileTrouble } from './file-trouble.js';
import type { FileWriter } from './file-writer.js';
import { HistoryError } from './history-error.js';
import type { HistoryFile } from './history-file.js';
import type { HistoryOptions } from './history-options.js';
import { bucketBeyondShare, readOldest } from './retention-limits.js';
import { spanBuckets } from './schema/span.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Deleting for want of room goes a little below the limit, so that it is not done for every bucket. */
const ROOM = 0.95;

/** What one share deleted makes room for is an estimate; so often it is tried in one go. */
const ROUNDS = 4;

/** Lets go of what is too old, in whole hours or, where days are exported, days; and of the oldest when it is too much. */
export class Retention {
  readonly #file: HistoryFile;
  readonly #writer: FileWriter;
  readonly #options: HistoryOptions;

  constructor(file: HistoryFile, writer: FileWriter, options: HistoryOptions) {
    this.#file = file;
    this.#writer = writer;
    this.#options = options;
  }

  /** Returns what kept a day from being exported, which is then kept until there is no room for it. */
  async run(): Promise<HistoryError | null> {
    const trouble = await this.#byAge();
    await this.#bySize();
    return trouble;
  }

  async #byAge(): Promise<HistoryError | null> {
    const { clock, retentionMs, exportFolder, bucketMs } = this.#options;
    const limit = clock.now() - retentionMs;
    if (exportFolder === null) {
      await this.#deleteBefore(Math.floor(limit / HOUR_MS) * (HOUR_MS / bucketMs));
      return null;
    }
    const end = Math.floor(limit / DAY_MS) * DAY_MS;
    for (;;) {
      const oldest = await readOldest(this.#file);
      const at = oldest === null ? end : oldest * bucketMs;
      if (at >= end) return null;
      const day = Math.floor(at / DAY_MS) * DAY_MS;
      try {
        await exportDay(this.#file, exportFolder, day, bucketMs);
      } catch (error) {
        const { message } = fileTrouble(error, exportFolder);
        return new HistoryError('history-export-failed', `a day that expires was not exported: ${message}`, {
          cause: error,
        });
      }
      const deleted = await this.#deleteBefore((day + DAY_MS) / bucketMs);
      // What is still to be written of that day goes once it has been.
      if (!deleted) return null;
    }
  }

  async #bySize(): Promise<void> {
    const { path, bucketMs, memoryBytes } = this.#options;
    // In memory the tables leave the other half to queries.
    const mostBytes = Math.min(
      this.#options.mostBytes,
      path === null ? memoryBytes / 2 : Number.POSITIVE_INFINITY,
    );
    // In memory what came last is not pressed together yet.
    if (path === null) await this.#writer.alone(() => this.#file.checkpoint());
    for (let round = 0; round < ROUNDS; round++) {
      const { bytes, freeBytes } = await this.#file.size();
      const used = bytes - freeBytes;
      if (used <= mostBytes) return;
      const share = (used - ROOM * mostBytes) / used;
      const limit = await bucketBeyondShare(this.#file, share, bucketMs);
      if (limit === null || !(await this.#deleteBefore(limit))) return;
    }
  }

  /** Deletes facts of buckets before this one; false when there were none. */
  async #deleteBefore(bucket: number): Promise<boolean> {
    const buckets = spanBuckets(this.#options.bucketMs);
    // Whole spans, so that they never hold what facts do not.
    const span = Math.floor(bucket / buckets);
    const limit = span * buckets;
    const { writer } = this.#file;
    const first = await writer.runAndReadAll(`SELECT 1 FROM history.facts WHERE bucket < ${limit} LIMIT 1`);
    if (first.currentRowCount === 0) return false;
    await this.#writer.alone(async () => {
      await this.#writer.transact(async () => {
        await writer.run(`DELETE FROM history.facts WHERE bucket < ${limit}`);
        await writer.run(`DELETE FROM history.spans WHERE span < ${span}`);
        await writer.run('UPDATE history.meta SET orphans = true');
      });
      await this.#file.checkpoint();
    });
    return true;
  }
}
