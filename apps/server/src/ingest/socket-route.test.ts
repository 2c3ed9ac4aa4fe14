import type { IngestReply } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { line, TestSocket, testServer, until } from '../test-server.js';

let server: RunningServer;

beforeEach(async () => {
  server = await testServer();
});

afterEach(() => server.close());

async function agent(name = 'node-1', stream = 's1'): Promise<TestSocket<IngestReply>> {
  const socket = await TestSocket.open<IngestReply>(`${server.url}/api/v1/agent`);
  socket.send({ type: 'hello', version: 1, agent: name, stream });
  await until(() => socket.received.length > 0, 'welcome');
  return socket;
}

function batch(sequence: number, lines: readonly string[], dropped = 0): string {
  const header = { type: 'batch', sequence, sentAt: server.context.clock.now(), dropped };
  return [JSON.stringify(header), ...lines].join('\n');
}

async function acked(socket: TestSocket<IngestReply>, sequence: number): Promise<IngestReply | undefined> {
  const found = () => socket.received.find((reply) => reply.type === 'ack' && reply.sequence === sequence);
  await until(() => found() !== undefined, `ack ${sequence}`);
  return found();
}

async function packets(): Promise<number> {
  const reply = (await (await fetch(`${server.url}/api/v1/flows`)).json()) as {
    flows: { packetsIn: number }[];
  };
  return reply.flows.reduce((sum, flow) => sum + flow.packetsIn, 0);
}

describe('GET /api/v1/agent', () => {
  it('acknowledges each batch, with its bad lines', async () => {
    const socket = await agent();
    socket.send(batch(1, [line(), 'nonsense']));
    expect(await acked(socket, 1)).toMatchObject({
      accepted: 1,
      rejected: 1,
      errors: [{ line: 2, field: '(line)' }],
    });
    socket.send(batch(2, [line()]));
    expect(await acked(socket, 2)).toMatchObject({ accepted: 1, rejected: 0 });
    expect(await packets()).toBe(20);
  });

  it('counts what is sent again after a break once, and says where to go on', async () => {
    const first = await agent();
    first.send(batch(1, [line()]));
    first.send(batch(2, [line()]));
    await acked(first, 2);
    first.end();
    const second = await agent();
    expect(second.received[0]).toMatchObject({ type: 'welcome', sequence: 2 });
    second.send(batch(2, [line()]));
    second.send(batch(3, [line()]));
    await acked(second, 3);
    expect(second.received[1]).toMatchObject({ type: 'ack', sequence: 2, accepted: 0, duplicate: 1 });
    expect(await packets()).toBe(30);
  });

  it('lets a new spool count from one again', async () => {
    const first = await agent('node-1', 's1');
    first.send(batch(1, [line()]));
    await acked(first, 1);
    const second = await agent('node-1', 's2');
    expect(second.received[0]).toMatchObject({ type: 'welcome', sequence: 0 });
    second.send(batch(1, [line()]));
    expect(await acked(second, 1)).toMatchObject({ accepted: 1 });
  });

  it('adds up what agents had to drop', async () => {
    const socket = await agent();
    socket.send(batch(1, [line()], 5));
    socket.send(batch(2, [line()], 9));
    await acked(socket, 2);
    const status = (await (await fetch(`${server.url}/api/v1/status`)).json()) as {
      loss: { droppedByAgents: number };
    };
    expect(status.loss.droppedByAgents).toBe(9);
  });

  it('turns away what does not speak its language', async () => {
    for (const [said, code] of [
      ['garbage', 'bad-hello'],
      [JSON.stringify({ type: 'hello', version: 99, agent: 'a', stream: 's' }), 'version'],
    ] as const) {
      const socket = await TestSocket.open<IngestReply>(`${server.url}/api/v1/agent`);
      socket.send(said);
      await until(() => socket.closed !== null, 'the server to hang up');
      expect(socket.received[0]).toMatchObject({ type: 'error', code, retry: false });
    }
    const socket = await agent();
    socket.send('{"type":"batch"}');
    await until(() => socket.closed !== null, 'the server to hang up');
    expect(socket.closed?.reason).toBe('bad-batch');
  });
});
