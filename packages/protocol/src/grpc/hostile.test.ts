import { type ClientHttp2Stream, connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { grpcClient } from './client.js';
import type { GrpcClient } from './client-api.js';
import { frame } from './frame.js';
import type { GrpcLimits } from './limits.js';
import { count, failure, rawCall, type TestGrpc, testGrpc, until } from './test-grpc.js';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

let grpc: TestGrpc;
let neighbour: GrpcClient;
const ends: (() => void)[] = [];
let echoes = 0;

/** Messages that came from others than the neighbour. */
function taken(): number {
  return grpc.server.stats.messages - echoes;
}

async function start(limits: Partial<GrpcLimits> = {}): Promise<void> {
  grpc = await testGrpc({ limits: { graceMs: 100, newStreamsPerSecond: 1_000_000, ...limits } });
  echoes = 0;
  neighbour = grpcClient({ target: grpc.target, tls: null });
  await neighbourIsWell();
}

async function neighbourIsWell(): Promise<void> {
  const message = Buffer.from('still here');
  echoes++;
  expect(Buffer.from(await neighbour.unary('/test.Test/Echo', message))).toEqual(message);
}

/** Gives the server many turns in which it could do more of what it should have stopped doing. */
async function settled(read: () => number): Promise<void> {
  let before = Number.NaN;
  for (let same = 0; same < 30; ) {
    await neighbourIsWell();
    const now = read();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

function rawSocket(): { socket: Socket; closed: () => boolean } {
  const socket = connect(grpc.port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  socket.resume();
  ends.push(() => socket.destroy());
  return { socket, closed: () => closed };
}

function rawStream(path: string, settings: object = {}) {
  const session = connectHttp2(`http://127.0.0.1:${grpc.port}`, { settings, maxSessionMemory: 1_000 });
  session.on('error', () => {});
  ends.push(() => session.destroy());
  const request = (): ClientHttp2Stream => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => {});
    return stream;
  };
  return { session, request };
}

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  neighbour.close();
  await grpc.server.close();
});

describe('a peer that does not read', () => {
  it('holds up the stream it asked for, not the server’s memory', async () => {
    await start();
    const { request } = rawStream('/test.Test/Count');
    const stream = request();
    stream.end(frame(count(1_000_000, 1_000)));
    await until(() => grpc.seen.yielded > 0, 'the first message');
    await settled(() => grpc.seen.yielded);
    expect(grpc.seen.yielded).toBeLessThan(500);
    stream.close(constants.NGHTTP2_CANCEL);
    await until(() => grpc.seen.closed === 1, 'the generator to end');
  });

  it('is not read from either, and gets every answer once it reads', async () => {
    await start();
    const { session, request } = rawStream('/test.Test/Connect', { initialWindowSize: 0 });
    const stream = request();
    const thousand = Buffer.concat(Array.from({ length: 1_000 }, () => frame(Buffer.alloc(1_000))));
    for (let i = 0; i < 40; i++) stream.write(thousand);
    stream.end();
    await until(() => taken() > 0, 'the first messages');
    await settled(taken);
    expect(taken()).toBeLessThan(25_000);
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
    });
    session.settings({ initialWindowSize: 65_535 });
    await until(() => bytes === 40_000 * 5, 'all answers');
    expect(taken()).toBe(40_000);
    await until(() => grpc.server.stats.callsNow === 0, 'the call to end');
  });

  it.each([constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR])(
    'leaves nothing behind when it resets its stream with code %s',
    async (code) => {
      await start({ unsentBytes: 1_000 });
      const { request } = rawStream('/test.Test/Connect', { initialWindowSize: 0 });
      const stream = request();
      for (let i = 0; i < 20; i++) {
        stream.write(Buffer.concat(Array.from({ length: 10_000 }, () => frame(Buffer.alloc(20)))));
      }
      await until(() => taken() > 0, 'the first messages');
      await settled(taken);
      expect(taken()).toBeLessThan(200_000);
      stream.close(code);
      await until(() => grpc.server.stats.callsNow === 0, 'the call to end');
      expect(grpc.seen.closed).toBe(1);
    },
  );

  it('gets an answer whole when it is only slow', async () => {
    await start({ graceMs: 500 });
    const { request } = rawStream('/test.Test/Echo');
    const stream = request();
    const message = Buffer.alloc(4_000_000, 7);
    stream.end(frame(message));
    let bytes = 0;
    const begun = performance.now();
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      // Slower by far than what is given to one that takes nothing.
      while (performance.now() - begun < (bytes / message.byteLength) * 1_500) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    expect(bytes).toBe(message.byteLength + 5);
  });

  it('cannot hold a call open for good after it ended', async () => {
    await start({ graceMs: 50 });
    const { request } = rawStream('/test.Test/Echo', { initialWindowSize: 0 });
    const stream = request();
    let closed = false;
    stream.on('close', () => {
      closed = true;
    });
    stream.end(frame(new Uint8Array(1)));
    await until(() => closed, 'the stream to be reset');
  });
});

