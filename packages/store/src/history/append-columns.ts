import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';

/** Rows of a vector. */
const CHUNK = 2048;

/** How long one piece of an append may hold the thread, ms. */
const SLICE_MS = 5;

/** A column to append: `words` also takes doubles, of which NaN is NULL. */
export type AppendColumn =
  | { readonly type: 'words'; readonly values: Uint32Array | Float64Array }
  | { readonly type: 'floats'; readonly values: Float64Array }
  | { readonly type: 'bytes'; readonly values: Uint8Array }
  | { readonly type: 'shorts'; readonly values: Uint16Array }
  | { readonly type: 'texts'; readonly values: readonly string[] }
  | { readonly type: 'flags'; readonly values: readonly boolean[] };

const TYPES: Readonly<Record<AppendColumn['type'], DuckDBType>> = {
  words: UINTEGER,
  floats: DOUBLE,
  bytes: UTINYINT,
  shorts: USMALLINT,
  texts: VARCHAR,
  flags: BOOLEAN,
};

/** Appends rows to a table of the default catalog, or of `catalog`, letting others run in between. */
export async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly AppendColumn[],
  rows: number,
  catalog?: string,
): Promise<void> {
  if (rows === 0) return;
  const appender = await connection.createAppender(table, null, catalog ?? null);
  try {
    const chunk = DuckDBDataChunk.create(columns.map(({ type }) => TYPES[type]));
    let until = performance.now() + SLICE_MS;
    for (let from = 0; from < rows; from += CHUNK) {
      if (performance.now() > until) {
        await new Promise((resolve) => setImmediate(resolve));
        until = performance.now() + SLICE_MS;
      }
      const to = Math.min(rows, from + CHUNK);
      if (from > 0) chunk.reset();
      chunk.rowCount = to - from;
      for (const [at, column] of columns.entries()) fill(chunk, at, column, from, to);
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

/** What is written of a vector whose values are not set one by one. */
interface RawVector {
  readonly items: { set(values: ArrayLike<number>): void };
}

function fill(chunk: DuckDBDataChunk, at: number, column: AppendColumn, from: number, to: number): void {
  const vector = chunk.getColumnVector(at);
  if (column.type === 'texts' || column.type === 'flags') {
    for (let row = from; row < to; row++) vector.setItem(row - from, column.values[row] as DuckDBValue);
  } else {
    const values = column.values.subarray(from, to);
    // Every numeric vector keeps its values so; it declares them private, and its accessors cost a call a value.
    (vector as unknown as RawVector).items.set(values);
    if (values instanceof Float64Array) {
      for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) vector.setItem(row, null);
    }
  }
  vector.flush();
}
