import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { EVERYTHING, millis } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { HistoryEngine } from './history-engine.js';
import { literal } from './literal.js';

import { optionsFor, withEngine, withFolder } from './test-engine.js';

/** Made by schema/make-version-1.ts, which says what is in it. */
const VERSION_1 = new URL('./schema/version-1.duckdb.gz', import.meta.url);
const FIRST = 118_000_000;

describe('a history file of version 1', () => {
  it('is brought to the newest version with all that it has', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      await writeFile(path, gunzipSync(await readFile(VERSION_1)));
      for (let round = 0; round < 2; round++) {
        await withEngine(path, async (engine) => {
          expect(await engine.mark()).toEqual({ segment: 9, bucket: FIRST + 49 });
          const from = millis(FIRST * 15_000);
          const page = await engine.flows({
            from,
            to: millis(from + 50 * 15_000),
            filter: EVERYTHING,
            grouping: 'flow',
            limit: 10,
          });
          expect(page.groups.map(({ id }) => id)).toEqual([2, 1]);
          const [second, first] = page.groups.map(({ flows }) => flows[0]);
          const sum = (49 * 50) / 2;
          expect(first?.counters).toMatchObject({
            packetsIn: sum + 50,
            packetsOut: null,
            bytesIn: 100 * sum,
          });
          expect(second?.counters).toMatchObject({
            packetsIn: 2 * sum + 250,
            bytesOut: 5000,
            connectionsLive: null,
          });
          expect(first?.evidence.sourceIps).toEqual({ kept: [['10.0.0.1', 50]], mentions: 50 });
          expect(first?.key.dest.address).toBe('db.example.com');
          const { context } = await engine.ready();
          await context.file.read(undefined, async ({ connection, summedTo }) => {
            expect(summedTo).toBe(FIRST + 40);
            const spans = await connection.runAndReadAll(
              'SELECT count(*)::INTEGER, sum(packets_in)::INTEGER, count(packets_out)::INTEGER, max(end_ms) FROM history.spans',
            );
            const packets = 3 * ((39 * 40) / 2) + 40 * (1 + 2 + 3);
            expect(spans.getRows()).toEqual([[6, packets, 0, 19 * 15_000 + 9_000]]);
          });
        });
      }
    }));

  it('is left as it is where a step fails', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      await writeFile(path, gunzipSync(await readFile(VERSION_1)));
      // The second step makes a table of this name.
      await change(path, 'CREATE TABLE history.spans (other INTEGER)');
      const engine = new HistoryEngine(optionsFor(path));
      expect(await engine.mark()).toBeNull();
      expect(engine.status()).toMatchObject({ state: 'failed' });
      expect(engine.status().troubles[0]?.message).toContain('VIBRISSA_DATA');
      await engine.close();
      expect(
        await read(
          path,
          'SELECT version::INTEGER, (SELECT count(*)::INTEGER FROM history.facts) FROM history.meta',
        ),
      ).toEqual([[1, 150]]);
    }));
});

describe('a history file that cannot be used', () => {
  const cases: readonly (readonly [what: string, code: string, make: (path: string) => Promise<void>])[] = [
    ['of a newer version', 'history-newer', (path) => change(path, 'UPDATE history.meta SET version = 99')],
    [
      'with buckets of another length',
      'history-bucket-length',
      (path) => change(path, 'UPDATE history.meta SET bucket_ms = 60000'),
    ],
    ['of another program', 'history-corrupt', (path) => change(path, 'DROP TABLE history.meta')],
    ['that is damaged', 'history-corrupt', damage],
    ['that is no database', 'history-corrupt', (path) => writeFile(path, 'flows\n'.repeat(5000))],
  ];
  it.each(cases)('%s says so and is left alone', (_what, code, make) =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      await writeFile(path, gunzipSync(await readFile(VERSION_1)));
      await make(path);
      const before = await readFile(path);
      const engine = new HistoryEngine(optionsFor(path));
      expect(await engine.mark()).toBeNull();
      const { state, troubles } = engine.status();
      expect(state).toBe('failed');
      expect(troubles.map((trouble) => trouble.code)).toEqual([code]);
      expect(troubles[0]?.message).toContain('VIBRISSA_DATA');
      const all = { from: millis(0), to: millis(1), filter: EVERYTHING };
      await expect(engine.seen(all)).rejects.toMatchObject({ code: 'history-unavailable' });
      await engine.close();
      expect((await readFile(path)).equals(before)).toBe(true);
    }),
  );

  it('in a place that cannot be written says so', async () => {
    const engine = new HistoryEngine(optionsFor('/sys/vibrissa/history/flows.duckdb'));
    expect(await engine.mark()).toBeNull();
    expect(engine.status()).toMatchObject({ state: 'failed', troubles: [{ code: 'history-read-only' }] });
    await engine.close();
    await expect(stat('/sys/vibrissa')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

async function change(path: string, statement: string): Promise<void> {
  await read(path, statement);
}

async function read(path: string, statement: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`ATTACH ${literal(path)} AS history`);
  const result = await connection.runAndReadAll(statement);
  await connection.run('DETACH history');
  instance.closeSync();
  return result.getRows();
}

async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  for (let at = 12_288; at < bytes.length; at += 97) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
  await writeFile(path, bytes);
}
