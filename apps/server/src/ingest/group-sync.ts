import { close, closeSync, fdatasync, fsync, open } from 'node:fs';
import { promisify } from 'node:util';

const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);
const openFile = promisify(open);
const closeFile = promisify(close);

export interface GroupSyncOptions {
  /** Where the files are made. */
  readonly folder: string;
  /** Least time from the begin of one sync to the next, ms: 0 syncs whenever there is something; null never. */
  readonly everyMs: number | null;
  /** Is told that the disk did not take what was written, and how many entries that concerns. */
  readonly failed: (error: unknown, entries: number) => void;
  /** Makes a file's data outlive a power cut. */
  readonly sync?: (file: number) => Promise<void>;
}

interface Waiter {
  /** Null for what could not be written: it waits for those before it all the same. */
  readonly file: number | null;
  readonly entries: number;
  readonly done: () => void;
}

/**
 * Makes what was written outlive a power cut, off the main thread. What is written while a sync is under way waits
 * for the next, all together: however many senders wait for their receipts, the disk is asked once for all of them.
 */
export class GroupSync {
  readonly #options: GroupSyncOptions;
  readonly #sync: (file: number) => Promise<void>;
  #everyMs: number | null;
  #waiting: Waiter[] = [];
  readonly #closing = new Set<number>();
  #isFolderChanged = false;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastBegun = Number.NEGATIVE_INFINITY;

  constructor(options: GroupSyncOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs;
    this.#sync = options.sync ?? syncData;
  }

  /** Calls `done` once so many entries that were written to the file are as safe as they will be. */
  wrote(file: number | null, entries: number, done: () => void): void {
    if (this.#everyMs === null) {
      done();
      return;
    }
    this.#waiting.push({ file, entries, done });
    this.#schedule();
  }

  /** A file was made: its name has to outlive a power cut as well. */
  made(): void {
    this.#isFolderChanged = true;
  }

  /** Closes the file once nothing in it waits. */
  close(file: number): void {
    const isBusy = this.#running !== null || this.#waiting.some((waiter) => waiter.file === file);
    if (isBusy) this.#closing.add(file);
    else closeSync(file);
  }

  /** From now on nothing waits for its time to come. */
  hurry(): void {
    if (this.#everyMs !== null) this.#everyMs = 0;
    if (this.#timer !== null) this.#begin();
  }

  #schedule(): void {
    if (this.#running !== null || this.#timer !== null || this.#waiting.length === 0) return;
    const waitMs = this.#lastBegun + (this.#everyMs ?? 0) - performance.now();
    if (waitMs <= 0) this.#begin();
    else this.#timer = setTimeout(() => this.#begin(), waitMs);
  }

  #begin(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#lastBegun = performance.now();
    const waiters = this.#waiting;
    this.#waiting = [];
    this.#running = this.#run(waiters).finally(() => {
      this.#running = null;
      this.#closeUnused();
      this.#schedule();
    });
  }

  async #run(waiters: readonly Waiter[]): Promise<void> {
    try {
      if (this.#isFolderChanged) {
        this.#isFolderChanged = false;
        await this.#syncFolder();
      }
      for (const file of new Set(waiters.map(({ file }) => file))) if (file !== null) await this.#sync(file);
    } catch (error) {
      this.#options.failed(
        error,
        waiters.reduce((sum, { entries }) => sum + entries, 0),
      );
    }
    for (const { done } of waiters) done();
  }

  async #syncFolder(): Promise<void> {
    const folder = await openFile(this.#options.folder, 'r');
    try {
      await syncAll(folder);
    } finally {
      await closeFile(folder);
    }
  }

  #closeUnused(): void {
    for (const file of this.#closing) {
      if (this.#waiting.some((waiter) => waiter.file === file)) continue;
      this.#closing.delete(file);
      close(file, () => {});
    }
  }
}
