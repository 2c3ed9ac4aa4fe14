import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { HistoryUnavailableError, type QueryControl, type RecordsQuery } from '@vibrissa/store';
import type { Context } from '../context.js';

/** What flows in a cluster is nobody else's business on this machine. */
const PRIVATE = 0o700;

/** A Parquet file that is gone once it has been read. */
export interface WrittenParquet {
  readonly rows: number;
  readonly bytes: number;
  readonly content: Readable;
}

/** Writes a Parquet file and opens it for reading. A Parquet file tells at its end where everything is, so it cannot be streamed as it is made. */
export class ParquetFiles {
  readonly #context: Context;
  #folder: Promise<string> | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Throws HistoryUnavailableError where nothing is kept, and what the history throws. */
  async write(query: RecordsQuery, control: QueryControl): Promise<WrittenParquet> {
    const { flows } = this.#context;
    if (flows.history === null) {
      throw new HistoryUnavailableError(
        'Parquet is written by the history, and this server keeps none: ask for format=ndjson or csv, or set VIBRISSA_DATA',
      );
    }
    this.#folder ??= this.#emptied();
    const path = join(await this.#folder, `${randomUUID()}.parquet`);
    try {
      const rows = await flows.parquet(query, path, control);
      control.signal?.throwIfAborted();
      const file = await open(path, 'r');
      return await handedOut(file, rows);
    } finally {
      // An open file stays readable; nothing is left should the reader, or this process, go.
      await rm(path, { force: true });
    }
  }

  /** A folder of our own, without what a killed process left there. */
  async #emptied(): Promise<string> {
    const { data } = this.#context.config;
    const folder = data === null ? join(tmpdir(), `vibrissa-exports-${process.pid}`) : join(data, 'exports');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: PRIVATE });
    return folder;
  }
}

async function handedOut(file: FileHandle, rows: number): Promise<WrittenParquet> {
  try {
    const { size } = await file.stat();
    return { rows, bytes: size, content: file.createReadStream() };
  } catch (error) {
    await file.close();
    throw error;
  }
}
