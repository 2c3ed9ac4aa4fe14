import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';

/** Reads columns of doubles whole. */
export async function readNumbers(connection: DuckDBConnection, sql: string): Promise<number[][]> {
  const result = await connection.run(sql);
  const columns: number[][] = Array.from({ length: result.columnCount }, () => []);
  for (const chunk of await result.fetchAllChunks()) {
    for (const [at, column] of columns.entries()) for (const value of floats(chunk, at)) column.push(value);
  }
  return columns;
}

type Items = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The raw values of a column of numbers; what stands where a value is NULL means nothing. */
function items(chunk: DuckDBDataChunk, column: number): Items {
  // Every numeric vector keeps its values so; it declares them private, and its accessors cost a call a value.
  return (chunk.getColumnVector(column) as unknown as { readonly items: Items }).items;
}

export function words(chunk: DuckDBDataChunk, column: number): Uint32Array {
  const values = items(chunk, column);
  if (!(values instanceof Uint32Array)) throw new TypeError(`column ${column} is not UINTEGER`);
  return values;
}

export function shorts(chunk: DuckDBDataChunk, column: number): Uint16Array {
  const values = items(chunk, column);
  if (!(values instanceof Uint16Array)) throw new TypeError(`column ${column} is not USMALLINT`);
  return values;
}

export function bytes(chunk: DuckDBDataChunk, column: number): Uint8Array {
  const values = items(chunk, column);
  if (!(values instanceof Uint8Array)) throw new TypeError(`column ${column} is not UTINYINT`);
  return values;
}

export function floats(chunk: DuckDBDataChunk, column: number): Float64Array {
  const values = items(chunk, column);
  if (!(values instanceof Float64Array)) throw new TypeError(`column ${column} is not DOUBLE`);
  return values;
}

/** A column of texts; empty where NULL. */
export function texts(chunk: DuckDBDataChunk, column: number): string[] {
  const vector = chunk.getColumnVector(column);
  return Array.from({ length: chunk.rowCount }, (_, row) => {
    const value = vector.getItem(row);
    return typeof value === 'string' ? value : '';
  });
}
