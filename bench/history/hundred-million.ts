/**
 * A hundred million rows: a day written as a server writes it, and the nine before it copied from it by the database
 * itself, for laying them out one by one would take most of the time. Then questions about all ten days, and an export.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { millis, parseFilter } from '@vibrissa/model';
import { writeRecord } from '@vibrissa/protocol';
import { tell } from '../store/child.js';
import { askAll } from './ask.js';
import { buildDay } from './build-day.js';
import { BUCKET_MS, DAY_BUCKETS, DAY_MS, NOW, openAt, ownFolder } from './open.js';

const DAY_ROWS = 10_000_000;
const DAYS = 10;
const EXPORTED = 1_000_000;
const KEPT_DAYS = 3;

const path = join(ownFolder(), 'flows.duckdb');
const day = openAt(path);
await day.mark();
await buildDay(day, DAY_ROWS);
await day.close();
await copyDays();
tell({ name: 'history, 100 million rows: file', value: statSync(path).size / 2 ** 20, unit: 'MB' });
const opening = performance.now();
const history = openAt(path);
await history.mark();
tell({ name: 'history, 100 million rows: opening the file', value: performance.now() - opening, unit: 'ms' });
await askAll(history, '100 million rows', { recent: 3_000, day: 3_000 }, DAYS);
await exportRows();
await history.close();
await reclaim();
process.disconnect();

async function copyDays(): Promise<void> {
  const instance = await DuckDBInstance.create(path, { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  const columns = 'packets_in, packets_out, bytes_in, bytes_out, started, completed, live, end_ms';
  const reader = await connection.runAndReadAll('SELECT buckets FROM span_state');
  const spans = DAY_BUCKETS / Number(reader.getRows()[0]?.[0]);
  // The oldest first, as time would have written them.
  await connection.run('CREATE TEMP TABLE day AS FROM facts');
  await connection.run('CREATE TEMP TABLE day_spans AS FROM spans');
  await connection.run('DELETE FROM facts');
  await connection.run('DELETE FROM spans');
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    await connection.run(
      `INSERT INTO facts SELECT bucket - ${ago * DAY_BUCKETS}, series, ${columns} FROM day`,
    );
    await connection.run(`INSERT INTO spans SELECT span - ${ago * spans}, series, ${columns} FROM day_spans`);
  }
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
}

/** Lets seven of the ten days go for their age, and the room they took with them. */
async function reclaim(): Promise<void> {
  const before = statSync(path).size;
  const kept = openAt(path, BUCKET_MS, KEPT_DAYS);
  await kept.mark();
  const begun = performance.now();
  await kept.tidy();
  const took = performance.now() - begun;
  await kept.close();
  tell({
    name: `history, ${DAYS - KEPT_DAYS} of ${DAYS} days let go and reclaimed`,
    value: took / 1_000,
    unit: 's',
  });
  tell({ name: 'history, the file before', value: before / 2 ** 20, unit: 'MB' });
  tell({
    name: 'history, the file after',
    value: statSync(path).size / 2 ** 20,
    unit: 'MB',
    target: { atMost: before / 2 ** 21 },
  });
}

/** Lays a million rows out as lines, as an export does, and looks at what that takes of memory. */
async function exportRows(): Promise<void> {
  const before = process.memoryUsage.rss();
  let most = before;
  let rows = 0;
  let bytes = 0;
  const begun = performance.now();
  const window = { from: millis(NOW - (EXPORTED / DAY_ROWS) * DAY_MS - BUCKET_MS), to: NOW };
  for await (const records of history.records({ filter: parseFilter(''), ...window })) {
    for (const record of records) bytes += writeRecord(record).length;
    rows += records.length;
    most = Math.max(most, process.memoryUsage.rss());
    if (rows >= EXPORTED) break;
  }
  tell({
    name: `history, ${rows.toLocaleString('en-US')} rows exported as lines (${(bytes / 2 ** 20).toFixed(0)} MB)`,
    value: (performance.now() - begun) / 1_000,
    unit: 's',
    target: { atMost: 15 },
  });
  tell({
    name: 'history, memory taken by the export beyond what was held before',
    value: (most - before) / 2 ** 20,
    unit: 'MB',
    target: { atMost: 200 },
  });
}
