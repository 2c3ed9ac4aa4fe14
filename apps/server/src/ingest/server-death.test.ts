import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { IngestReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { line, TestSocket, until } from '../test-server.js';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const BATCHES = 60;
const RECORDS = 50;

let running: ChildProcess | null = null;

afterEach(() => {
  running?.kill('SIGKILL');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function start(port: number): Promise<string> {
  const env = {
    VIBRISSA_PORT: String(port),
    VIBRISSA_DEMO: 'off',
    VIBRISSA_DATA: 'off',
    VIBRISSA_LOG_LEVEL: 'silent',
  };
  running = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN], {
    env,
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await until(
    () =>
      fetch(`${url}/readyz`).then(
        (reply) => reply.ok,
        () => false,
      ),
    'the server to be ready',
  );
  return url;
}

async function kill(): Promise<void> {
  const dying = running as ChildProcess;
  dying.kill('SIGKILL');
  await once(dying, 'exit');
}

function batch(sequence: number): string {
  const header = { type: 'batch', sequence, sentAt: systemClock.now(), dropped: 0 };
  const lines = Array.from({ length: RECORDS }, (_, at) =>
    line({ port: 1 + ((sequence * RECORDS + at) % 500) }),
  );
  return [JSON.stringify(header), ...lines].join('\n');
}

async function greet(url: string): Promise<{ socket: TestSocket<IngestReply>; known: number }> {
  const socket = await TestSocket.open<IngestReply>(`${url}/api/v1/agent`);
  socket.send({ type: 'hello', version: 1, agent: 'node-1', stream: 's' });
  await until(() => socket.received.length > 0, 'welcome');
  const [welcome] = socket.received;
  return { socket, known: welcome?.type === 'welcome' ? welcome.sequence : Number.NaN };
}

function acks(socket: TestSocket<IngestReply>) {
  return socket.received.flatMap((reply) => (reply.type === 'ack' ? [reply] : []));
}

async function connections(url: string): Promise<number> {
  const reply = await fetch(`${url}/api/v1/flows?groupBy=namespace`);
  const { flows } = (await reply.json()) as { flows: { connectionsStarted: number }[] };
  return flows.reduce((sum, flow) => sum + flow.connectionsStarted, 0);
}

describe('a server killed under load', () => {
  it('gets everything unacknowledged again and counts it once', async () => {
    const port = await freePort();
    const before = await greet(await start(port));
    for (let sequence = 1; sequence <= BATCHES; sequence++) before.socket.send(batch(sequence));
    await until(() => acks(before.socket).length >= 5, 'the first acks');
    await kill();
    await until(() => before.socket.closed !== null, 'the link to break');
    const acked = Math.max(...acks(before.socket).map((ack) => ack.sequence));

    const url = await start(port);
    const after = await greet(url);
    expect(after.known).toBe(0);
    for (let sequence = acked + 1; sequence <= BATCHES; sequence++) after.socket.send(batch(sequence));
    await until(() => acks(after.socket).length === BATCHES - acked, 'every ack');
    expect(await connections(url)).toBe((BATCHES - acked) * RECORDS);

    const again = await greet(url);
    expect(again.known).toBe(BATCHES);
    for (let sequence = acked + 1; sequence <= BATCHES; sequence++) again.socket.send(batch(sequence));
    await until(() => acks(again.socket).length === BATCHES - acked, 'every ack');
    expect(acks(again.socket).every((ack) => ack.accepted === 0 && ack.duplicate === RECORDS)).toBe(true);
    expect(await connections(url)).toBe((BATCHES - acked) * RECORDS);
    for (const { socket } of [after, again]) socket.end();
  }, 60_000);
});
