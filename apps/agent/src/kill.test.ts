import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { ingestServer } from './testing/ingest-server.js';
import { temporaryFolder } from './testing/temporary-folder.js';
import { until } from './testing/until.js';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

function startProcess(flags: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN, ...flags], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'ignore',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

it('brings each line exactly once though it is killed while it reads, waits and sends', async () => {
  const server = await ingestServer({ silent: true });
  const folder = await temporaryFolder();
  const file = join(folder, 'flows.log');
  const flags = [
    `--server=${server.url}`,
    `--file=${file}`,
    `--spool=${join(folder, 'spool')}`,
    '--batch-records=7',
    '--batch-ms=5',
    '--health-port=0',
  ];
  const written: string[] = [];
  const write = async (count: number) => {
    const lines = Array.from({ length: count }, (_, at) => `{"n":${written.length + at}}`);
    written.push(...lines);
    await appendFile(file, lines.map((line) => `${line}\n`).join(''));
  };
  await writeFile(file, '');
  await write(500);

  // Batches taken and never acknowledged: they come again.
  const first = startProcess(flags);
  await until(() => server.lines.length >= 7 * 8);
  await killed(first);

  // The server away: batches only in the spool. Then in the midst of sending.
  server.behaviour.silent = false;
  const second = startProcess(flags);
  await write(500);
  const before = server.lines.length;
  await until(() => server.lines.length > before + 50);
  await killed(second);

  await write(100);
  const third = startProcess(flags);
  await until(() => server.lines.length >= written.length);
  third.kill('SIGTERM');
  const [code] = await once(third, 'exit');
  expect(code).toBe(0);
  expect(server.lines).toEqual(written);
  expect(server.headers.at(-1)?.dropped).toBe(0);
}, 60_000);
