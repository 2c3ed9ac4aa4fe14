import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { VERSION_1 } from './version-1.js';

/**
 * Makes the file of version 1 that migrations are tested with:
 * `npx tsx --conditions=source packages/store/src/history/schema/make-version-1.ts`.
 * Two keys and three series over fifty buckets from 118,000,000 on, of 15 seconds; small blocks make a small file.
 */
const path = '/tmp/version-1.duckdb';
rmSync(path, { force: true });
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`ATTACH '${path}' AS history (BLOCK_SIZE 16384)`);
for (const statement of [
  ...VERSION_1,
  'INSERT INTO history.meta VALUES (1, 15000)',
  `INSERT INTO history.endpoints VALUES (1, 0, 'shop', 'web-*', ''), (2, 3, '', 'pub', 'db.example.com')`,
  `INSERT INTO history.protocols VALUES (1, 'tcp')`,
  `INSERT INTO history.services VALUES (1, 'data', 'db', 'sql', 5432)`,
  `INSERT INTO history.label_sets VALUES (1, '["app=web"]')`,
  `INSERT INTO history.texts VALUES (1, '10.0.0.1')`,
  `INSERT INTO history.keys VALUES
    (1, 1, 2, 5432, 1, 1, 0, 0, 2, 0, 1, 1770000000010), (2, 1, 2, 5432, 1, 0, 1, 1, 2, 0, 1, 1770000000020)`,
  'INSERT INTO history.series VALUES (1, 1, 1, 0), (2, 2, 0, 0), (3, 2, 1, 0)',
  `INSERT INTO history.facts
    SELECT 118000000 + b, s, b + s, NULL, 100 * b, 50, 1, NULL, NULL, 9000
    FROM range(50) buckets(b), range(1, 4) series(s) ORDER BY b, s`,
  'INSERT INTO history.evidence VALUES (1, 0, 1, 50)',
  'INSERT INTO history.mark VALUES (9, 118000049)',
  'CHECKPOINT history',
  'DETACH history',
])
  await connection.run(statement);
const target = new URL('./version-1.duckdb.gz', import.meta.url);
writeFileSync(target, gzipSync(readFileSync(path), { level: 9 }));
