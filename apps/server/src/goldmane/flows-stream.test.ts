import type { goldmane } from '@vibrissa/protocol';
import { GrpcStatus } from '@vibrissa/protocol/grpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../test-server.js';
import { MOST_STREAMS } from './flow-windows.js';
import { BUCKET_MS } from './test-flows.js';
import { failure, ReaderTest } from './test-reader.js';

let test: ReaderTest;
const readers: Watcher[] = [];

beforeEach(async () => {
  test = await ReaderTest.start();
});

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.end();
  await test.end();
});

/** A stream whose results are kept as they come. */
class Watcher {
  readonly results: goldmane.FlowResult[] = [];
  readonly #ending = new AbortController();
  failed: unknown = null;

  constructor(request: Parameters<typeof test.calls.stream>[0] = {}) {
    readers.push(this);
    this.#read(request).catch((error: unknown) => {
      this.failed = error;
    });
  }

  get seen(): string[] {
    return this.results.map(({ flow }) => `${flow?.Key?.destPort}@${Number(flow?.startTime) - begin()}`);
  }

  async until(count: number): Promise<string[]> {
    await until(() => this.results.length >= count, `${count} results`);
    return this.seen;
  }

  end(): void {
    this.#ending.abort();
  }

  async #read(request: Parameters<typeof test.calls.stream>[0]): Promise<void> {
    for await (const result of test.calls.stream(request, this.#ending.signal)) this.results.push(result);
  }
}

/** Seconds of the first moment of the tests. */
function begin(): number {
  return 1_770_000_000;
}

async function streams(count: number): Promise<void> {
  await until(() => test.server.context.windows.streams === count, `${count} streams`);
}

