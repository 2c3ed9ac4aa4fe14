import type { IngestReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { freePort, ServerProcess } from '../test-process.js';
import { line, TestSocket, until } from '../test-server.js';

const BATCHES = 60;
const RECORDS = 50;

let running: ServerProcess | null = null;

afterEach(() => running?.kill());

async function start(port: number): Promise<string> {
  running = await ServerProcess.start(port, { VIBRISSA_DATA: 'off' });
  return running.url;
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
    await running?.kill();
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
