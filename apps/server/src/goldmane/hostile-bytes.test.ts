import { type GrpcClient, GrpcError, GrpcStatus, grpcClient } from '@vibrissa/protocol/grpc';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { testServer, until } from '../test-server.js';

const CASES = 4_000;
const AT_ONCE = 50;

const METHODS = [
  '/goldmane.Flows/List',
  '/goldmane.Flows/Stream',
  '/goldmane.Flows/FilterHints',
  '/goldmane.Statistics/List',
];

/** What a caller may be told of a request that makes no sense, or of one that asks for too much. */
const MAY_BE_TOLD: ReadonlySet<number> = new Set([
  GrpcStatus.invalidArgument,
  GrpcStatus.notFound,
  GrpcStatus.resourceExhausted,
  // A stream of flows that was asked for properly ends by its deadline.
  GrpcStatus.deadlineExceeded,
]);

let server: RunningServer;
let clients: GrpcClient[];

beforeAll(async () => {
  server = await testServer({ VIBRISSA_GOLDMANE_PORT: '0', VIBRISSA_DATA: 'off' });
  await server.ready;
  clients = Array.from({ length: 4 }, () =>
    grpcClient({ target: `127.0.0.1:${server.goldmane?.port}`, tls: null }),
  );
});

afterAll(async () => {
  for (const client of clients) client.close();
  await server.close();
});

/** Fields of protobuf that may or may not be those of a request, nested, cut off or with a length that lies. */
const bytes = fc.letrec<{ message: Uint8Array; field: Uint8Array }>((tie) => ({
  message: fc
    .tuple(fc.array(tie('field'), { maxLength: 4 }), fc.constantFrom(0, 0, 0, 1, 2))
    .map(([fields, cut]) => Buffer.concat(fields).subarray(0, cut === 0 ? undefined : -cut)),
  field: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(fc.nat(15), fc.uint8Array({ maxLength: 10 })).map(([number, rest]) => {
      const varint = rest.map((byte, i) => (i === rest.length - 1 ? byte & 0x7f : byte | 0x80));
      return Uint8Array.of(number << 3, ...(varint.length === 0 ? [0] : varint));
    }),
    fc.uint8Array({ maxLength: 12 }),
    fc
      .tuple(fc.nat(15), tie('message'), fc.constantFrom(0, 0, 0, 1, 100))
      .map(([number, body, lie]) =>
        Uint8Array.of((number << 3) | 2, (body.byteLength + lie) & 0x7f, ...body),
      ),
  ),
})).message;

async function ask(client: GrpcClient, path: string, body: Uint8Array): Promise<void> {
  try {
    for await (const _ of client.serverStream(path, body, undefined, { timeoutMs: 500 }));
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    if (!MAY_BE_TOLD.has(error.status)) {
      throw new Error(`${path} ${Buffer.from(body).toString('hex')}: ${error.status} ${error.message}`);
    }
  }
}

it(`answers ${CASES} requests that make little sense, and goes on`, async () => {
  const cases = fc.sample(fc.tuple(fc.constantFrom(...METHODS), bytes), CASES)[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, i) => {
      const client = clients[i % clients.length];
      for (const [path, body] of cases) if (client !== undefined) await ask(client, path, body);
    }),
  );
  await until(() => server.goldmane?.stats().callsNow === 0, 'all calls to end');
  await until(() => server.context.windows.streams === 0, 'all streams of flows to be forgotten');
  expect(server.goldmane?.stats().calls).toBe(CASES);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
}, 60_000);
