import { existsSync } from 'node:fs';
import { appendFile, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { millis } from '@vibrissa/model';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runAgent, type Summary } from './agent.js';
import { readConfig } from './config.js';
import { type IngestServer, ingestServer } from './testing/ingest-server.js';
import { temporaryFolder } from './testing/temporary-folder.js';
import { until } from './testing/until.js';

interface Running {
  readonly logged: Record<string, unknown>[];
  readonly healthPort: () => number;
  readonly done: Promise<Summary>;
  stop(): Promise<Summary>;
}

function start(flags: readonly string[], input: Readable = Readable.from([])): Running {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const config = readConfig({}, [
    '--health-port=0',
    '--batch-ms=5',
    '--poll-ms=20',
    '--name=node-1',
    ...flags,
  ]);
  const stop = new AbortController();
  const done = runAgent(
    { config, clock: { now: () => millis(77) }, random: () => 0, log, input },
    stop.signal,
  );
  // Met by the test, if it is about that; not by nobody.
  done.catch(() => {});
  const running: Running = {
    logged,
    healthPort: () => Number(logged.find((line) => line.msg === 'health endpoint listens')?.port ?? 0),
    done,
    stop: () => {
      stop.abort();
      return done;
    },
  };
  onTestFinished(() => running.stop().then(undefined, () => {}));
  return running;
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, at) => `{"n":${from + at}}`);
}

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

async function setUp(lines: readonly string[], server: IngestServer) {
  const folder = await temporaryFolder();
  const file = join(folder, 'flows.log');
  await writeFile(file, textOf(lines));
  return { file, flags: [`--server=${server.url}`, `--file=${file}`, `--spool=${join(folder, 'spool')}`] };
}

