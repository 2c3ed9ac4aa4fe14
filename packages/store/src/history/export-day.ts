import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryFile } from './history-file.js';
import { literal } from './literal.js';
import { readNumbers } from './read-columns.js';
import { readableRows } from './readable-rows.js';

const DAY_MS = 86_400_000;

/** More files of one day are a sign that something else writes there. */
const MOST_FILES = 100;

/**
 * Writes what is held of a day as Parquet to `flows-YYYY-MM-DD.parquet` (UTC), or, where that is taken by something
 * else, to `flows-YYYY-MM-DD.2.parquet` and so on. A file that has as many rows is taken for this very export.
 */
export async function exportDay(
  file: HistoryFile,
  folder: string,
  day: number,
  bucketMs: number,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = `flows-${new Date(day).toISOString().slice(0, 10)}`;
  const partial = join(folder, `${name}.partial`);
  await rm(partial, { force: true });
  try {
    const rows = await file.read(undefined, async ({ connection }) => {
      const facts = `history.facts WHERE bucket >= ${day / bucketMs} AND bucket < ${(day + DAY_MS) / bucketMs}`;
      const result = await connection.run(
        `COPY (${readableRows(facts, bucketMs)}) TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      return result.rowsChanged;
    });
    for (let number = 1; number <= MOST_FILES; number++) {
      const path = join(folder, number === 1 ? `${name}.parquet` : `${name}.${number}.parquet`);
      if (await place(partial, path)) return path;
      if ((await rowsOf(file, path)) === rows) return path;
    }
    throw new Error(`${folder} has ${MOST_FILES} files of one day`);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Gives the file its name unless that is taken. */
async function place(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Not every file system has links.
    const taken = await stat(path).then(
      () => true,
      () => false,
    );
    if (!taken) await rename(partial, path);
    return !taken;
  }
}

async function rowsOf(file: HistoryFile, path: string): Promise<number | null> {
  const sql = `SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${literal(path)})`;
  return readNumbers(file.live, sql).then(
    ([rows]) => rows?.[0] ?? null,
    () => null,
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
