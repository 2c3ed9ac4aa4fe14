import type { DuckDBConnection } from '@duckdb/node-api';
import { HistoryError } from './history-error.js';
import { readNumbers } from './read-columns.js';
import { MIGRATIONS, NEWEST_VERSION } from './schema/migrations.js';

/**
 * Brings the attached file to the newest version, step by step, each whole or not at all.
 * Throws a HistoryError when the file is newer than this program, or has buckets of another length.
 */
export async function migrate(
  connection: DuckDBConnection,
  path: string | null,
  bucketMs: number,
): Promise<void> {
  const shown = path ?? 'the history in memory';
  const found = await readState(connection);
  if (found !== null) {
    if (found.version > NEWEST_VERSION)
      throw new HistoryError(
        'history-newer',
        `${shown} has version ${found.version} and this program knows ${NEWEST_VERSION}; use a newer one, or set VIBRISSA_DATA to another folder`,
      );
    if (found.bucketMs !== bucketMs)
      throw new HistoryError(
        'history-bucket-length',
        `${shown} has buckets of ${found.bucketMs} ms, not ${bucketMs}; set VIBRISSA_BUCKET_MS to ${found.bucketMs}, or VIBRISSA_DATA to another folder`,
      );
  }
  for (const { version, statements } of MIGRATIONS) {
    if (version <= (found?.version ?? 0)) continue;
    await connection.run('BEGIN');
    try {
      for (const statement of statements) await connection.run(statement);
      if (version === 1) await connection.run('INSERT INTO history.meta VALUES (0, $1)', [bucketMs]);
      await connection.run('UPDATE history.meta SET version = $1', [version]);
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

/** Null for a file that has just been made. A file with other tables is none of ours. */
async function readState(
  connection: DuckDBConnection,
): Promise<{ readonly version: number; readonly bucketMs: number } | null> {
  const [tables, meta] = await readNumbers(
    connection,
    `SELECT count(*)::DOUBLE, count(*) FILTER (table_name = 'meta')::DOUBLE
      FROM duckdb_tables() WHERE database_name = 'history'`,
  );
  if (tables?.[0] === 0) return null;
  const columns =
    meta?.[0] === 1
      ? await readNumbers(connection, 'SELECT version::DOUBLE, bucket_ms::DOUBLE FROM history.meta')
      : [];
  const [version, bucketMs] = columns.map((column) => column[0]);
  if (version === undefined || bucketMs === undefined)
    throw new HistoryError(
      'history-corrupt',
      'the file is a database of something else; move it away, or set VIBRISSA_DATA to another folder',
    );
  return { version, bucketMs };
}
