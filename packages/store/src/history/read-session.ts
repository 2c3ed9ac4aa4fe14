import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import type { QueryControl } from '../flow-store.js';
import { Progress } from '../progress.js';
import { appendColumns } from './append-columns.js';
import type { HistoryContext } from './history-context.js';
import { HistoryError } from './history-error.js';
import type { HistoryReader } from './history-file.js';
import { type Sql, type SqlValue, sql } from './sql.js';

/** The condition that `series`, or `key`, is among those of the last `narrow`. */
export const SERIES_WANTED = sql`series IN (SELECT w.series FROM wanted w)`;
export const KEY_WANTED = sql`key IN (SELECT w.key FROM wanted w)`;

/** The ids of the last `choose`. */
export const CHOSEN = sql`(SELECT c.id FROM chosen c)`;

/** How often a statement is asked how far it is, and ended once more when nobody waits for it, ms. */
const LOOK_MS = 25;

/** Statements of one query, on one moment of the history. */
export class QuerySession {
  readonly spanBuckets: number;
  readonly summedTo: number;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
  readonly #reader: HistoryReader;
  #unwatched: boolean;

  constructor(reader: HistoryReader, progress: Progress, control: QueryControl | undefined) {
    this.#reader = reader;
    this.spanBuckets = reader.spanBuckets;
    this.summedTo = reader.summedTo;
    this.progress = progress;
    this.signal = control?.signal;
    this.#unwatched = control?.progress !== undefined;
  }

  /**
   * Runs a statement and gives its rows in chunks, the number of rows it changed if it gives none.
   * Rejects with the signal's reason, or a HistoryError.
   */
  async run(
    statement: Sql,
  ): Promise<{ readonly chunks: readonly DuckDBDataChunk[]; readonly changed: number }> {
    this.signal?.throwIfAborted();
    const { connection } = this.#reader;
    await this.#watch();
    const look = setInterval(() => this.#look(), LOOK_MS);
    try {
      const { values } = statement;
      const result = await connection.run(
        statement.text,
        values.map((value) => bound(value)),
        values.map(typeOf),
      );
      const chunks = await result.fetchAllChunks();
      return { chunks, changed: result.rowsChanged };
    } catch (error) {
      this.signal?.throwIfAborted();
      throw queryError(error);
    } finally {
      clearInterval(look);
    }
  }

  /** Sets which series, and keys, are wanted: those of the keys that are rows of `lines` and satisfy the condition. */
  async narrow(lines: Sql, condition: Sql): Promise<void> {
    await this.run(
      sql`CREATE OR REPLACE TEMP TABLE wanted AS WITH lines AS (${lines})
        SELECT s.id AS series, s.key FROM series s WHERE s.key IN (SELECT k.id FROM lines k WHERE ${condition})`,
    );
  }

  /** Sets which ids `CHOSEN` speaks of in statements to come. */
  async choose(ids: Uint32Array): Promise<void> {
    this.signal?.throwIfAborted();
    const { connection } = this.#reader;
    try {
      await connection.run('CREATE OR REPLACE TEMP TABLE chosen (id UINTEGER)');
      await appendColumns(connection, 'chosen', [{ type: 'words', values: ids }], ids.length, 'temp');
    } catch (error) {
      this.signal?.throwIfAborted();
      throw queryError(error);
    }
  }

  /** Counting rows costs the database little, but two statements more are not for who does not ask. */
  async #watch(): Promise<void> {
    if (!this.#unwatched) return;
    this.#unwatched = false;
    await this.#reader.connection.run('SET enable_progress_bar = true');
    await this.#reader.connection.run('SET enable_progress_bar_print = false');
  }

  #look(): void {
    const { connection } = this.#reader;
    // An interruption that comes before the statement has begun ends nothing, so it is repeated.
    if (this.signal?.aborted) connection.interrupt();
    const { percentage } = connection.progress;
    if (percentage > 0) this.progress.at(percentage / 100);
  }
}

/** Runs the statements of a query on one moment of the history. */
export function withSession<T>(
  { file }: Pick<HistoryContext, 'file'>,
  control: QueryControl | undefined,
  work: (session: QuerySession) => Promise<T>,
  progress = new Progress(control?.progress),
): Promise<T> {
  const signal = control?.signal;
  return file.read(signal, (reader) => work(new QuerySession(reader, progress, control)));
}

function typeOf(value: SqlValue): DuckDBType {
  if (typeof value === 'string') return VARCHAR;
  if (typeof value === 'boolean') return BOOLEAN;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return DOUBLE;
  return typeof value === 'number' && !isSmall(value) ? BIGINT : INTEGER;
}

function bound(value: SqlValue): DuckDBValue {
  return typeof value === 'number' && Number.isSafeInteger(value) && !isSmall(value) ? BigInt(value) : value;
}

function isSmall(value: number): boolean {
  return (value | 0) === value;
}

function queryError(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('Out of Memory'))
    return new HistoryError(
      'history-memory',
      'the question needs more memory than the history may take; ask for a shorter time, or filter more',
      { cause: error },
    );
  return new HistoryError('history-query-failed', `the history could not be read: ${firstLine(message)}`, {
    cause: error,
  });
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
