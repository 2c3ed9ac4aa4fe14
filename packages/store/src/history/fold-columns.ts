import type { DuckDBDataChunk } from '@duckdb/node-api';

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
