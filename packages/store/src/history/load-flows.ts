import type { DuckDBConnection } from '@duckdb/node-api';
import type { HistoryFile } from './history-file.js';
import type { HistoryKeys } from './history-keys.js';
import { EvidenceRows, PieceBuilder } from './load-piece.js';
import type { LoadedColumns } from './loaded-columns.js';
import { bytes, floats, words } from './read-columns.js';
import { EVIDENCE_COLUMNS, FACT_COLUMNS } from './schema/live-tables.js';

const UNKNOWN = `'nan'::DOUBLE`;

/** Reads what was put of buckets from a number on, key by key, as of one moment; waits for `take` to be done with each. */
export async function loadFlows(
  file: HistoryFile,
  keys: HistoryKeys,
  bucketMs: number,
  fromBucket: number,
  signal: AbortSignal | undefined,
  take: (piece: LoadedColumns) => Promise<void>,
): Promise<void> {
  const from = Math.max(0, Math.floor(fromBucket));
  await file.read(signal, async ({ connection }) => {
    const piece = new PieceBuilder(keys, bucketMs, await readEvidence(connection, keys, from));
    const counters = ['packets_in', 'packets_out', 'bytes_in', 'bytes_out', 'started', 'completed', 'live'];
    const result = await connection.stream(
      `SELECT k.key, f.bucket, f.series, f.end_ms,
          ${counters.map((name) => `coalesce(f.${name}::DOUBLE, ${UNKNOWN})`).join(', ')}
        FROM (SELECT * FROM history.facts UNION ALL SELECT ${FACT_COLUMNS} FROM waiting_facts) f
        JOIN series k ON k.id = f.series
        WHERE f.bucket >= ${from} ORDER BY k.key, f.bucket, f.series`,
    );
    for (;;) {
      const chunk = await result.fetchChunk();
      // Asking a chunk for its length is a call to the database.
      const rows = chunk?.rowCount ?? 0;
      if (chunk === null || rows === 0) break;
      signal?.throwIfAborted();
      const [key, bucket] = [words(chunk, 0), words(chunk, 1)];
      const [series, end] = [words(chunk, 2), words(chunk, 3)];
      const values = counters.map((_, at) => floats(chunk, at + 4));
      for (let row = 0; row < rows; row++) {
        const id = key[row] as number;
        if (piece.startsPiece(id)) await take(piece.take());
        piece.add(id, bucket[row] as number, series[row] as number, end[row] as number, values, row);
      }
    }
    if (!piece.empty) await take(piece.take());
  });
}

/** What was seen of the keys that moved something since. */
async function readEvidence(
  connection: DuckDBConnection,
  keys: HistoryKeys,
  from: number,
): Promise<EvidenceRows> {
  const result = await connection.stream(
    `SELECT key, kind, value, sum(mentions) AS mentions
      FROM (SELECT * FROM history.evidence UNION ALL SELECT ${EVIDENCE_COLUMNS} FROM waiting_evidence)
      WHERE key IN (SELECT key FROM series WHERE id IN (
        SELECT series FROM history.facts WHERE bucket >= ${from}
        UNION ALL SELECT series FROM waiting_facts WHERE bucket >= ${from}))
      GROUP BY 1, 2, 3 ORDER BY 1, 2`,
  );
  const chunks = [];
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    chunks.push(chunk);
    rows += chunk.rowCount;
  }
  const [key, kind] = [new Uint32Array(rows), new Uint8Array(rows)];
  const [value, mentions] = [new Uint32Array(rows), new Float64Array(rows)];
  let at = 0;
  for (const chunk of chunks) {
    key.set(words(chunk, 0), at);
    kind.set(bytes(chunk, 1), at);
    value.set(words(chunk, 2), at);
    mentions.set(floats(chunk, 3), at);
    at += chunk.rowCount;
  }
  return new EvidenceRows(keys, key, kind, value, mentions);
}
