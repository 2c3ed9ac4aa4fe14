import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlowsReply, Health } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../ingest/test-journal.js';
import type { RunningServer } from '../server.js';
import { HISTORY_HERE, line, OWN_THREAD, testServer, until } from '../test-server.js';

let folder: ReturnType<typeof temporaryFolder>;
let servers: RunningServer[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  for (const server of servers) await server.close();
  servers = [];
  folder.remove();
});

const SHORT = { VIBRISSA_BUCKET_MS: '1000', VIBRISSA_BUCKETS: '4' };

async function start(overrides = HISTORY_HERE): Promise<RunningServer> {
  const server = await testServer({ VIBRISSA_DATA: folder.path, ...SHORT }, undefined, overrides);
  servers.push(server);
  return server;
}

async function stop(server: RunningServer): Promise<void> {
  servers = servers.filter((other) => other !== server);
  await server.close();
}

async function post(url: string, port: number): Promise<number> {
  const reply = await fetch(`${url}/api/v1/flows`, {
    method: 'POST',
    body: line({ port }),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  return reply.status;
}

async function ports(url: string, from = 0): Promise<number[]> {
  const reply = await fetch(`${url}/api/v1/flows?groupBy=connection&from=${from}`);
  const { flows } = (await reply.json()) as FlowsReply;
  return flows.map(({ port }) => port ?? -1).sort();
}

async function status(url: string): Promise<Health> {
  return (await (await fetch(`${url}/api/v1/status`)).json()) as Health;
}

function database(): string {
  return join(folder.path, 'history', 'flows.duckdb');
}

/** A database with a flow in it that memory has let go of. */
async function fill(): Promise<void> {
  const server = await start();
  await post(server.url, 1);
  await until(async () => (await status(server.url)).flows === 0, 'memory to let go of the flow', 20_000);
  await until(
    async () => (await status(server.url)).history?.oldest !== null,
    'the history to have it',
    20_000,
  );
  await stop(server);
}

/** Makes the file look as if a newer server had written it, with the store's own database. */
function makeNewer(path: string): void {
  const script = `import { DuckDBInstance } from '@duckdb/node-api';
    const connection = await (await DuckDBInstance.create(${JSON.stringify(path)})).connect();
    await connection.run('UPDATE meta SET version = 99');
    connection.closeSync();`;
  const cwd = fileURLToPath(new URL('../../../../packages/store', import.meta.url));
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd });
}

/** What every server has to do whose history cannot be used. */
async function expectLiveFlows(code: string, remedy: RegExp): Promise<RunningServer> {
  // That something is wrong the thread has to tell.
  const server = await start(OWN_THREAD);
  const { troubles, history } = await status(server.url);
  expect(history?.state).toBe('failed');
  expect(troubles.find((trouble) => trouble.code === code)?.message).toMatch(remedy);
  expect(await post(server.url, 2)).toBe(200);
  expect(await ports(server.url)).toEqual([2]);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  return server;
}

describe('a history that cannot be used', () => {
  it('is left as it is when it is damaged; flows are shown live, and kept until it is mended', async () => {
    await fill();
    const whole = readFileSync(database());
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 0, 8192);
    writeFileSync(database(), damaged);
    const server = await expectLiveFlows('history-corrupt', /VIBRISSA_DATA/);
    await stop(server);
    expect(readFileSync(database()).equals(damaged)).toBe(true);

    writeFileSync(database(), whole);
    const mended = await start();
    expect(await ports(mended.url, -3_600_000)).toEqual([1, 2]);
    expect((await status(mended.url)).troubles).toEqual([]);
  }, 60_000);

  it('is left as it is when a newer server wrote it', async () => {
    await fill();
    makeNewer(database());
    const newer = readFileSync(database());
    await stop(await expectLiveFlows('history-newer', /use a newer one/));
    expect(readFileSync(database()).equals(newer)).toBe(true);
  }, 60_000);

  it('is not opened in a folder that another server has', async () => {
    const first = await start(OWN_THREAD);
    const second = await start();
    expect((await status(second.url)).history).toBeNull();
    expect((await status(second.url)).troubles[0]?.code).toBe('journal-in-use');
    expect((await status(first.url)).history?.state).toBe('open');
    expect(await post(second.url, 3)).toBe(200);
    expect(await ports(second.url)).toEqual([3]);
  });

  it('says so where its folder cannot be written', async () => {
    // Root writes into any folder, but not into a file.
    writeFileSync(join(folder.path, 'history'), 'no folder');
    const server = await start();
    const { history, troubles } = await status(server.url);
    expect(history?.state).toBe('failed');
    expect(troubles[0]?.message).toMatch(/VIBRISSA_DATA/);
    expect(await post(server.url, 4)).toBe(200);
    expect(await ports(server.url)).toEqual([4]);
    expect(readFileSync(join(folder.path, 'history'), 'utf8')).toBe('no folder');
    expect(existsSync(join(folder.path, 'journal'))).toBe(true);
  });
});

/** A small disk of its own, where this machine lets us have one. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a disk that is full', () => {
  it('is told of; flows are shown, and what fits in memory is written once there is room', async (test) => {
    if (!mountSmallDisk(folder.path)) {
      console.log('no small disk can be mounted here: a full disk is not tested');
      test.skip();
      return;
    }
    try {
      const server = await start(OWN_THREAD);
      expect(await post(server.url, 1)).toBe(200);
      const ballast = join(folder.path, 'ballast');
      execFileSync('sh', ['-c', `dd if=/dev/zero of=${ballast} bs=64k 2>/dev/null || true`]);
      expect(await post(server.url, 2)).toBe(200);
      await until(
        async () => (await status(server.url)).troubles.length > 0,
        'a trouble that says so',
        20_000,
      );
      for (const { message } of (await status(server.url)).troubles) expect(message).toMatch(/room|VIBRISSA/);
      await until(async () => (await status(server.url)).flows === 0, 'memory to let go of it', 20_000);
      expect(await ports(server.url, -60_000)).toEqual([1, 2]);
      execFileSync('rm', [ballast]);
      const isWell = async () => {
        expect(await post(server.url, 3)).toBe(200);
        return (await status(server.url)).troubles.length === 0;
      };
      await until(isWell, 'the trouble to end', 30_000);
      await stop(server);
      const next = await start();
      expect(await ports(next.url, -120_000)).toEqual([1, 2, 3]);
      await stop(next);
      expect(readdirSync(folder.path)).toContain('history');
    } finally {
      for (const server of servers) await stop(server);
      execFileSync('umount', [folder.path]);
    }
  }, 120_000);
});
