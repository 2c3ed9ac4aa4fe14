import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grpcClient } from './client.js';
import type { GrpcClient } from './client-api.js';
import { frame } from './frame.js';
import { GrpcStatus } from './status.js';
import { count, failure, rawCall, type TestGrpc, testGrpc, until } from './test-grpc.js';

const EMPTY = new Uint8Array(0);

let grpc: TestGrpc;
let client: GrpcClient;

beforeEach(async () => {
  grpc = await testGrpc();
  client = grpcClient({ target: grpc.target, tls: null });
});

afterEach(async () => {
  client.close();
  await grpc.server.close();
});

describe('a single answer', () => {
  it('comes back whole, whatever its size within the limit', async () => {
    for (const size of [0, 1, 16_384, 4 * 1024 * 1024]) {
      const message = Buffer.alloc(size, 7);
      expect(Buffer.from(await client.unary('/test.Test/Echo', message)).equals(message)).toBe(true);
    }
    expect(grpc.server.stats).toMatchObject({ calls: 4, callsFailed: 0, callsNow: 0, messages: 4 });
  });

  it('may be an error of the handler, with its text', async () => {
    expect(await failure(client.unary('/test.Test/Fail', EMPTY))).toMatchObject({
      code: 'grpc',
      status: GrpcStatus.notFound,
      message: 'no “flow” for 100 %\n',
    });
  });

  it('hides what went wrong inside, which the log has', async () => {
    const error = await failure(client.unary('/test.Test/Bug', EMPTY));
    expect(error).toMatchObject({ status: GrpcStatus.internal });
    expect(String(error)).not.toContain('secret');
    expect(grpc.seen.events).toMatchObject([
      {
        event: 'handler-failed',
        detail: { path: '/test.Test/Bug', error: new Error('a secret of the house') },
      },
    ]);
    expect(await client.unary('/test.Test/Echo', Buffer.from('on'))).toEqual(Buffer.from('on'));
  });

  it('is UNIMPLEMENTED where there is no such method', async () => {
    expect(await failure(client.unary('/test.Test/Nope', EMPTY))).toMatchObject({
      status: GrpcStatus.unimplemented,
      message: 'there is no method /test.Test/Nope here',
    });
  });

  it('is RESOURCE_EXHAUSTED past the limit, naming limit and size', async () => {
    const error = await failure(client.unary('/test.Test/Echo', Buffer.alloc(4 * 1024 * 1024 + 1)));
    expect(error).toMatchObject({
      status: GrpcStatus.resourceExhausted,
      message: 'a message is larger than the limit of 4194304 bytes: it has 4194305',
    });
    expect(grpc.server.stats.messagesRefused).toBe(1);
  });

  it('knows who asks', async () => {
    await client.unary('/test.Test/Who', EMPTY);
    expect(grpc.seen.peers).toEqual([['127.0.0.1']]);
  });

  it('is given up with the caller’s signal, which the handler learns', async () => {
    const giveUp = new AbortController();
    const answer = failure(client.unary('/test.Test/Never', EMPTY, giveUp.signal));
    await until(() => grpc.server.stats.callsNow === 1, 'the call');
    giveUp.abort();
    expect(await answer).toMatchObject({ status: GrpcStatus.cancelled });
    await until(() => grpc.seen.aborted.length === 1, 'the handler to learn');
    expect(grpc.seen.aborted).toMatchObject([{ status: GrpcStatus.cancelled }]);
    expect(grpc.server.stats.callsNow).toBe(0);
  });

  it('is not asked for with a signal that is aborted already', async () => {
    expect(await failure(client.unary('/test.Test/Echo', EMPTY, AbortSignal.abort()))).toMatchObject({
      status: GrpcStatus.cancelled,
    });
  });

  it('is DEADLINE_EXCEEDED at the caller when its time is over', async () => {
    expect(
      await failure(client.unary('/test.Test/Never', EMPTY, undefined, { timeoutMs: 20 })),
    ).toMatchObject({ status: GrpcStatus.deadlineExceeded });
    await until(() => grpc.seen.aborted.length === 1, 'the handler to learn');
  });

  it('is UNAVAILABLE when the connection goes, and the next call makes a new one', async () => {
    const short = await testGrpc({ limits: { graceMs: 10 } });
    const caller = grpcClient({ target: short.target, tls: null });
    const answer = failure(caller.unary('/test.Test/Never', EMPTY));
    await until(() => short.server.stats.callsNow === 1, 'the call');
    await short.server.close();
    expect(await answer).toMatchObject({ status: GrpcStatus.unavailable });
    expect(await failure(caller.unary('/test.Test/Echo', EMPTY))).toMatchObject({
      status: GrpcStatus.unavailable,
      message: expect.stringContaining(short.target),
    });
    await short.server.listen('127.0.0.1', short.port);
    expect(await caller.unary('/test.Test/Echo', Buffer.from('back'))).toEqual(Buffer.from('back'));
    caller.close();
    await short.server.close();
  });
});

