import { DuckDBDataChunk, type DuckDBAppender, UINTEGER } from '@duckdb/node-api';
import { words } from './read-columns.js';

/** Rows a chunk holds at most. */
const CHUNK = 2_048;

/** Appends a column of numbers. */
export function appendWords(appender: DuckDBAppender, values: Uint32Array): void {
  for (let from = 0; from < values.length; from += CHUNK) {
    const part = values.subarray(from, from + CHUNK);
    const chunk = DuckDBDataChunk.create([UINTEGER], part.length);
    words(chunk, 0).set(part);
    chunk.getColumnVector(0).flush();
    appender.appendDataChunk(chunk);
  }
}

/** How many rows the chunks have together. */
export function rowsOf(chunks: readonly DuckDBDataChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
}

type Column = Uint8Array | Uint32Array | Float64Array;

/** One column of all chunks, read by `read`, written to `into`. */
export function gather<C extends Column>(
  chunks: readonly DuckDBDataChunk[],
  column: number,
  read: (chunk: DuckDBDataChunk, column: number) => C,
  into: C,
): C {
  let at = 0;
  for (const chunk of chunks) {
    into.set(read(chunk, column), at);
    at += chunk.rowCount;
  }
  return into;
}
