import { GrpcStatus, grpcClient, grpcServer, type Method } from '@vibrissa/protocol/grpc';
import { afterEach, describe, expect, it } from 'vitest';
import { methodTable, unlessBusy } from './services.js';

const EMPTY = new Uint8Array(0);

const METHODS = new Map<string, Method>([
  ['/t.T/One', { kind: 'unary', handle: () => EMPTY }],
  [
    '/t.T/Many',
    {
      kind: 'server-stream',
      async *handle() {
        yield EMPTY;
      },
    },
  ],
  [
    '/t.T/Both',
    {
      kind: 'messages',
      open: (call) => ({ messages() {}, end: () => call.close(), closed() {} }),
    },
  ],
]);

describe('methodTable', () => {
  it('holds all services, and takes no path twice', () => {
    expect([...methodTable(METHODS, new Map()).keys()]).toEqual([...METHODS.keys()]);
    expect(() => methodTable(METHODS, METHODS)).toThrow('/t.T/One');
  });
});

describe('unlessBusy', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it('puts every kind of call off until the server is ready', async () => {
    let busy: string | null = 'not yet';
    const server = grpcServer({ methods: unlessBusy(METHODS, () => busy), tls: null, log() {} });
    const port = await server.listen('127.0.0.1', 0);
    const client = grpcClient({ target: `127.0.0.1:${port}`, tls: null });
    ends.push(
      () => client.close(),
      () => server.close(),
    );
    const call = async (path: string) => {
      const stream = client.stream(path);
      if (path !== '/t.T/Both') stream.write(Buffer.alloc(5));
      stream.end();
      let batches = 0;
      for await (const _ of stream.batches) batches++;
      return batches;
    };
    for (const path of METHODS.keys()) {
      await expect(call(path)).rejects.toMatchObject({ status: GrpcStatus.unavailable, message: 'not yet' });
    }
    busy = null;
    expect(await Promise.all([...METHODS.keys()].map(call))).toEqual([1, 1, 0]);
  });
});
