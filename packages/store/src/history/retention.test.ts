import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { EVERYTHING, millis } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import type { HistoryEngine } from './history-engine.js';
import { literal } from './literal.js';
import { Reclaim } from './reclaim.js';
import { contentOf, DAY_MS, NOW, NOW_BUCKET, withEngine, withFolder } from './test-engine.js';
import { BUCKET_MS, partOf } from './test-parts.js';
import { recordOf } from './test-records.js';

const HOUR = 3_600_000 / BUCKET_MS;
const DAY = DAY_MS / BUCKET_MS;

async function handOver(engine: HistoryEngine, buckets: readonly number[], workloads = 1): Promise<void> {
  const records = buckets.flatMap((bucket) =>
    Array.from({ length: workloads }, (_, workload) => recordOf(bucket + workload, bucket)),
  );
  engine.put(partOf(records, { segment: 1, bucket: Math.max(...buckets) }));
  await engine.flushed();
}

describe('retention', () => {
  it('lets go of whole hours that are too old, and of their names at the next start', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      const old = NOW_BUCKET - DAY;
      await withEngine(
        path,
        async (engine) => {
          await handOver(engine, [old - 2 * HOUR, old - HOUR, old + HOUR, NOW_BUCKET]);
          await engine.tidy();
          expect(await contentOf(engine)).toMatchObject({ lines: 2, rows: 2 });
          expect(engine.status().oldest).toBe((old + HOUR) * BUCKET_MS);
        },
        { retentionMs: DAY_MS },
      );
      await withEngine(path, async (engine) => {
        const { context } = await engine.ready();
        expect([1, 2, 3, 4].map((key) => context.keys.has(key))).toEqual([false, false, true, true]);
        expect(context.keys.endpoints.size).toBe(3);
        // What is new gets ids of its own.
        engine.put(partOf([recordOf(7, NOW_BUCKET)], { segment: 2, bucket: NOW_BUCKET }));
        const { groups } = await engine.flows({
          from: millis(0),
          to: NOW,
          filter: EVERYTHING,
          grouping: 'flow',
          limit: 9,
        });
        expect(groups.map(({ id }) => id)).toEqual([5, 4, 3]);
      });
    }));

  it('writes a day as Parquet before it goes, and overwrites nothing', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      const exportFolder = join(folder, 'days');
      const day = Math.floor((NOW - 3 * DAY_MS) / DAY_MS) * DAY;
      const name = `flows-${new Date(day * BUCKET_MS).toISOString().slice(0, 10)}`;
      const more = { retentionMs: DAY_MS, exportFolder };
      await withEngine(
        path,
        async (engine) => {
          await handOver(engine, [day + 1, day + DAY - 1, day + DAY, NOW_BUCKET]);
          await engine.tidy();
          expect(engine.status().troubles).toEqual([]);
          expect((await contentOf(engine)).lines).toBe(1);
          expect((await readdir(exportFolder)).sort()).toHaveLength(2);
          const rows = await parquetRows(join(exportFolder, `${name}.parquet`));
          expect(rows).toMatchObject([
            {
              source_namespace: 'shop',
              source_name: `web-${day + 1}`,
              dest_kind: 'network',
              dest_address: 'db.example.com',
            },
            {
              port: 5432,
              protocol: 'tcp',
              service_name: 'db',
              packets_in: 3,
              bytes_out: null,
              reporter: 'src',
            },
          ]);
          expect(rows[0]).toMatchObject({ source_labels: '["app=web","tier=front"]', dest_labels: null });
          expect(rows[0]?.start).toBe(
            new Date((day + 1) * BUCKET_MS).toISOString().slice(0, 19).replace('T', ' '),
          );
          // Late records of the same day make a file of their own.
          await handOver(engine, [day + 2]);
          await engine.tidy();
          expect(await parquetRows(join(exportFolder, `${name}.2.parquet`))).toHaveLength(1);
          expect(await parquetRows(join(exportFolder, `${name}.parquet`))).toHaveLength(2);
        },
        more,
      );
    }));

  it('keeps a day that it cannot export, and says so', () =>
    withFolder(async (folder) => {
      const exportFolder = join(folder, 'days');
      await writeFile(exportFolder, 'in the way');
      await withEngine(
        null,
        async (engine) => {
          await handOver(engine, [NOW_BUCKET - 3 * DAY, NOW_BUCKET]);
          await engine.tidy();
          expect(engine.status().troubles).toMatchObject([{ code: 'history-export-failed' }]);
          expect((await contentOf(engine)).lines).toBe(2);
        },
        { retentionMs: DAY_MS, exportFolder },
      );
    }));

  it('holds no more in memory than half of what it may take', () =>
    withEngine(
      null,
      async (engine) => {
        const { context, writer } = await engine.ready();
        await handOver(engine, [NOW_BUCKET]);
        for (let hour = 10; hour > 0; hour--) {
          await writer.alone(() =>
            writer.transact(async () => {
              await context.file.writer.run(`INSERT INTO history.facts SELECT ${NOW_BUCKET - hour * HOUR} + b // 500, 1,
                random(), random(), random(), random(), 1, 1, 1, 1 FROM range(${HOUR * 500}) r(b)`);
            }),
          );
          await engine.tidy();
        }
        const { bytes, troubles, oldest } = engine.status();
        expect(troubles).toEqual([]);
        expect(bytes).toBeLessThanOrEqual(2 ** 25);
        expect(oldest).toBeGreaterThan((NOW_BUCKET - 10 * HOUR) * BUCKET_MS);
        await handOver(engine, [NOW_BUCKET + 1]);
        expect(engine.status().written).toBe(2);
      },
      { memoryBytes: 2 ** 26 },
    ));

  it('lets go of the oldest hours when there is too much, and uses their room again', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      await withEngine(
        path,
        async (engine) => {
          const { context, writer } = await engine.ready();
          await handOver(engine, [NOW_BUCKET]);
          // Counters that do not compress.
          await writer.alone(() =>
            writer.transact(async () => {
              await context.file.writer.run(`INSERT INTO history.facts SELECT ${NOW_BUCKET - 3 * HOUR} + b // 500, 1,
                random(), random(), random(), random(), 1, 1, 1, 1 FROM range(${3 * HOUR * 500}) r(b)`);
            }),
          );
          await context.file.checkpoint();
          const { bytes } = await context.file.size();
          expect(bytes).toBeGreaterThan(8_000_000);
          await engine.tidy();
          const status = engine.status();
          expect(status.troubles).toEqual([]);
          expect(status.bytes - status.freeBytes).toBeLessThanOrEqual(8_000_000);
          expect(status.oldest).toBeGreaterThanOrEqual(
            (NOW_BUCKET - 3 * HOUR) * BUCKET_MS + 3_600_000 - BUCKET_MS * HOUR,
          );
          expect(status.oldest).toBeLessThan(NOW);
          // Written anew it is as short as what it holds, and holds the same.
          const before = await contentOf(engine);
          const reclaim = new Reclaim(context.file, writer, 1_000_000);
          expect(await reclaim.run()).toBe(true);
          const after = await context.file.size();
          expect(after.bytes).toBeLessThan(bytes / 2 + 1_000_000);
          expect(await contentOf(engine)).toEqual(before);
          await handOver(engine, [NOW_BUCKET + 1]);
          expect(engine.status().troubles).toEqual([]);
          await expect(access(`${path}.new`)).rejects.toThrow();
        },
        { mostBytes: 8_000_000 },
      );
      await withEngine(path, async (engine) => {
        expect(await engine.mark()).toEqual({ segment: 1, bucket: NOW_BUCKET + 1 });
      });
    }));
});

async function parquetRows(path: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT * REPLACE (strftime("start", '%Y-%m-%d %H:%M:%S') AS "start", "end"::VARCHAR AS "end") FROM read_parquet(${literal(path)})`,
  );
  instance.closeSync();
  return result.getRowObjects();
}
