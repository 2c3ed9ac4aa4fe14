import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fileTrouble } from './file-trouble.js';
import { HistoryError } from './history-error.js';
import type { HistoryOptions } from './history-options.js';
import { Lock } from './lock.js';
import { migrate } from './migrate.js';
import { readNumbers } from './read-columns.js';
import { LIVE_TABLES } from './schema/live-tables.js';

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
  /** Writes the tables in memory, within `alone`. */
  readonly live: DuckDBConnection;
  readonly path: string | null;
  readonly #instance: DuckDBInstance;
  readonly #lock = new Lock();
  #readers = 0;

  private constructor(
    path: string | null,
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    live: DuckDBConnection,
  ) {
    this.path = path;
    this.#instance = instance;
    this.writer = writer;
    this.live = live;
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
        preserve_insertion_order: 'true',
      });
      const [writer, live] = [await instance.connect(), await instance.connect()];
      const file = new HistoryFile(path, instance, writer, live);
      await file.attach();
      await migrate(writer, path, options.bucketMs);
      for (const statement of LIVE_TABLES) await live.run(statement);
      return file;
    } catch (error) {
      instance?.closeSync();
      throw fileTrouble(error, path);
    }
  }

  async attach(): Promise<void> {
    await this.writer.run(`ATTACH ${literal(this.path ?? ':memory:')} AS history`);
  }

  /** Runs a query on one moment of everything; an abort interrupts it. */
  async read<T>(signal: AbortSignal | undefined, work: (reader: HistoryReader) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const connection = await this.#instance.connect();
    const interrupt = () => connection.interrupt();
    this.#readers++;
    signal?.addEventListener('abort', interrupt);
    try {
      const reader = await this.alone(() => snapshot(connection));
      return await work(reader);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#readers--;
      connection.closeSync();
    }
  }

  /** Runs what changes the tables in memory, or both them and the file: no query begins meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.run(work);
  }

  /** How many queries are under way. */
  get readers(): number {
    return this.#readers;
  }

  async size(): Promise<FileSize> {
    if (this.path === null) return { bytes: 0, freeBytes: 0 };
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

  close(): void {
    this.writer.closeSync();
    this.live.closeSync();
    this.#instance.closeSync();
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

/** A text within a statement, for the few places where DuckDB takes no bound value. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
