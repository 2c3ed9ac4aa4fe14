import { goldmane } from '@vibrissa/protocol';
import { GrpcStatus } from '@vibrissa/protocol/grpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, ReaderTest } from './test-reader.js';

const { SortBy } = goldmane;

let test: ReaderTest;

beforeEach(async () => {
  test = await ReaderTest.start();
});

afterEach(() => test.end());

async function ports(request: Parameters<typeof test.calls.list>[0] = {}): Promise<number[]> {
  return (await test.calls.list(request)).flows.map(({ flow }) => Number(flow?.Key?.destPort));
}

async function total(request: Parameters<typeof test.calls.list>[0] = {}) {
  const { meta } = await test.calls.list(request);
  return [Number(meta?.totalPages), Number(meta?.totalResults)];
}

/** A list of names after a sort. */
async function sorted(sortBy: goldmane.SortBy, name: (key: goldmane.FlowKey) => unknown): Promise<unknown[]> {
  const { flows } = await test.calls.list({ sortBy: [{ sortBy }] });
  return flows.map(({ flow }) => (flow?.Key === undefined ? null : name(flow.Key)));
}

describe('Flows.List, the results', () => {
  it('takes an empty request for everything held up to now', async () => {
    test.add({ port: 1 });
    test.roll(2);
    expect(await ports()).toEqual([1]);
  });

  it('gives one result for each key, with sums, from the first bucket to the last', async () => {
    const { now } = test;
    test.add({});
    test.roll(3);
    test.add({}, {});
    test.roll();
    const { flows } = await test.calls.list();
    expect(flows).toHaveLength(1);
    expect(flows[0]?.flow).toMatchObject({
      startTime: BigInt(now),
      endTime: BigInt(now + 60),
      bytesIn: 30n,
      numConnectionsLive: 3n,
    });
  });

  it('keeps the id of a flow over lists, and gives another flow another', async () => {
    test.add({ port: 1 });
    test.roll();
    const [first] = (await test.calls.list()).flows;
    test.add({ port: 1 }, { port: 2 });
    test.roll();
    const again = (await test.calls.list()).flows;
    expect(again.find(({ flow }) => flow?.Key?.destPort === 1n)?.id).toBe(first?.id);
    expect(new Set(again.map(({ id }) => id)).size).toBe(2);
  });

  it('merges labels to what all records have in common', async () => {
    test.add({ labels: ['app=a', 'v=1'] });
    test.roll();
    test.add({ labels: ['app=a', 'v=2'] });
    test.roll();
    expect((await test.calls.list()).flows[0]?.flow?.sourceLabels).toEqual(['app=a']);
  });

  it('writes a dash where there is no namespace and no service', async () => {
    test.add({ destKind: 'network', dest: 'pub', destNamespace: '' });
    test.roll();
    expect((await test.calls.list()).flows[0]?.flow?.Key).toMatchObject({
      destName: 'pub',
      destNamespace: '-',
      destServiceName: '-',
      destServiceNamespace: '-',
      destServicePortName: '-',
    });
  });

  it('ignores the aggregation interval', async () => {
    test.add({ port: 1 });
    test.roll(2);
    expect(await ports({ aggregationInterval: 900n })).toEqual([1]);
  });

  it('tells late records as part of their bucket', async () => {
    const begin = test.clock.now();
    test.add({});
    test.roll(5);
    test.add({ start: begin });
    const [result] = (await test.calls.list()).flows;
    expect(result?.flow?.bytesIn).toBe(20n);
  });
});

describe('Flows.List, time', () => {
  it('takes negative bounds for seconds before now', async () => {
    test.add({ port: 1 });
    test.roll(10);
    test.add({ port: 2 });
    test.roll();
    expect(await ports({ startTimeGte: -60n })).toEqual([2]);
    expect(await ports({ startTimeGte: -600n, startTimeLt: -60n })).toEqual([1]);
  });

  it('leaves out buckets that are not wholly in the range, instead of telling empty flows of them', async () => {
    const at = BigInt(test.now);
    test.add({ port: 1 });
    expect(await ports()).toEqual([]);
    test.roll();
    expect(await ports({ startTimeGte: at, startTimeLt: at + 14n })).toEqual([]);
    expect(await ports({ startTimeGte: at + 1n, startTimeLt: at + 15n })).toEqual([]);
    expect(await ports({ startTimeGte: at, startTimeLt: at + 15n })).toEqual([1]);
  });

  it('sums what lies in the range alone', async () => {
    test.add({});
    test.roll(4);
    test.add({ counters: { bytesIn: 5 } });
    test.roll();
    expect((await test.calls.list({ startTimeGte: -30n })).flows[0]?.flow?.bytesIn).toBe(5n);
  });

  it('answers a range that ends before it begins with INVALID_ARGUMENT', async () => {
    const answer = await failure(test.calls.list({ startTimeGte: -10n, startTimeLt: -20n }));
    expect(answer?.status).toBe(GrpcStatus.invalidArgument);
    expect(answer?.message).toContain('start_time_gte');
  });
});