describe('limits', () => {
  it('turn away connections past the most there may be, and say so', async () => {
    await start({ connections: 2 });
    rawSocket();
    await until(() => grpc.server.stats.connectionsNow === 2, 'the second connection');
    const third = rawSocket();
    await until(third.closed, 'the third to be turned away');
    expect(grpc.server.stats.connectionsRefused).toBe(1);
    expect(grpc.seen.events).toMatchObject([{ event: 'connection-refused', detail: { limit: 2 } }]);
    await neighbourIsWell();
  });

  it('end a connection that begins calls without end', async () => {
    await start({ newStreamsPerSecond: 20 });
    const { session, request } = rawStream('/test.Test/Echo');
    let goaway = 0;
    session.on('goaway', (code) => {
      goaway = code;
    });
    for (let i = 0; i < 100; i++) request().close(constants.NGHTTP2_CANCEL);
    await until(() => session.destroyed, 'the connection to end');
    expect(goaway).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await neighbourIsWell();
  });

  it('bound what unfinished messages of all peers hold', async () => {
    await start({ unfinishedBytes: 100_000 });
    const began = Buffer.concat([Buffer.from([0, 0, 0, 0xf0, 0]), Buffer.alloc(60_000)]);
    const [first, second] = [
      rawStream('/test.Test/Connect').request(),
      rawStream('/test.Test/Connect').request(),
    ];
    first.write(began);
    let status: unknown;
    second.on('trailers', (trailers) => {
      status = trailers['grpc-status'];
    });
    second.resume();
    second.write(began);
    const refused = () => grpc.server.stats.messagesRefused;
    await until(() => refused() === 1, 'one of both to be refused');
    first.close(constants.NGHTTP2_CANCEL);
    await until(() => grpc.server.stats.callsNow === 0, 'both to end');
    // What they held is given back.
    const before = refused();
    const third = rawStream('/test.Test/Connect').request();
    let answered = 0;
    third.on('data', (chunk: Buffer) => {
      answered += chunk.byteLength;
    });
    third.write(began);
    third.write(Buffer.alloc(0xf000 - 60_000));
    await until(() => answered === 5, 'a message as large to be taken');
    expect(status).toBe('8');
    expect(refused()).toBe(before);
  });

  it('refuse headers that are too large', async () => {
    await start();
    const { headers } = await rawCall(
      grpc.port,
      '/test.Test/Echo',
      { 'x-large': 'x'.repeat(20_000) },
      frame(Buffer.alloc(0)),
    );
    expect(headers).toMatchObject({
      'grpc-status': '8',
      'grpc-message': expect.stringContaining('the limit of 16384 bytes'),
    });
    await neighbourIsWell();
  });
});

describe('a peer that is gone', () => {
  it.each([
    ['says nothing at all', Buffer.alloc(0)],
    ['answers no ping', Buffer.concat([Buffer.from(PREFACE), EMPTY_SETTINGS])],
  ])('and %s is taken off', async (_, bytes) => {
    await start({ keepaliveMs: 40 });
    const { socket, closed } = rawSocket();
    socket.write(bytes);
    await until(closed, 'the connection to end');
    expect(grpc.server.stats.connectionsSilent).toBe(1);
    expect(grpc.seen.events).toMatchObject([{ event: 'peer-silent', detail: { address: '127.0.0.1' } }]);
    await neighbourIsWell();
  });

  it('is noticed by the client as well', async () => {
    await start();
    const { createServer } = await import('node:net');
    const deaf = createServer((socket) => socket.on('error', () => {}).write(EMPTY_SETTINGS));
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const address = deaf.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const client = grpcClient({ target: `127.0.0.1:${port}`, tls: null, keepaliveMs: 30 });
    expect(await failure(client.unary('/test.Test/Echo', new Uint8Array(0)))).toMatchObject({
      message: expect.stringContaining('no answer to a ping within 30 ms'),
    });
    client.close();
    deaf.close();
  });
});

describe('garbage', () => {
  it('on a socket ends that connection alone, by its ping at the latest', async () => {
    await start({ keepaliveMs: 300 });
    const bytes = fc.tuple(
      fc.constantFrom('', PREFACE, 'GET / HTTP/1.1\r\n\r\n'),
      fc.constantFrom(Buffer.alloc(0), EMPTY_SETTINGS),
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          // A frame of HTTP/2 with a type and flags that exist, on a stream of its own.
          fc
            .tuple(fc.nat(9), fc.nat(255), fc.nat(9), fc.uint8Array({ maxLength: 40 }))
            .map(([type, flags, stream, body]) =>
              Uint8Array.of(0, 0, body.byteLength, type, flags, 0, 0, 0, stream, ...body),
            ),
        ),
        { maxLength: 6 },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 50, maxLength: 50 }), async (cases) => {
        const sockets = cases.map(([preface, settings, pieces]) => {
          const { socket, closed } = rawSocket();
          socket.end(Buffer.concat([Buffer.from(preface), settings, ...pieces]));
          return closed;
        });
        await until(() => sockets.every((closed) => closed()), 'the connections to end');
      }),
      { numRuns: 8, endOnFailure: true },
    );
    await neighbourIsWell();
    await until(() => grpc.server.stats.connectionsNow === 1, 'all of them to be forgotten');
    expect(grpc.server.stats.callsNow).toBe(0);
  });

  it('in a body is answered with a status, and every complete message before it', async () => {
    await start();
    const { request } = rawStream('/test.Test/Connect');
    const body = fc.tuple(
      fc.array(fc.uint8Array({ minLength: 14, maxLength: 50 }), { maxLength: 5 }),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(body, async ([messages, garbage]) => {
        const stream = request();
        let [bytes, status]: [number, unknown] = [0, undefined];
        stream.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
        });
        stream.on('trailers', (trailers) => {
          status = trailers['grpc-status'];
        });
        const closed = new Promise((resolve) => stream.on('close', resolve));
        stream.end(Buffer.concat([...messages.map((message) => frame(message)), garbage]));
        await closed;
        expect(status).toMatch(/^(0|8|13)$/);
        expect(bytes).toBeGreaterThanOrEqual(5 * messages.length);
      }),
      { numRuns: 1_000 },
    );
    await neighbourIsWell();
    expect(grpc.server.stats.callsNow).toBe(0);
  });
});
