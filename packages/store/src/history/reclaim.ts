import { open, rename, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileWriter } from './file-writer.js';
import { freshPath, removeFresh } from './fresh-file.js';
import { HistoryError } from './history-error.js';
import type { HistoryFile } from './history-file.js';
import { literal } from './literal.js';

/** A smaller file is not worth the work: what is free in it is used again. */
const LEAST_BYTES = 512 * 2 ** 20;

/**
 * Deleting leaves a file as long as it was. Once more than half of a large one is free it is written anew and
 * takes the old one's place in one step; hand-overs wait in memory meanwhile.
 */
export class Reclaim {
  readonly #file: HistoryFile;
  readonly #writer: FileWriter;
  readonly #leastBytes: number;

  constructor(file: HistoryFile, writer: FileWriter, leastBytes = LEAST_BYTES) {
    this.#file = file;
    this.#writer = writer;
    this.#leastBytes = leastBytes;
  }

  /** True when the file was rewritten. Not while somebody reads, nor where the disk has no room for both. */
  async run(): Promise<boolean> {
    const { path } = this.#file;
    if (path === null || this.#file.readers > 0) return false;
    const { bytes, freeBytes } = await this.#file.size();
    if (bytes < this.#leastBytes || freeBytes * 2 < bytes) return false;
    const { bavail, bsize } = await statfs(dirname(path));
    if (bavail * bsize < (bytes - freeBytes) * 1.25) return false;
    await this.#writer.alone(() => this.#rewrite(path));
    return true;
  }

  async #rewrite(path: string): Promise<void> {
    const { writer } = this.#file;
    const fresh = freshPath(path);
    await removeFresh(path);
    try {
      await writer.run(`ATTACH ${literal(fresh)} AS fresh`);
      try {
        await writer.run('COPY FROM DATABASE history TO fresh');
        await writer.run('CHECKPOINT fresh');
      } finally {
        await writer.run('DETACH fresh');
      }
      await this.#file.alone(async () => {
        await this.#file.checkpoint();
        await this.#file.reattach(() => swap(fresh, path));
      });
    } finally {
      await removeFresh(path);
    }
  }
}

async function swap(fresh: string, path: string): Promise<void> {
  // A log belongs to the file it was begun for: with the other one it would be damage.
  for (const log of [`${path}.wal`, `${fresh}.wal`]) {
    if (
      await stat(log).then(
        ({ size }) => size > 0,
        () => false,
      )
    )
      throw new HistoryError(
        'history-write-failed',
        `${log} could not be worked in, so the file stays as it is`,
      );
  }
  await sync(fresh);
  await rename(fresh, path);
  await sync(dirname(path));
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
