import type { DuckDBConnection } from '@duckdb/node-api';
import { readNumbers } from './read-columns.js';

/** Removes names that nothing needs any more, before they are read into memory. Does nothing where none can be left. */
export async function removeOrphans(connection: DuckDBConnection): Promise<void> {
  const [orphans] = await readNumbers(connection, 'SELECT orphans::INTEGER::DOUBLE FROM history.meta');
  if (orphans?.[0] !== 1) return;
  await connection.run('BEGIN');
  try {
    for (const statement of STATEMENTS) await connection.run(statement);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Spans have all that facts have, but for the newest facts. */
const USED_SERIES = `SELECT series FROM history.spans
  UNION SELECT series FROM history.facts WHERE bucket >= (SELECT summed_to FROM history.span_state)`;

const STATEMENTS: readonly string[] = [
  unless('series', USED_SERIES),
  unless('keys', 'SELECT key FROM history.series'),
  'DELETE FROM history.evidence WHERE key NOT IN (SELECT id FROM history.keys)',
  unless('texts', 'SELECT value FROM history.evidence'),
  unless(
    'label_sets',
    'SELECT source_labels FROM history.series UNION SELECT dest_labels FROM history.series',
  ),
  unless('endpoints', 'SELECT source FROM history.keys UNION SELECT dest FROM history.keys'),
  unless('protocols', 'SELECT protocol FROM history.keys'),
  unless('services', 'SELECT service FROM history.keys'),
  unless('traces', 'SELECT trace FROM history.keys'),
  'DELETE FROM history.trace_hits WHERE trace NOT IN (SELECT id FROM history.traces)',
  'UPDATE history.meta SET orphans = false',
];

function unless(table: string, used: string): string {
  return `DELETE FROM history.${table} WHERE id NOT IN (${used})`;
}
