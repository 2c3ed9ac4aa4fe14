import { type FlowRecord, millis, NO_EVIDENCE, NO_TRACE, UNKNOWN_COUNTERS } from '@vibrissa/model';
import { flowResultBytes, GOLDMANE_LIST, GOLDMANE_STREAM, readFlowStreamRequest } from '@vibrissa/protocol';
import { GrpcError, GrpcStatus } from '@vibrissa/protocol/grpc';
import type { ApiFlow, FlowsReply, SourceHealth } from '@vibrissa/protocol/messages';
import { TestStreams } from '@vibrissa/protocol/testing';
import { afterEach, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, line, testServer, until } from '../test-server.js';
import { temporaryFolder } from './test-journal.js';

const BUCKET_MS = 15_000;
const NOW = Date.UTC(2026, 5, 1, 12);
const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

interface Followed {
  readonly goldmane: TestStreams;
  readonly server: RunningServer;
  readonly clock: HandClock;
}

async function followed(): Promise<Followed> {
  const goldmane = await TestStreams.start(GOLDMANE_STREAM, [GOLDMANE_LIST]);
  ended.push(() => goldmane.stop());
  const clock = new HandClock(NOW);
  const server = await testServer({ VIBRISSA_GOLDMANE_UPSTREAM: goldmane.address }, clock);
  ended.push(() => server.close());
  await until(() => goldmane.open === 1, 'the call');
  return { goldmane, server, clock };
}

function health({ context }: RunningServer): SourceHealth {
  const [source] = context.sources.list();
  if (source === undefined) throw new Error('no source is listed');
  return source;
}

async function sums({ url }: RunningServer): Promise<{ bytes: number; connections: number; flows: number }> {
  const reply = await fetch(`${url}/api/v1/flows?groupBy=flow&limit=5000&from=0`);
  const { flows } = (await reply.json()) as FlowsReply<ApiFlow>;
  const add = (pick: (flow: ApiFlow) => number | null) =>
    flows.reduce((sum, flow) => sum + (pick(flow) ?? 0), 0);
  return {
    bytes: add(({ bytesIn }) => bytesIn),
    connections: add(({ connectionsStarted }) => connectionsStarted),
    flows: flows.length,
  };
}

/** What Goldmane tells of a pod and one bucket, counted back from the one that is being filled. */
function result(id: number, pod: string, bucketsAgo: number, bytesIn: number): Uint8Array {
  const start = NOW - bucketsAgo * BUCKET_MS;
  const record: FlowRecord = {
    key: {
      source: { kind: 'workload', namespace: 'shop', name: pod, address: '' },
      dest: { kind: 'network', namespace: '', name: 'pub', address: '' },
      port: 443,
      protocol: 'tcp',
      service: null,
      reporter: 'src',
      verdict: 'allow',
      trace: NO_TRACE,
    },
    start: millis(start),
    end: millis(start + BUCKET_MS),
    counters: { ...UNKNOWN_COUNTERS, bytesIn, connectionsStarted: 1 },
    sourceLabels: ['app=web'],
    destLabels: null,
    evidence: NO_EVIDENCE,
  };
  return flowResultBytes({ ...record, id });
}

function startOf(request: Uint8Array | undefined): number {
  return Number(readFlowStreamRequest(request ?? new Uint8Array()).startTimeGte) * 1000;
}

it('asks for no more than Goldmane holds, and shows what it is told', async () => {
  const { goldmane, server } = await followed();
  expect(startOf(goldmane.requests[0])).toBe(NOW - 59 * 60_000);
  goldmane.send(result(1, 'web-*', 3, 100), result(2, 'api-*', 3, 50), result(1, 'web-*', 2, 10));
  await until(() => health(server).records === 3, 'three records');
  expect(await sums(server)).toEqual({ bytes: 160, connections: 3, flows: 2 });
  expect(health(server)).toMatchObject({ name: 'goldmane', kind: 'goldmane', state: 'live', detail: null });
});

it('goes on after a break in the middle of a bucket, and counts nothing twice', async () => {
  const { goldmane, server } = await followed();
  const early = [result(1, 'web-*', 4, 100), result(2, 'api-*', 4, 50)];
  const late = [result(1, 'web-*', 3, 7), result(2, 'api-*', 3, 5)];
  goldmane.send(...early, ...late.slice(0, 1));
  await until(() => health(server).records === 3, 'what comes before the break');
  goldmane.backlog = () => [...early, ...late.toReversed(), result(1, 'web-*', 2, 1)];
  goldmane.end(new GrpcError(GrpcStatus.unavailable, 'shutting down'));
  await until(() => health(server).records === 5, 'what comes after the break');
  expect(startOf(goldmane.requests[1])).toBe(NOW - 3 * BUCKET_MS - 60_000);
  expect(await sums(server)).toEqual({ bytes: 163, connections: 5, flows: 2 });
});

