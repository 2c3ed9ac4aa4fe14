import type { Health, IngestReply } from '@vibrissa/protocol/messages';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import type { Overrides } from '../context.js';
import { type RunningServer, startServer } from '../server.js';
import { HISTORY_HERE, line, OWN_THREAD, TestSocket, testServer, until } from '../test-server.js';
import { temporaryFolder } from './test-journal.js';

let folder: ReturnType<typeof temporaryFolder>;
let server: RunningServer | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await server?.close();
  folder.remove();
});

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/v1/flows`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
}

async function status(url: string): Promise<Health> {
  return (await (await fetch(`${url}/api/v1/status`)).json()) as Health;
}

/** A server on the folder that has not yet read back what is there. */
function begin(
  env: Readonly<Record<string, string>> = {},
  overrides: Overrides = HISTORY_HERE,
): Promise<RunningServer> {
  const config = readConfig({ VIBRISSA_PORT: '0', VIBRISSA_DATA: folder.path, ...env });
  return startServer(config, 'no-page', { log: pino({ level: 'silent' }), ...overrides });
}

async function fill(): Promise<void> {
  const first = await testServer({ VIBRISSA_DATA: folder.path });
  const many = Array.from({ length: 500 }, (_, at) => line({ port: 1 + at })).join('\n');
  for (let sequence = 1; sequence <= 20; sequence++) {
    const sender = { 'x-vibrissa-agent': 'sender', 'x-vibrissa-sequence': String(sequence) };
    expect((await post(first.url, many, sender)).status).toBe(200);
  }
  const array = await post(first.url, `[${line({ port: 9_000 })}]`, { 'content-type': 'application/json' });
  expect(array.status).toBe(200);
  const socket = await TestSocket.open<IngestReply>(`${first.url}/api/v1/agent`);
  socket.send({ type: 'hello', version: 1, agent: 'node-1', stream: 's' });
  socket.send(`{"type":"batch","sequence":7,"sentAt":${Date.now()},"dropped":4}\n${line({ port: 9_001 })}`);
  await until(() => socket.received.some(({ type }) => type === 'ack'), 'the ack');
  socket.end();
  await first.close();
}

describe('a restart', () => {
  it('serves the page at once, takes nothing in until all is read back, and then goes on', async () => {
    await fill();
    // What it reads back it brings into view through the thread of its history, and answers meanwhile.
    server = await begin({ VIBRISSA_DEMO: 'auto' }, OWN_THREAD);
    const { url } = server;
    const refused = await post(url, line());
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refused.json()).toMatchObject({ error: { code: 'restoring' } });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await status(url)).restoring).toBeLessThanOrEqual(1);
    const socket = await TestSocket.open<IngestReply>(`${url}/api/v1/agent`);
    socket.send({ type: 'hello', version: 1, agent: 'node-1', stream: 's' });
    await server.ready;

    await until(() => socket.received.some(({ type }) => type === 'welcome'), 'the welcome');
    expect(socket.received.map(({ type }) => type)).toEqual(['slow-down', 'welcome']);
    expect(socket.received[1]).toMatchObject({ sequence: 7 });
    const health = await status(url);
    expect(health).toMatchObject({ restoring: null, demo: null, flows: 502, recordsPerSecond: 0 });
    expect(health.loss).toMatchObject({ droppedByAgents: 0, rejected: 0, tooOld: 0 });
    expect(health.agents.map(({ name, kind, connected }) => [name, kind, connected])).toEqual([
      ['sender', 'http', false],
      ['node-1', 'agent', true],
    ]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);

    const repeat = await post(url, line({ port: 9_002 }), {
      'x-vibrissa-agent': 'sender',
      'x-vibrissa-sequence': '20',
    });
    expect(await repeat.json()).toMatchObject({ accepted: 0, duplicate: 1 });
    socket.send(`{"type":"batch","sequence":8,"sentAt":${Date.now()},"dropped":5}\n${line({ port: 9_003 })}`);
    await until(() => socket.received.some(({ type }) => type === 'ack'), 'the ack');
    expect((await status(url)).loss.droppedByAgents).toBe(1);
    expect((await status(url)).flows).toBe(503);
    socket.end();
  }, 60_000);

  it('goes on where an entry cannot be taken in any more, and with a kind that nobody reads', async () => {
    const first = await testServer({ VIBRISSA_DATA: folder.path });
    const { journal } = first.context;
    journal.append({ kind: 'array', meta: {}, payload: 'not json' });
    journal.append({ kind: 'lines', meta: { skewMs: 0 }, payload: line({ port: 1 }) });
    await first.close();
    server = await begin({ VIBRISSA_DEMO: 'off' });
    await server.ready;
    expect(server.context.restore.unread).toBe(1);
    expect((await status(server.url)).flows).toBe(1);
  });

  it('can be ended while it reads back, and loses nothing by it', async () => {
    await fill();
    const short = await begin({ VIBRISSA_DEMO: 'off' });
    await short.close();
    server = await begin({ VIBRISSA_DEMO: 'off' });
    await server.ready;
    expect((await status(server.url)).flows).toBe(502);
  });

  it('plays the demo where nothing real was kept', async () => {
    server = await begin({ VIBRISSA_DEMO: 'auto' });
    await server.ready;
    expect((await status(server.url)).demo).not.toBeNull();
  });
});
