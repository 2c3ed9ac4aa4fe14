import { mkdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Lock } from '../lock.js';
import { fileTrouble } from './file-trouble.js';
import { removeFresh } from './fresh-file.js';
import { HistoryError } from './history-error.js';
import type { HistoryOptions } from './history-options.js';
import { literal } from './literal.js';
import { migrate } from './migrate.js';
import { readNumbers } from './read-columns.js';

import { LIVE_TABLES } from './schema/live-tables.js';

/** How often a query is told again that it is to end, ms. */
const AGAIN_MS = 25;

/** What a checkpoint may need beyond the log, bytes. */
const SPARE_BYTES = 4 * 2 ** 20;

/** What a query reads through: one moment of the file and of what is not in it yet, on a connection of its own. */
export interface HistoryReader {
  readonly connection: DuckDBConnection;
  /** How many buckets a span has. */
  readonly spanBuckets: number;
  /** Spans hold all of `history.facts` before this bucket, and none of it from there on. */
  readonly summedTo: number;
}

export interface FileSize {
  /** Of the file and its log. */
  readonly bytes: number;
  /** Of it, free for what comes. */
  readonly freeBytes: number;
}

/**
 * The database: the file is the catalog `history`, beside the default catalog in memory that has what is not on disk
 * yet and the views over both (schema/live-tables.ts).
 */
export class HistoryFile {
  /** Writes the file; one transaction at a time. */
  readonly writer: DuckDBConnection;
  /** Changes what queries see of the tables in memory, within `alone`. */
  readonly live: DuckDBConnection;
  /** Appends to tables in memory. */
  readonly staging: DuckDBConnection;
  readonly path: string | null;
  readonly #instance: DuckDBInstance;
  readonly #lock = new Lock();
  readonly #reading = new Set<DuckDBConnection>();
  readonly #ended = new WeakSet<DuckDBConnection>();
  #drained: (() => void) | null = null;
  #attached = false;
  #pressedBytes = 0;

  private constructor(
    path: string | null,
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    live: DuckDBConnection,
    staging: DuckDBConnection,
  ) {
    this.path = path;
    this.#instance = instance;
    this.writer = writer;
    this.live = live;
    this.staging = staging;
  }

  /**
   * Opens the file, made where it is missing, and brings it to the newest version.
   * Rejects with a HistoryError; the file is then as it was.
   */
  static async open(
    options: Pick<HistoryOptions, 'path' | 'bucketMs' | 'memoryBytes' | 'threads'>,
  ): Promise<HistoryFile> {
    const { path } = options;
    let instance: DuckDBInstance | null = null;
    try {
      if (path !== null) await mkdir(dirname(path), { recursive: true });
      instance = await DuckDBInstance.create(':memory:', {
        threads: String(options.threads),
        memory_limit: `${Math.ceil(options.memoryBytes / 2 ** 20)}MiB`,
        temp_directory: path === null ? '' : `${path}.tmp`,
        // Nothing is fetched from anywhere.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        // Left to `checkpoint`, which looks for room first and holds up no commit.
        checkpoint_threshold: '4GB',
      });
      const writer = await instance.connect();
      const file = new HistoryFile(
        path,
        instance,
        writer,
        await instance.connect(),
        await instance.connect(),
      );
      if (path !== null) await removeFresh(path);
      await file.attach();
      await migrate(writer, path, options.bucketMs);
      for (const statement of LIVE_TABLES) await file.live.run(statement);
      return file;
    } catch (error) {
      instance?.closeSync();
      throw fileTrouble(error, path);
    }
  }

  async attach(): Promise<void> {
    await this.writer.run(`ATTACH ${literal(this.path ?? ':memory:')} AS history`);
    this.#attached = true;
  }

  /** False where taking the file up anew has failed. */
  get attached(): boolean {
    return this.#attached;
  }