it('knows flows by their keys where a new Goldmane numbers them anew, and knows less', async () => {
  const { goldmane, server } = await followed();
  goldmane.send(result(1, 'web-*', 3, 100), result(2, 'api-*', 3, 50));
  await until(() => health(server).records === 2, 'what comes before the restart');
  await goldmane.stop();
  goldmane.backlog = () => [result(1, 'api-*', 3, 20), result(2, 'web-*', 3, 110), result(3, 'new-*', 3, 3)];
  await goldmane.listen();
  await until(() => health(server).records === 4, 'what is new');
  expect(await sums(server)).toEqual({ bytes: 163, connections: 3, flows: 3 });
});

it('adds what comes late in the same stream', async () => {
  const { goldmane, server } = await followed();
  goldmane.send(result(1, 'web-*', 3, 100), result(1, 'web-*', 2, 1), result(1, 'web-*', 3, 11));
  await until(() => health(server).records === 3, 'the late part');
  expect((await sums(server)).bytes).toBe(112);
});

it('says how much is missing after a break that was longer than Goldmane remembers', async () => {
  const { goldmane, server, clock } = await followed();
  goldmane.send(result(1, 'web-*', 3, 100));
  await until(() => health(server).records === 1, 'what comes before the break');
  await goldmane.stop();
  await until(() => health(server).state === 'waiting', 'the loss to be noticed');
  clock.advance(90 * 60_000);
  await goldmane.listen();
  await until(() => health(server).state === 'live' && health(server).detail !== null, 'the way back');
  await until(() => goldmane.requests.length === 2, 'the next call');
  expect(health(server).detail).toMatch(/^33 min of flows are missing/);
  expect(startOf(goldmane.requests[1])).toBe(NOW + 31 * 60_000);
});

it('counts nothing twice that a Goldmane tells again after a restart of the server', async () => {
  const folder = temporaryFolder();
  ended.push(async () => folder.remove());
  const goldmane = await TestStreams.start(GOLDMANE_STREAM, [GOLDMANE_LIST]);
  ended.push(() => goldmane.stop());
  const env = {
    VIBRISSA_GOLDMANE_UPSTREAM: goldmane.address,
    VIBRISSA_DATA: folder.path,
    // Where the clock of the test stands is years from that of the machine.
    VIBRISSA_RETENTION: '3650d',
  };
  const clock = new HandClock(NOW);
  const first = await testServer(env, clock);
  await until(() => goldmane.open === 1, 'the call').catch(async (error: unknown) => {
    await first.close();
    throw error;
  });
  const told = [result(1, 'web-*', 4, 100), result(2, 'api-*', 4, 50), result(1, 'web-*', 3, 7)];
  goldmane.send(...told);
  await until(() => health(first).records === 3, 'what comes before the restart');
  await first.close();
  goldmane.backlog = () => [...told, result(2, 'api-*', 3, 5), result(1, 'web-*', 2, 1)];
  const second = await testServer(env, clock);
  ended.push(() => second.close());
  await until(() => health(second).records === 2, 'what is new');
  expect(startOf(goldmane.requests[1])).toBe(NOW - 3 * BUCKET_MS - 60_000);
  expect(await sums(second)).toEqual({ bytes: 163, connections: 5, flows: 2 });
}, 60_000);

it('goes on after a result that is none', async () => {
  const { goldmane, server } = await followed();
  goldmane.send(new Uint8Array([0x12, 0x7f]), new Uint8Array(), result(1, 'web-*', 3, 100));
  await until(() => health(server).records === 1, 'the record');
  expect(server.context.accept.rejected).toBe(2);
});

it('follows a Vibrissa as it follows Goldmane', async () => {
  const clock = new HandClock(NOW);
  const upstream = await testServer({ VIBRISSA_GOLDMANE_PORT: '0' }, clock);
  ended.push(() => upstream.close());
  const port = upstream.goldmane?.port;
  const lines = [1, 2, 3].map((ago) => line({ start: NOW - ago * 60_000, bytesIn: ago }));
  const body = lines.join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  expect((await fetch(`${upstream.url}/api/v1/flows`, { method: 'POST', headers, body })).status).toBe(200);
  const server = await testServer({ VIBRISSA_GOLDMANE_UPSTREAM: `upstream=127.0.0.1:${port}` }, clock);
  ended.push(() => server.close());
  await until(() => health(server).records === 3, 'three buckets');
  expect(await sums(server)).toEqual({ bytes: 6, connections: 3, flows: 1 });
});