describe('Flows.List, order', () => {
  it('puts the newest start first, and equal ones in the order of their ids', async () => {
    test.add({ port: 1 }, { port: 2 });
    test.roll();
    test.add({ port: 3 }, { port: 4 });
    test.roll();
    expect(await ports()).toEqual([3, 4, 1, 2]);
  });

  it('sorts by names, namespaces and types in ascending order, then by id', async () => {
    test.add(
      { source: 'c', sourceNamespace: 'n1', dest: 'x', destNamespace: 'm2', port: 1 },
      { source: 'a', sourceNamespace: 'n3', dest: 'pub', destNamespace: '', destKind: 'network', port: 2 },
      { source: 'b', sourceNamespace: 'n2', dest: 'y', destNamespace: 'm1', destKind: 'host', port: 3 },
    );
    test.roll();
    expect(await sorted(SortBy.SourceName, (key) => key.sourceName)).toEqual(['a', 'b', 'c']);
    expect(await sorted(SortBy.SourceNamespace, (key) => key.sourceNamespace)).toEqual(['n1', 'n2', 'n3']);
    expect(await sorted(SortBy.DestName, (key) => key.destName)).toEqual(['pub', 'x', 'y']);
    expect(await sorted(SortBy.DestNamespace, (key) => key.destNamespace)).toEqual(['-', 'm1', 'm2']);
    expect(await sorted(SortBy.DestType, (key) => key.destType)).toEqual([1, 2, 4]);
    const { flows } = await test.calls.list({ sortBy: [{ sortBy: SortBy.SourceType }] });
    const ids = flows.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => Number(a - b)));
  });

  it('answers two orders, and one it does not know, with INVALID_ARGUMENT', async () => {
    for (const sortBy of [[{ sortBy: 1 }, { sortBy: 2 }], [{ sortBy: 77 }]]) {
      const answer = await failure(test.calls.list({ sortBy }));
      expect(answer?.status).toBe(GrpcStatus.invalidArgument);
      expect(answer?.message).toContain('sort_by');
    }
  });
});

describe('Flows.List, pages', () => {
  beforeEach(() => {
    for (let port = 1; port <= 7; port++) test.add({ port });
    test.roll();
  });

  it('has everything on one page when no size is given', async () => {
    expect(await total()).toEqual([1, 7]);
    expect(await ports()).toHaveLength(7);
  });

  it('counts pages from 0, and rounds their number up', async () => {
    expect(await ports({ pageSize: 3n })).toEqual([1, 2, 3]);
    expect(await ports({ pageSize: 3n, page: 2n })).toEqual([7]);
    expect(await total({ pageSize: 3n })).toEqual([3, 7]);
  });

  it('gives nothing past the end, and still says how many there are', async () => {
    expect(await ports({ pageSize: 3n, page: 9n })).toEqual([]);
    expect(await total({ pageSize: 3n, page: 9n })).toEqual([3, 7]);
  });

  it('says 0 pages of 0 results when nothing matches', async () => {
    expect(await total({ filter: { destPorts: [{ port: 99n }] } })).toEqual([0, 0]);
  });

  it('answers negative pages and sizes with INVALID_ARGUMENT', async () => {
    expect((await failure(test.calls.list({ page: -1n })))?.message).toContain('page');
    expect((await failure(test.calls.list({ pageSize: -1n })))?.message).toContain('page_size');
  });

  it('answers bytes that are no request with INVALID_ARGUMENT', async () => {
    const answer = await failure(test.client.unary('/goldmane.Flows/List', Uint8Array.of(0x0a, 0xff)));
    expect(answer?.status).toBe(GrpcStatus.invalidArgument);
    expect(answer?.message).toContain('goldmane.FlowListRequest');
  });

  it('answers a filter of too many values with INVALID_ARGUMENT', async () => {
    const destPorts = Array.from({ length: 1_001 }, () => ({ port: 1n }));
    expect((await failure(test.calls.list({ filter: { destPorts } })))?.message).toContain('filter');
  });
});
