import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../test-server.js';
import { type Every, eventText, sendEvents } from './send-events.js';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const NEVER: Every = () => () => {};

/** A server that sends `texts` to whoever asks, and the answer it writes to. */
async function serve(texts: AsyncIterable<string>, every: Every = NEVER) {
  let response: ServerResponse | null = null;
  let over = false;
  const server: Server = createServer((_request, reply) => {
    response = reply;
    reply.flushHeaders();
    void sendEvents(reply, texts, every).then(() => {
      over = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  ends.unshift(() => socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => response !== null, 'the answer');
  return { socket, isOver: () => over, answer: response as unknown as ServerResponse };
}

/** Whether a count stands still while the event loop turns. */
async function stands(count: () => number): Promise<boolean> {
  const before = count();
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  return count() === before;
}

describe('sendEvents', () => {
  it('frames data as one event', () => {
    expect(eventText('{}')).toBe('data: {}\n\n');
  });

  it('asks for no more than a slow reader takes, and beats no heart into a full pipe', async () => {
    let made = 0;
    let beat = () => {};
    async function* texts() {
      for (;;) {
        made++;
        yield eventText('x'.repeat(10_000));
      }
    }
    const { socket, answer } = await serve(texts(), (_ms, act) => {
      beat = act;
      return () => {};
    });
    socket.pause();
    await until(async () => answer.writableNeedDrain && (await stands(() => made)), 'the pipe to be full');
    const waiting = answer.writableLength;
    expect(waiting).toBeLessThan(100_000);
    for (let i = 0; i < 1_000; i++) beat();
    expect(answer.writableLength).toBe(waiting);
    const before = made;
    socket.resume();
    await until(() => made > before + 100, 'it to go on');
  });

  it('gives up its source when a reader goes in the middle of a full pipe', async () => {
    let closed = false;
    async function* texts() {
      try {
        for (;;) yield eventText('x'.repeat(10_000));
      } finally {
        closed = true;
      }
    }
    const { socket, answer, isOver } = await serve(texts());
    socket.pause();
    await until(() => answer.writableNeedDrain, 'the pipe to be full');
    socket.destroy();
    await until(() => closed && isOver(), 'the source to be closed');
  });

  it('ends when the source does', async () => {
    async function* texts() {
      yield eventText('1');
    }
    const { socket, isOver } = await serve(texts());
    let read = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      read += text;
    });
    await until(() => isOver() && read.endsWith('0\r\n\r\n'), 'the end');
    expect(read).toContain('data: 1\n\n');
  });
});