/** A file's bytes as characters; none for a file that is not there. */
async function readSafely(path: string): Promise<string> {
  return existsSync(path) && path.endsWith('.seg') ? readFile(path, 'latin1') : '';
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('an agent', () => {
  it('says who it is, and brings what the file holds and what is added', async () => {
    const server = await ingestServer();
    const { file, flags } = await setUp(numbered(0, 10), server);
    start(flags);
    await until(() => server.lines.length === 10);
    await appendFile(file, textOf(numbered(10, 12)));
    await until(() => server.lines.length === 12);
    expect(server.lines).toEqual(numbered(0, 12));
    expect(server.hellos).toEqual([
      { type: 'hello', version: 1, agent: 'node-1', stream: expect.any(String) },
    ]);
    expect(server.headers[0]).toEqual({ type: 'batch', sequence: 1, sentAt: 77, dropped: 0 });
  });

  it('sends what was not acknowledged again after each break, and nothing counts twice', async () => {
    const server = await ingestServer({ cutAfter: 2 });
    const { flags } = await setUp(numbered(0, 40), server);
    const agent = start([...flags, '--batch-records=10']);
    await until(() => server.lines.length === 40);
    server.behaviour.cutAfter = 1_000;
    const health = () => fetch(`http://127.0.0.1:${agent.healthPort()}/healthz`);
    await until(async () => (await (await health()).text()).includes('"pendingRecords":0'));
    expect(server.lines).toEqual(numbered(0, 40));
    expect(new Set(server.hellos.map((hello) => hello.stream)).size).toBe(1);
    expect((await agent.stop()).waiting).toBe(0);
  });

  it('has at most eight batches on the way', async () => {
    const server = await ingestServer({ silent: true });
    const { flags } = await setUp(numbered(0, 30), server);
    start([...flags, '--batch-records=1']);
    await until(() => server.lines.length === 8);
    server.behaviour.silent = false;
    server.release();
    await until(() => server.lines.length === 30);
    expect(server.mostInFlight()).toBe(8);
  });

  it('pauses when asked to slow down, and goes on', async () => {
    const server = await ingestServer({ afterAck: { type: 'slow-down', waitMs: 1 } });
    const { flags } = await setUp(numbered(0, 30), server);
    const agent = start([...flags, '--batch-records=1']);
    await until(() => server.lines.length === 30);
    const metrics = await fetch(`http://127.0.0.1:${agent.healthPort()}/metrics`).then((reply) =>
      reply.text(),
    );
    expect(Number(/^vibrissa_agent_slow_downs_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
  });

  it('keeps records while the server is away, across its own restart', async () => {
    const port = await freePort();
    const folder = await temporaryFolder();
    const file = join(folder, 'flows.log');
    const flags = [`--server=ws://127.0.0.1:${port}`, `--file=${file}`, `--spool=${join(folder, 'spool')}`];
    await writeFile(file, textOf(numbered(0, 5)));
    const first = start(flags);
    const health = () => fetch(`http://127.0.0.1:${first.healthPort()}/healthz`);
    await until(() => first.healthPort() !== 0);
    await until(async () => (await (await health()).text()).includes('"pendingRecords":5'));
    expect((await health()).status).toBe(200);
    expect(await first.stop()).toMatchObject({ read: 5, waiting: 5 });
    await appendFile(file, textOf(numbered(5, 7)));
    const server = await ingestServer({}, port);
    start(flags);
    await until(() => server.lines.length === 7);
    expect(server.lines).toEqual(numbered(0, 7));
  });

  it('drops the oldest when its spool is full, and says how many', async () => {
    const port = await freePort();
    const folder = await temporaryFolder();
    const file = join(folder, 'flows.log');
    const lines = Array.from({ length: 200 }, (_, at) => `{"n":${at},"x":"${'y'.repeat(2_000)}"}`);
    await writeFile(file, textOf(lines));
    const flags = [`--server=ws://127.0.0.1:${port}`, `--file=${file}`, `--spool=${join(folder, 'spool')}`];
    const agent = start([...flags, '--spool-bytes=65536', '--batch-records=2']);
    await until(() =>
      agent.logged.some((line) => line.msg === 'the spool is full; the oldest records were dropped'),
    );
    const server = await ingestServer({}, port);
    await until(() => server.lines.at(-1) === lines.at(-1));
    const summary = await agent.stop();
    expect(summary.dropped).toBeGreaterThan(0);
    expect(server.lines.length + summary.dropped).toBe(200);
    expect(server.headers.at(-1)?.dropped).toBe(summary.dropped);
  });

  it('gives up a batch that the disk has spoilt, and goes on', async () => {
    const port = await freePort();
    const folder = await temporaryFolder();
    const file = join(folder, 'flows.log');
    const spool = join(folder, 'spool');
    await writeFile(file, textOf(numbered(0, 3)));
    const agent = start([
      `--server=ws://127.0.0.1:${port}`,
      `--file=${file}`,
      `--spool=${spool}`,
      '--batch-records=1',
    ]);
    const segment = async () =>
      join(spool, (await readdir(spool)).find((name) => name.endsWith('.seg')) ?? '');
    await until(async () => existsSync(spool) && (await readSafely(await segment())).includes('{"n":2}'));
    const content = await readSafely(await segment());
    const handle = await open(await segment(), 'r+');
    await handle.write('9', content.indexOf('{"n":1}') + 5);
    await handle.close();
    const server = await ingestServer({}, port);
    await until(() => server.lines.length === 2);
    expect(server.lines).toEqual(['{"n":0}', '{"n":2}']);
    expect((await agent.stop()).dropped).toBe(1);
  });

  it('logs a rejected line with its number in the file, the field and the remedy', async () => {
    const error = { line: 2, field: 'port', reason: 'is missing', remedy: 'Send it.' };
    const server = await ingestServer({ errors: () => [error] });
    const { flags } = await setUp(['{"n":0}', '', '{"n":1}'], server);
    const agent = start([...flags, '--once']);
    expect(await agent.done).toMatchObject({ read: 2, accepted: 1, rejected: 1 });
    expect(agent.logged).toContainEqual(
      expect.objectContaining({ line: 3, field: 'port', remedy: 'Send it.', text: '{"n":1}' }),
    );
  });

  it('is unwell, and says why, when the server refuses it for good', async () => {
    const refusal = { type: 'error', code: 'version', message: 'update the agent', retry: false } as const;
    const server = await ingestServer({ insteadOfWelcome: refusal });
    const { flags } = await setUp(numbered(0, 1), server);
    const agent = start(flags);
    await until(() => agent.healthPort() !== 0);
    const health = () => fetch(`http://127.0.0.1:${agent.healthPort()}/healthz`);
    await until(async () => (await health()).status === 503);
    expect(await (await health()).json()).toMatchObject({
      refusal: expect.stringContaining('update the agent'),
    });
    await agent.stop();
    await expect(start([...flags, '--once']).done).rejects.toMatchObject({ code: 'version' });
  });

  it('goes on with a server that has forgotten the stream', async () => {
    const server = await ingestServer();
    const { file, flags } = await setUp(numbered(0, 3), server);
    const agent = start(flags);
    await until(() => server.lines.length === 3);
    await agent.stop();
    server.forget();
    await appendFile(file, textOf(numbered(3, 5)));
    start(flags);
    await until(() => server.lines.length === 2);
    expect(server.lines).toEqual(numbered(3, 5));
  });
});

describe('a single run', () => {
  it('brings the whole file each time, and sums up', async () => {
    const server = await ingestServer();
    const { file } = await setUp(numbered(0, 1_234), server);
    const flags = [`--server=${server.url}`, `--file=${file}`, '--once'];
    expect(await start(flags).done).toMatchObject({ read: 1_234, accepted: 1_234, rejected: 0, waiting: 0 });
    expect(await start(flags).done).toMatchObject({ accepted: 1_234 });
    expect(server.lines).toEqual([...numbered(0, 1_234), ...numbered(0, 1_234)]);
  });

  it('sets the time of records to now when asked', async () => {
    const server = await ingestServer();
    const { file } = await setUp(['{"start":1,"end":2}'], server);
    await start([`--server=${server.url}`, `--file=${file}`, '--once', '--stamp=now']).done;
    expect(server.lines).toEqual(['{"start":77,"end":77}']);
  });

  it('reads standard input to its end', async () => {
    const server = await ingestServer();
    const input = Readable.from([Buffer.from('{"n":0}\n{"n"'), Buffer.from(':1}')]);
    const summary = await start([`--server=${server.url}`, '--file=-', '--once'], input).done;
    expect(summary).toMatchObject({ read: 2, accepted: 2 });
    expect(server.lines).toEqual(numbered(0, 2));
  });

  it('does not outrun a small spool', async () => {
    const server = await ingestServer();
    const lines = Array.from({ length: 300 }, (_, at) => `{"n":${at},"x":"${'y'.repeat(2_000)}"}`);
    const { file } = await setUp(lines, server);
    const flags = [
      `--server=${server.url}`,
      `--file=${file}`,
      '--once',
      '--spool-bytes=65536',
      '--batch-records=2',
    ];
    expect(await start(flags).done).toMatchObject({ accepted: 300, dropped: 0 });
  });

  it('takes a line that alone fills the spool', async () => {
    const server = await ingestServer();
    const lines = [`{"x":"${'y'.repeat(100_000)}"}`, '{"n":1}', `{"x":"${'z'.repeat(100_000)}"}`, '{"n":2}'];
    const { file } = await setUp(lines, server);
    const flags = [
      `--server=${server.url}`,
      `--file=${file}`,
      '--once',
      '--spool-bytes=65536',
      '--batch-records=1',
    ];
    expect(await start(flags).done).toMatchObject({ accepted: 4, dropped: 0 });
  });

  it('names the setting when there is no such file', async () => {
    const server = await ingestServer();
    const missing = join(await temporaryFolder(), 'no.log');
    const run = start([`--server=${server.url}`, `--file=${missing}`, '--once']);
    await expect(run.done).rejects.toThrow(/^VIBRISSA_AGENT_FILE=.*no\.log/);
  });
});

describe('an agent with several sources', () => {
  it('brings what each gives, and says which fails', async () => {
    const server = await ingestServer();
    const { file, flags } = await setUp(numbered(0, 2), server);
    const folder = await temporaryFolder();
    const packets = join(folder, 'kern.log');
    const endpoints = join(folder, 'endpoints');
    await writeFile(endpoints, 'shop/web 10.0.0.1 cali1\n');
    await writeFile(
      packets,
      '2026-11-22T02:25:27Z n kernel: DPE|default IN=cali1 OUT=e SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=UDP SPT=1 DPT=53\n',
    );
    const all = [
      ...flags,
      '--source=file,packet-log,conntrack',
      `--packet-log=${packets}`,
      `--endpoints=${endpoints}`,
      '--conntrack-command=/nowhere/conntrack',
      '--interval-ms=50',
      '--kubernetes=off',
    ];
    const agent = start(all);
    const logged = () => server.lines.filter((line) => line.includes('"deny"'));
    await until(() => server.lines.length === 3 && logged().length === 1);
    expect(JSON.parse(logged()[0] ?? '')).toMatchObject({
      source: { namespace: 'shop', name: 'web' },
      port: 53,
    });
    const health = () =>
      fetch(`http://127.0.0.1:${agent.healthPort()}/healthz`).then((reply) => reply.json());
    await until(async () => JSON.stringify(await health()).includes('"pendingRecords":0'));
    expect(await health()).toMatchObject({
      status: 'ok',
      sources: [
        { name: file, state: 'running' },
        { name: `packet log ${packets}`, state: 'running' },
        {
          name: 'conntrack',
          state: 'waiting',
          reason: expect.stringContaining('/nowhere/conntrack cannot be run'),
        },
      ],
    });
    await agent.stop();
    // Both files go on where they were.
    await appendFile(file, textOf(numbered(2, 3)));
    start(all);
    await until(() => server.lines.length === 4);
    expect(server.lines.at(-1)).toBe('{"n":2}');
    expect(logged()).toHaveLength(1);
  });
});