describe('a stream of answers', () => {
  it('comes in order and ends well', async () => {
    const messages: number[] = [];
    for await (const batch of client.serverStream('/test.Test/Count', count(5_000, 100))) {
      for (const message of batch) messages.push(message[0] ?? -1);
    }
    expect(messages).toEqual(Array.from({ length: 5_000 }, (_, i) => i % 256));
    expect(grpc.seen.aborted).toEqual([]);
  });

  it('brings all messages before the error that ends it', async () => {
    const sizes: number[] = [];
    const reading = async () => {
      for await (const batch of client.serverStream('/test.Test/OneThenFail', EMPTY)) {
        sizes.push(...batch.map((message) => message.byteLength));
      }
    };
    expect(await failure(reading())).toMatchObject({ status: GrpcStatus.notFound, message: 'no more' });
    expect(sizes).toEqual([20_004]);
  });

  it('is ended by a reader that has enough', async () => {
    for await (const batch of client.serverStream('/test.Test/Count', count(1_000_000, 1_000))) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    await until(() => grpc.seen.closed === 1, 'the generator to end');
    expect(grpc.seen.yielded).toBeLessThan(10_000);
    expect(grpc.seen.aborted).toMatchObject([{ status: GrpcStatus.cancelled }]);
  });
});

describe('a stream both ways', () => {
  it('answers each message once, and ends when the caller does', async () => {
    const stream = client.stream('/test.Test/Connect');
    const messages = 10_000;
    const frames = Buffer.concat(Array.from({ length: 100 }, (_, i) => frame(Buffer.alloc(14 + i * 20))));
    let answers = 0;
    const sending = (async () => {
      for (let sent = 0; sent < messages; sent += 100) {
        if (!stream.write(frames)) await stream.drained();
      }
      stream.end();
    })();
    for await (const batch of stream.batches) answers += batch.length;
    await sending;
    expect(answers).toBe(messages);
    expect(grpc.server.stats.messages).toBe(messages);
    await until(() => grpc.seen.closed === 1, 'the sink to be closed');
  });

  it('ends with INTERNAL when its sink throws, and its neighbours go on', async () => {
    const [bad, good] = [client.stream('/test.Test/Connect'), client.stream('/test.Test/Connect')];
    const goodAnswers = good.batches[Symbol.asyncIterator]();
    good.write(frame(Buffer.from('one')));
    expect((await goodAnswers.next()).value).toHaveLength(1);
    bad.write(frame(Buffer.alloc(13)));
    expect(await failure(bad.batches[Symbol.asyncIterator]().next())).toMatchObject({
      status: GrpcStatus.internal,
    });
    await until(() => grpc.seen.closed === 1, 'the bad one’s sink to be closed');
    good.write(frame(Buffer.from('two')));
    expect((await goodAnswers.next()).value).toHaveLength(1);
    good.end();
    expect((await goodAnswers.next()).done).toBe(true);
  });

  it('answers what came before a message that is too long', async () => {
    const stream = client.stream('/test.Test/Connect');
    stream.write(Buffer.concat([frame(Buffer.from('ok')), Buffer.from([0, 255, 0, 0, 0, 1])]));
    const answers = stream.batches[Symbol.asyncIterator]();
    expect((await answers.next()).value).toHaveLength(1);
    expect(await failure(answers.next())).toMatchObject({ status: GrpcStatus.resourceExhausted });
  });

  it('may be refused as it opens', async () => {
    const stream = client.stream('/test.Test/Closed');
    expect(await failure(stream.batches[Symbol.asyncIterator]().next())).toMatchObject({
      status: GrpcStatus.resourceExhausted,
      message: 'full',
    });
  });

  it('tells its sink when the connection is lost', async () => {
    const stream = client.stream('/test.Test/Connect');
    stream.write(frame(Buffer.from('one')));
    await until(() => grpc.server.stats.messages === 1, 'the message');
    client.close();
    await until(() => grpc.seen.closed === 1, 'the sink to be closed');
    expect(grpc.seen.aborted).toMatchObject([{ status: GrpcStatus.cancelled }]);
    expect(await failure(stream.batches[Symbol.asyncIterator]().next())).toMatchObject({
      status: GrpcStatus.unavailable,
    });
  });

  it('is ended with UNAVAILABLE by a server that stops, without waiting for grace', async () => {
    const stream = client.stream('/test.Test/Connect');
    stream.write(frame(Buffer.from('one')));
    const answers = stream.batches[Symbol.asyncIterator]();
    expect((await answers.next()).value).toHaveLength(1);
    const closed = grpc.server.close();
    expect(await failure(answers.next())).toMatchObject({
      status: GrpcStatus.unavailable,
      message: 'the server stops: try again later',
    });
    await closed;
  });
});