  /** Runs a query on one moment of everything; an abort interrupts it. */
  async read<T>(signal: AbortSignal | undefined, work: (reader: HistoryReader) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const connection = await this.#instance.connect();
    const interrupt = () => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      const reader = await this.alone(async () => {
        signal?.throwIfAborted();
        this.#reading.add(connection);
        return snapshot(connection);
      });
      return await work(reader);
    } catch (error) {
      signal?.throwIfAborted();
      if (!this.#ended.has(connection)) throw error;
      throw new HistoryError(
        'history-unavailable',
        'the history was closed for a moment to put its file in order; ask again',
        { cause: error },
      );
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#reading.delete(connection);
      connection.closeSync();
      if (this.#reading.size === 0) this.#drained?.();
    }
  }

  /** Runs what changes the tables in memory, or both them and the file: no query begins meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.run(work);
  }

  /** How many queries are under way, or wait for their moment. */
  get readers(): number {
    return this.#reading.size;
  }

  /** Bytes in the log beside the file, which a checkpoint works into it; in memory, what it would press together. */
  async logBytes(): Promise<number> {
    return this.path === null
      ? (await this.#memoryBytes()) - this.#pressedBytes
      : lengthOf(`${this.path}.wal`);
  }

  /** Works the log into the file; left for later where the disk may not have the room, as half of one spoils the file's use. */
  async checkpoint(): Promise<void> {
    if (this.path === null) {
      await this.writer.run('CHECKPOINT history');
      this.#pressedBytes = await this.#memoryBytes();
      return;
    }
    const log = await this.logBytes();
    const { bavail, bsize } = await statfs(dirname(this.path));
    if (bavail * bsize < 2 * log + SPARE_BYTES)
      throw new HistoryError(
        'history-disk-full',
        `there is hardly room left beside ${this.path}; free some, lower the limit of the history, or set VIBRISSA_DATA to another disk`,
      );
    await this.writer.run('CHECKPOINT history');
  }

  /**
   * Lets go of the file, not of one in memory, and takes it up again, with `between` while it is closed; to be called alone, and with no
   * transaction open. Queries under way are ended.
   */
  async reattach(between: () => Promise<void> = async () => undefined): Promise<void> {
    await this.#endReaders();
    if (this.#attached) {
      // Where its log cannot be worked in any more it is let go of all the same, and only then an error.
      await this.writer.run('DETACH history').catch((error: unknown) => {
        if (!(error instanceof Error && error.message.includes('Detached database'))) throw error;
      });
      this.#attached = false;
    }
    try {
      await between();
    } finally {
      await this.attach();
    }
  }

  async size(): Promise<FileSize> {
    if (this.path === null) return { bytes: await this.#memoryBytes(), freeBytes: 0 };
    const columns = await readNumbers(
      this.live,
      `SELECT block_size::DOUBLE, free_blocks::DOUBLE FROM pragma_database_size() WHERE database_name = 'history'`,
    );
    const [blockSize = 0, free = 0] = columns.map((column) => column[0]);
    return {
      bytes: (await lengthOf(this.path)) + (await lengthOf(`${this.path}.wal`)),
      freeBytes: blockSize * free,
    };
  }

  async #memoryBytes(): Promise<number> {
    const [bytes] = await readNumbers(
      this.live,
      `SELECT memory_usage_bytes::DOUBLE FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'`,
    );
    return bytes?.[0] ?? 0;
  }

  /** Ends queries under way and lets go of everything; to be called alone. */
  async close(): Promise<void> {
    await this.#endReaders();
    this.writer.closeSync();
    this.live.closeSync();
    this.staging.closeSync();
    this.#instance.closeSync();
  }

  async #endReaders(): Promise<void> {
    if (this.#reading.size === 0) return;
    const end = () => {
      for (const connection of this.#reading) {
        this.#ended.add(connection);
        connection.interrupt();
      }
    };
    end();
    // An interruption ends nothing where a query is between two statements, so it is repeated.
    const again = setInterval(end, AGAIN_MS);
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    clearInterval(again);
  }
}

/** Both catalogs are looked at, for a transaction begins in each when it is first used there. */
async function snapshot(connection: DuckDBConnection): Promise<HistoryReader> {
  await connection.run('BEGIN');
  const columns = await readNumbers(
    connection,
    `SELECT buckets::DOUBLE, summed_to::DOUBLE, (SELECT count(*) FROM (SELECT * FROM tail_facts LIMIT 1))::DOUBLE
      FROM history.span_state`,
  );
  const [spanBuckets, summedTo] = columns.map((column) => column[0]);
  if (spanBuckets === undefined || summedTo === undefined)
    throw new HistoryError('history-corrupt', 'the history lacks its state; put a backup in its place');
  return { connection, spanBuckets, summedTo };
}

async function lengthOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
