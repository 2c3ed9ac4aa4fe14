import { goldmane } from '@vibrissa/protocol';
import { GrpcError, GrpcStatus, type Method } from '@vibrissa/protocol/grpc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowsMethods } from './flows-service.js';
import { statisticsMethods } from './statistics-service.js';
import { TestRing } from './test-flows.js';

/** How a caller may be told that it asks for what cannot be. */
const ANSWERS: ReadonlySet<number> = new Set([GrpcStatus.invalidArgument, GrpcStatus.notFound]);

const ring = new TestRing();
for (let port = 1; port <= 20; port++) ring.add({ port });
ring.roll(3);

const METHODS: ReadonlyMap<string, Method> = new Map([
  ...flowsMethods(ring.windows),
  ...statisticsMethods(ring.windows),
]);

const PEER = { address: '127.0.0.1', certificateNames: [] };

/** The first answers of a method to any bytes, or null when it refused them as it may. */
async function ask(path: string, request: Uint8Array): Promise<Uint8Array[] | null> {
  const method = METHODS.get(path);
  const ending = new AbortController();
  const call = { peer: PEER, signal: ending.signal };
  try {
    if (method?.kind === 'unary') return [await method.handle(request, call)];
    if (method?.kind !== 'server-stream') throw new Error(`${path} is not served`);
    const answers: Uint8Array[] = [];
    const stream = method.handle(request, call)[Symbol.asyncIterator]();
    if (path.endsWith('/Stream')) {
      // It has no end of its own: what has not come soon does not come.
      const [first] = await Promise.allSettled([stream.next(), aFewTurns().then(() => ending.abort())]);
      await stream.return?.(undefined);
      if (first.status === 'rejected') throw first.reason;
      return answers;
    }
    for (let next = await stream.next(); next.done !== true; next = await stream.next())
      answers.push(next.value);
    return answers;
  } catch (error) {
    if (error instanceof GrpcError && ANSWERS.has(error.status)) return null;
    throw error;
  } finally {
    ending.abort();
  }
}

async function aFewTurns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
}

const varint = fc
  .oneof(
    fc.bigInt({ min: 0n, max: 20n }),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(2n ** 63n, 2n ** 64n - 1n),
  )
  .map((value) => {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    return [...bytes, Number(rest)];
  });

/** Messages as a request may have them: fields of small numbers, in any order, nested, cut off. */
const message: fc.Arbitrary<number[]> = fc.letrec<{ fields: number[] }>((tie) => ({
  fields: fc
    .array(
      fc.oneof(
        { depthSize: 'small' },
        fc.tuple(fc.integer({ min: 1, max: 12 }), varint).map(([field, bytes]) => [field << 3, ...bytes]),
        fc
          .tuple(
            fc.integer({ min: 1, max: 12 }),
            fc.oneof(
              fc.string({ maxLength: 6 }).map((text) => [...Buffer.from(text)]),
              tie('fields'),
            ),
          )
          .map(([field, bytes]) => [(field << 3) | 2, bytes.length & 127, ...bytes]),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.flat()),
})).fields;

const request = fc.oneof(
  { weight: 8, arbitrary: message.map((bytes) => Uint8Array.from(bytes)) },
  {
    weight: 2,
    arbitrary: message.chain((bytes) =>
      fc.nat(bytes.length).map((end) => Uint8Array.from(bytes.slice(0, end))),
    ),
  },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);

describe('Goldmane’s reading methods', () => {
  it('serves all that Goldmane does', () => {
    const wanted = [...goldmane.Flows.methods, ...goldmane.Statistics.methods].map(
      ({ parent, name }) => `/${parent.typeName}/${name}`,
    );
    expect([...METHODS.keys()].sort()).toEqual(wanted.sort());
  });

  it('answers or refuses any bytes, and is left with no reader', async () => {
    let refused = 0;
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHODS.keys()), request, async (path, bytes) => {
        if ((await ask(path, bytes)) === null) refused++;
        else answered++;
      }),
      { numRuns: 10_000 },
    );
    expect(ring.windows.streams).toBe(0);
    expect(refused).toBeGreaterThan(1_000);
    expect(answered).toBeGreaterThan(1_000);
  }, 60_000);
});