describe('the protocol', () => {
  const echo = '/test.Test/Echo';

  it.each([
    ['another content type', { 'content-type': 'application/json' }, '415'],
    ['another method', { ':method': 'PUT' }, '405'],
  ])('answers %s with HTTP %s', async (_, headers, status) => {
    expect(String((await rawCall(grpc.port, echo, headers)).headers[':status'])).toBe(status);
  });

  it('names the encodings it knows to one who uses another', async () => {
    const { headers } = await rawCall(grpc.port, echo, { 'grpc-encoding': 'br' }, frame(EMPTY));
    expect(headers).toMatchObject({
      'grpc-status': '12',
      'grpc-accept-encoding': 'identity,gzip',
      'grpc-message': expect.stringContaining('"br"'),
    });
  });

  it('reads gzip', async () => {
    const packed = frame(gzipSync('hello'));
    packed[0] = 1;
    const { body, trailers } = await rawCall(grpc.port, echo, { 'grpc-encoding': 'gzip' }, packed);
    expect(body).toEqual(Buffer.from(frame(Buffer.from('hello'))));
    expect(trailers['grpc-status']).toBe('0');
  });

  it.each([
    ['no message', []],
    ['two messages', [frame(EMPTY), frame(EMPTY)]],
    ['two messages in one', [Buffer.concat([frame(EMPTY), frame(EMPTY)])]],
  ])('answers a request with %s as a breach', async (_, chunks) => {
    expect((await rawCall(grpc.port, echo, {}, ...chunks)).headers['grpc-status']).toBe('12');
  });

  it('answers a message that was cut off with INTERNAL', async () => {
    const { headers } = await rawCall(grpc.port, echo, {}, Buffer.from([0, 0, 0, 0, 9, 1]));
    expect(headers).toMatchObject({
      'grpc-status': '13',
      'grpc-message': expect.stringContaining('6 of 14 bytes'),
    });
  });

  it('keeps the deadline the caller named, and refuses one that is none', async () => {
    const late = await rawCall(grpc.port, '/test.Test/Never', { 'grpc-timeout': '20m' }, frame(EMPTY));
    expect(late.headers).toMatchObject({ 'grpc-status': '4', 'grpc-message': 'no answer within 20m' });
    expect(grpc.seen.aborted).toMatchObject([{ status: GrpcStatus.deadlineExceeded }]);
    const wrong = await rawCall(grpc.port, echo, { 'grpc-timeout': 'soon' }, frame(EMPTY));
    expect(wrong.headers['grpc-status']).toBe('3');
  });

  it('sends an error alone in the headers, and after messages in the trailers', async () => {
    expect((await rawCall(grpc.port, '/test.Test/Fail', {}, frame(EMPTY))).headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '5',
      'grpc-message': 'no %E2%80%9Cflow%E2%80%9D for 100 %25%0A',
    });
    const { headers, trailers } = await rawCall(grpc.port, '/test.Test/OneThenFail', {}, frame(EMPTY));
    expect(headers['grpc-status']).toBeUndefined();
    expect(trailers).toMatchObject({ 'grpc-status': '5', 'grpc-message': 'no more' });
  });
});

describe('a client that can never connect', () => {
  it.each([
    ['certificates that are none', { target: '127.0.0.1:1', tls: { ca: 'x', cert: 'y', key: 'z' } }],
    ['files that cannot be read', { target: '127.0.0.1:1', tls: () => failing() }],
    ['a target that is no address', { target: '127.0.0.1:many', tls: null }],
    ['a port that is closed', { target: '127.0.0.1:1', tls: null }],
    ['a socket file that is not there', { target: 'unix:///nowhere/hubble.sock', tls: null }],
  ])('says so for %s', async (_, options) => {
    const unlucky = grpcClient(options);
    expect(await failure(unlucky.unary('/test.Test/Echo', EMPTY))).toMatchObject({
      code: 'grpc',
      status: GrpcStatus.unavailable,
      message: expect.stringContaining(options.target),
    });
    unlucky.close();
  });

  const failing = () => {
    throw new Error('no such file');
  };
});

it('listens on a socket file too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vibrissa-grpc-'));
  const own = await testGrpc();
  await own.server.close();
  await own.server.listen(`unix://${folder}/flows.sock`, 0);
  const local = grpcClient({ target: `unix://${folder}/flows.sock`, tls: null });
  expect(await local.unary('/test.Test/Who', EMPTY)).toHaveLength(0);
  expect(own.seen.peers).toEqual([['']]);
  local.close();
  await own.server.close();
  await rm(folder, { recursive: true });
});
