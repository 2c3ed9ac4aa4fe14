import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { EVERYTHING, millis } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { HistoryEngine } from './history-engine.js';
import { literal } from './literal.js';
import { startChild } from './test-child.js';
import { optionsFor, withEngine, withFolder } from './test-engine.js';

const ROUNDS = 3;
const PARTS = 3;
const ROWS = 400;

interface Told {
  readonly bucket: number;
  readonly durable: number;
  readonly codes: readonly string[];
  readonly dropped: number;
  readonly waitingBytes: number;
}

async function nextOf(child: { line(): Promise<string | null> }): Promise<Told> {
  const line = await child.line();
  if (line === null) throw new Error('the process ended by itself');
  // Printed by crash-writer.ts.
  return JSON.parse(line) as Told;
}

describe('a process that is killed', () => {
  it(
    'has in its history every hand-over whole or not at all, and all it told to be durable',
    () =>
      withFolder(async (folder) => {
        const path = join(folder, 'flows.duckdb');
        let told = 0;
        for (let round = 0; round < ROUNDS; round++) {
          const child = startChild('./crash-writer.ts', [path, String(PARTS), String(ROWS)]);
          for (let line = 0; line <= round * 2; line++) told = (await nextOf(child)).durable;
          // Somewhere within what it does next, another place each time.
          for (let turn = 0; turn < round * 37; turn++) await new Promise((resolve) => setImmediate(resolve));
          await child.kill();
          await withEngine(path, async (engine) => {
            const mark = await engine.mark();
            expect(engine.status().troubles).toEqual([]);
            expect(mark?.bucket).toBeGreaterThanOrEqual(told);
            expect(mark?.segment).toBe(mark?.bucket);
            const counts = new Map<number, number>();
            for await (const { flows } of engine.load(0))
              for (const { records } of flows)
                for (const { start } of records)
                  counts.set(start / 15_000, (counts.get(start / 15_000) ?? 0) + 1);
            expect([...counts.keys()].sort((a, b) => a - b)).toEqual(
              Array.from({ length: mark?.bucket ?? 0 }, (_, at) => at + 1),
            );
            expect(new Set(counts.values())).toEqual(new Set([PARTS * ROWS]));
          });
        }
      }),
    60_000,
  );
});

describe('a disk that is full', () => {
  it(
    'is told, loses nothing, and is written again once there is room',
    () =>
      withFolder(async (folder) => {
        const path = join(folder, 'flows.duckdb');
        const child = startChild(
          './crash-writer.ts',
          [path, '1', '3000'],
          ['prlimit', '--fsize=1500000:unlimited'],
        );
        try {
          let told = await nextOf(child);
          while (told.codes.length === 0) told = await nextOf(child);
          expect(told.codes).toEqual(['history-disk-full']);
          expect(told.durable).toBeLessThan(told.bucket);
          expect(told.waitingBytes).toBeGreaterThan(0);
          execFileSync('prlimit', ['--pid', String(child.process.pid), '--fsize=unlimited:unlimited']);
          while (told.codes.length > 0) told = await nextOf(child);
          expect(told).toMatchObject({ durable: told.bucket, dropped: 0, waitingBytes: 0 });
          await child.kill();
          await withEngine(path, async (engine) => {
            const bucket = (await engine.mark())?.bucket ?? 0;
            expect(bucket).toBeGreaterThanOrEqual(told.durable);
            const { context } = await engine.ready();
            const rows = await context.file.read(undefined, ({ connection }) =>
              connection.runAndReadAll('SELECT count(*)::INTEGER FROM history.facts'),
            );
            expect(rows.getRows()).toEqual([[bucket * 3000]]);
          });
        } finally {
          await child.kill();
        }
      }),
    60_000,
  );
});

describe('a history in use by another process', () => {
  it('says so, and is left to it', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'flows.duckdb');
      const script = `import('@duckdb/node-api').then(async ({ DuckDBInstance }) => {
        const connection = await (await DuckDBInstance.create(':memory:')).connect();
        await connection.run(${JSON.stringify(`ATTACH ${literal(path)} AS other`)});
        process.stdout.write('open');
        setInterval(() => undefined, 1000);
      })`;
      const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        await once(holder.stdout, 'data');
        const engine = new HistoryEngine(optionsFor(path));
        expect(await engine.mark()).toBeNull();
        expect(engine.status()).toMatchObject({ state: 'failed', troubles: [{ code: 'history-locked' }] });
        const all = { from: millis(0), to: millis(1), filter: EVERYTHING };
        await expect(engine.seen(all)).rejects.toMatchObject({ code: 'history-unavailable' });
        await engine.close();
      } finally {
        holder.kill('SIGKILL');
      }
    }));
});
