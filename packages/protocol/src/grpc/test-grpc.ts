import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { frame } from './frame.js';
import type { Method } from './method.js';
import { grpcServer } from './server.js';
import type { GrpcServer, GrpcServerOptions } from './server-api.js';
import { GrpcError, GrpcStatus } from './status.js';

const EMPTY = frame(new Uint8Array(0));

/** A field 1 of 20,000 bytes, as protobuf has it. */
const LARGE = Buffer.concat([Buffer.from([0x0a, 0xa0, 0x9c, 0x01]), Buffer.alloc(20_000)]);

/** What a server was told of its calls. */
export interface Seen {
  readonly events: { readonly event: string; readonly detail: Readonly<Record<string, unknown>> }[];
  /** Why signals were aborted. */
  readonly aborted: unknown[];
  closed: number;
  yielded: number;
  readonly peers: string[][];
}

export interface TestGrpc {
  readonly server: GrpcServer;
  readonly port: number;
  readonly target: string;
  readonly seen: Seen;
}

/** A server on a free port with a method of every kind and every way to fail. */
export async function testGrpc(change: Partial<GrpcServerOptions> = {}): Promise<TestGrpc> {
  const seen: Seen = { events: [], aborted: [], closed: 0, yielded: 0, peers: [] };
  const server = grpcServer({
    methods: testMethods(seen),
    tls: null,
    log: (event, detail) => seen.events.push({ event, detail }),
    ...change,
  });
  const port = await server.listen('127.0.0.1', 0);
  return { server, port, target: `127.0.0.1:${port}`, seen };
}

function testMethods(seen: Seen): Map<string, Method> {
  const watch = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => seen.aborted.push(signal.reason));
  };
  return new Map<string, Method>([
    ['/test.Test/Echo', { kind: 'unary', handle: (request) => request }],
    [
      '/test.Test/Who',
      {
        kind: 'unary',
        handle(_, { peer }) {
          seen.peers.push([peer.address, ...peer.certificateNames]);
          return new Uint8Array(0);
        },
      },
    ],
    [
      '/test.Test/Fail',
      {
        kind: 'unary',
        handle: () => {
          throw new GrpcError(GrpcStatus.notFound, 'no “flow” for 100 %\n');
        },
      },
    ],
    ['/test.Test/Bug', { kind: 'unary', handle: () => Promise.reject(new Error('a secret of the house')) }],
    [
      '/test.Test/Never',
      {
        kind: 'unary',
        handle(_, { signal }) {
          watch(signal);
          return new Promise<Uint8Array>(() => {});
        },
      },
    ],
    [
      '/test.Test/Count',
      {
        kind: 'server-stream',
        async *handle(request, { signal }) {
          watch(signal);
          const [messages = 0, bytes = 0] = new Uint32Array(new Uint8Array(request).buffer);
          try {
            for (seen.yielded = 0; seen.yielded < messages; seen.yielded++) {
              yield new Uint8Array(bytes).fill(seen.yielded);
            }
          } finally {
            seen.closed++;
          }
        },
      },
    ],
    [
      '/test.Test/OneThenFail',
      {
        kind: 'server-stream',
        async *handle() {
          yield LARGE;
          throw new GrpcError(GrpcStatus.notFound, 'no more');
        },
      },
    ],
    [
      '/test.Test/Connect',
      {
        kind: 'messages',
        open(call) {
          watch(call.signal);
          return {
            messages(batch) {
              if (batch.some((message) => message.byteLength === 13)) throw new Error('thirteen');
              call.send(batch.length, EMPTY);
            },
            end: () => call.close(),
            closed: () => {
              seen.closed++;
            },
          };
        },
      },
    ],
    [
      '/test.Test/Closed',
      {
        kind: 'messages',
        open() {
          throw new GrpcError(GrpcStatus.resourceExhausted, 'full');
        },
      },
    ],
  ]);
}

/** The request of `Count`. */
export function count(messages: number, bytes: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(messages, bytes).buffer);
}

export interface RawAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A call made by Node's own HTTP/2 client, with whatever headers and bytes a test wants. */
export async function rawCall(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  ...chunks: readonly Uint8Array[]
): Promise<RawAnswer> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  try {
    return await new Promise<RawAnswer>((resolve, reject) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      });
      const body: Buffer[] = [];
      let [answer, trailers]: IncomingHttpHeaders[] = [{}, {}];
      stream.on('response', (found) => {
        answer = found;
      });
      stream.on('trailers', (found) => {
        trailers = found;
      });
      stream.on('data', (chunk: Buffer) => body.push(chunk));
      stream.on('error', reject);
      stream.on('close', () =>
        resolve({ headers: answer ?? {}, trailers: trailers ?? {}, body: Buffer.concat(body) }),
      );
      for (const chunk of chunks) stream.write(chunk);
      stream.end();
    });
  } finally {
    session.close();
    session.destroy(undefined, constants.NGHTTP2_NO_ERROR);
  }
}

/** Waits for a condition, looking again whenever the event loop has turned. Throws after 10 s. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited 10 s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** How a promise fails. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