describe('Flows.Stream', () => {
  it('begins with what ends from now on when no time is given', async () => {
    test.add({ port: 1 });
    test.roll();
    test.add({ port: 2 });
    test.roll();
    const watcher = new Watcher();
    await streams(1);
    test.add({ port: 3 });
    test.roll(2);
    expect(await watcher.until(2)).toEqual(['2@15', '3@30']);
  });

  it('tells of a bucket when the one after it has ended, once for each bucket a flow was seen in', async () => {
    const watcher = new Watcher();
    await streams(1);
    test.add({ port: 1 });
    test.roll();
    test.add({ port: 1 }, { port: 2 });
    test.roll();
    expect(await watcher.until(1)).toEqual(['1@0']);
    test.roll();
    await watcher.until(3);
    expect(watcher.seen.slice(1).sort()).toEqual(['1@15', '2@15']);
    const [first, , third] = watcher.results.filter(({ flow }) => flow?.Key?.destPort === 1n);
    expect(third).toBeUndefined();
    expect(first?.flow).toMatchObject({
      startTime: BigInt(begin()),
      endTime: BigInt(begin() + 15),
      bytesIn: 10n,
    });
  });

  it('keeps a flow’s id from bucket to bucket', async () => {
    const watcher = new Watcher();
    await streams(1);
    for (let i = 0; i < 3; i++) {
      test.add({});
      test.roll();
    }
    await watcher.until(2);
    expect(new Set(watcher.results.map(({ id }) => id)).size).toBe(1);
  });

  it('goes back to the bucket that holds the time asked for, oldest first', async () => {
    for (let i = 0; i < 8; i++) {
      test.add({});
      test.roll();
    }
    const absolute = new Watcher({ startTimeGte: BigInt(begin() + 50) });
    expect(await absolute.until(4)).toEqual(['5432@45', '5432@60', '5432@75', '5432@90']);
    const relative = new Watcher({ startTimeGte: -60n });
    expect(await relative.until(3)).toEqual(['5432@60', '5432@75', '5432@90']);
  });

  it('goes back as far as it can when asked for more than is held', async () => {
    test.add({});
    test.roll(3);
    expect(await new Watcher({ startTimeGte: 1n }).until(1)).toEqual(['5432@0']);
    expect(await new Watcher({ startTimeGte: -100_000n }).until(1)).toEqual(['5432@0']);
  });

  it('resolves a relative time once, when asked', async () => {
    const watcher = new Watcher({ startTimeGte: -30n });
    await streams(1);
    test.add({});
    test.roll(4);
    expect(await watcher.until(1)).toEqual(['5432@0']);
  });

  it('tells no bucket twice where past and present meet', async () => {
    for (let i = 0; i < 5; i++) {
      test.add({});
      test.roll();
    }
    const watcher = new Watcher({ startTimeGte: BigInt(begin()) });
    await watcher.until(4);
    test.add({});
    test.roll(3);
    expect(await watcher.until(6)).toEqual(['5432@0', '5432@15', '5432@30', '5432@45', '5432@60', '5432@75']);
  });

  it('tells late records too, as a further result of the same flow and bucket', async () => {
    const start = test.clock.now();
    test.add({});
    test.roll(2);
    const watcher = new Watcher({ startTimeGte: BigInt(begin()) });
    await watcher.until(1);
    test.add({ start, counters: { bytesIn: 3 } });
    expect(await watcher.until(2)).toEqual(['5432@0', '5432@0']);
    expect(watcher.results.map(({ flow }) => flow?.bytesIn)).toEqual([10n, 3n]);
    expect(watcher.results[1]?.id).toBe(watcher.results[0]?.id);
  });

  it('sends only what the filter wants', async () => {
    const watcher = new Watcher({ filter: { destPorts: [{ port: 2n }] } });
    await streams(1);
    test.add({ port: 1 }, { port: 2 });
    test.roll(2);
    await watcher.until(1);
    test.add(
      { port: 2, start: test.clock.now() - 2 * BUCKET_MS },
      { port: 3, start: test.clock.now() - 2 * BUCKET_MS },
    );
    expect(await watcher.until(2)).toEqual(['2@0', '2@0']);
  });

  it('ends when the caller hangs up, and never by itself', async () => {
    const watcher = new Watcher();
    await streams(1);
    test.roll(20);
    expect(watcher.failed).toBeNull();
    watcher.end();
    await streams(0);
  });

  it('gives its place back when the caller hangs up in the middle of many results', async () => {
    for (let port = 1; port <= 5_000; port++) test.add({ port });
    test.roll(2);
    const ending = new AbortController();
    const stream = test.calls.stream({ startTimeGte: BigInt(begin()) }, ending.signal);
    await stream.next();
    expect(test.server.context.windows.streams).toBe(1);
    ending.abort();
    await stream.return(undefined).catch(() => {});
    await streams(0);
  });

  it('answers one stream too many with RESOURCE_EXHAUSTED, and takes another as soon as one has gone', async () => {
    const { windows } = test.server.context;
    const held = Array.from({ length: MOST_STREAMS }, () => {
      const ending = new AbortController();
      const stream = windows.stream({ from: 0, matches: () => true }, ending.signal);
      return { next: stream.next(), end: () => ending.abort() };
    });
    const answer = await failure(test.calls.stream().next());
    expect(answer).toEqual({
      status: GrpcStatus.resourceExhausted,
      message: 'max number of streams reached (100), try again later',
    });
    held.pop()?.end();
    await streams(MOST_STREAMS - 1);
    const watcher = new Watcher();
    await streams(MOST_STREAMS);
    expect(watcher.failed).toBeNull();
    for (const { end, next } of held) {
      end();
      await next;
    }
  });

  it('holds nothing up for other readers when one does not read', async () => {
    for (let port = 1; port <= 5_000; port++) test.add({ port, labels: [`x=${'y'.repeat(400)}`] });
    test.roll(2);
    const stuck = test.client.stream('/goldmane.Flows/Stream');
    stuck.write(Uint8Array.of(0, 0, 0, 0, 7, 0x08, 0x80, 0xe1, 0xfe, 0xcb, 0x06, 0));
    const watcher = new Watcher({ startTimeGte: BigInt(begin()) });
    await watcher.until(5_000);
    stuck.cancel();
  });
});
