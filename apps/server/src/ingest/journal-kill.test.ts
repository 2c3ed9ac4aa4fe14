import type { FlowsReply, IngestReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { freePort, ServerProcess } from '../test-process.js';
import { line, TestSocket, until } from '../test-server.js';
import { temporaryFolder } from './test-journal.js';

const BATCHES = 240;
const RECORDS = 20;
const KILLS = 2;
const WINDOW = 8;

const folder = temporaryFolder();
let server: ServerProcess | null = null;

afterEach(async () => {
  await server?.kill();
  folder.remove();
});

/** The records of a batch; its port tells it apart in what the server shows, whichever way it came. */
function records(port: number): string {
  const start = systemClock.now();
  return Array.from({ length: RECORDS }, () => line({ port, start })).join('\n');
}

/** Sends batches over WebSocket as an agent does: a window, and after a break from where the server got to. */
class SocketSender {
  readonly acked = new Set<number>();

  async send(url: string): Promise<void> {
    const socket = await TestSocket.open<IngestReply>(`${url}/api/v1/agent`);
    socket.send({ type: 'hello', version: 1, agent: 'node-1', stream: 's' });
    const welcome = () => socket.received.find((reply) => reply.type === 'welcome');
    await until(() => welcome() !== undefined || socket.closed !== null, 'welcome');
    const known = welcome()?.sequence ?? 0;
    for (let sequence = 1; sequence <= known; sequence++) this.acked.add(sequence);
    let read = 0;
    const readAcks = () => {
      for (; read < socket.received.length; read++) {
        const reply = socket.received[read];
        if (reply?.type === 'ack') this.acked.add(reply.sequence);
      }
      return socket.closed !== null;
    };
    for (let sequence = known + 1; sequence <= BATCHES && !readAcks(); sequence++) {
      await until(() => readAcks() || sequence - this.acked.size <= WINDOW, 'room in the window');
      const header = { type: 'batch', sequence, sentAt: systemClock.now(), dropped: 0 };
      socket.send(`${JSON.stringify(header)}\n${records(portOf('socket', sequence))}`);
    }
    await until(() => readAcks() || this.acked.size === BATCHES, 'every ack, or the end');
    socket.end();
  }
}

/** Sends batches over HTTP one after the other; the one without an answer again. */
class HttpSender {
  readonly acked = new Set<number>();

  async send(url: string): Promise<void> {
    for (let sequence = this.acked.size + 1; sequence <= BATCHES; sequence++) {
      const reply = await fetch(`${url}/api/v1/flows`, {
        method: 'POST',
        body: records(portOf('http', sequence)),
        headers: {
          'content-type': 'application/x-ndjson',
          'x-vibrissa-agent': 'sender',
          'x-vibrissa-sequence': String(sequence),
        },
      }).catch(() => null);
      if (reply?.status !== 200) return;
      this.acked.add(sequence);
    }
  }
}

function portOf(way: 'socket' | 'http', sequence: number): number {
  return (way === 'socket' ? 1_000 : 2_000) + sequence;
}

/** Connections by port, as the page would show them. */
async function shown(url: string): Promise<Map<number, number | null>> {
  const counts = new Map<number, number | null>();
  let cursor = '';
  do {
    const reply = await fetch(`${url}/api/v1/flows?groupBy=connection&limit=500${cursor}`);
    const { flows, next } = (await reply.json()) as FlowsReply;
    for (const { port, connectionsStarted } of flows) counts.set(port, connectionsStarted);
    cursor = next === null ? '' : `&cursor=${next}`;
  } while (cursor !== '');
  return counts;
}

describe('a server with a journal, killed under load again and again', () => {
  it('shows everything it acknowledged, and nothing twice', async () => {
    const port = await freePort();
    const start = async () => {
      server = await ServerProcess.start(port, { VIBRISSA_DATA: folder.path });
      return server;
    };
    const socket = new SocketSender();
    const http = new HttpSender();
    let { url } = await start();
    for (let kill = 1; kill <= KILLS; kill++) {
      const target = Math.floor((BATCHES * (kill - Math.random() * 0.8)) / (KILLS + 1));
      const sending = Promise.all([socket.send(url), http.send(url)]);
      await until(() => Math.max(socket.acked.size, http.acked.size) >= target, 'the moment to kill', 60_000);
      await server?.kill();
      await sending;

      ({ url } = await start());
      const counts = await shown(url);
      for (const [way, { acked }] of [['socket', socket] as const, ['http', http] as const]) {
        for (let sequence = 1; sequence <= BATCHES; sequence++) {
          const count = counts.get(portOf(way, sequence)) ?? 0;
          if (acked.has(sequence)) expect([way, sequence, count]).toEqual([way, sequence, RECORDS]);
          else expect([0, RECORDS]).toContain(count);
        }
      }
    }
    await Promise.all([socket.send(url), http.send(url)]);
    expect([socket.acked.size, http.acked.size]).toEqual([BATCHES, BATCHES]);
    const counts = await shown(url);
    expect(counts.size).toBe(2 * BATCHES);
    expect(new Set(counts.values())).toEqual(new Set([RECORDS]));
  }, 180_000);
});
