import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GET_FLOWS, OBSERVER_STATUS, readGetFlows } from '@vibrissa/protocol';
import { GrpcError, GrpcStatus, type ServerTls } from '@vibrissa/protocol/grpc';
import type { ApiFlow, FlowsReply, SourceHealth } from '@vibrissa/protocol/messages';
import {
  flowMessage,
  lostMessage,
  nodesMessage,
  TestAuthority,
  TestStreams,
} from '@vibrissa/protocol/testing';
import { afterEach, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, testServer, until } from '../test-server.js';

const NOW = Date.UTC(2026, 5, 1, 12);
const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function relay(tls: ServerTls | null = null): Promise<TestStreams> {
  const streams = await TestStreams.start(GET_FLOWS, [OBSERVER_STATUS], tls);
  ended.push(() => streams.stop());
  return streams;
}

async function follow(
  env: Readonly<Record<string, string>>,
  clock = new HandClock(NOW),
): Promise<RunningServer> {
  const server = await testServer(env, clock);
  ended.push(() => server.close());
  return server;
}

async function followed(): Promise<{ hubble: TestStreams; server: RunningServer; clock: HandClock }> {
  const hubble = await relay();
  const clock = new HandClock(NOW);
  const server = await follow({ VIBRISSA_HUBBLE: `relay=${hubble.address}` }, clock);
  await until(() => hubble.open === 1, 'the call');
  return { hubble, server, clock };
}

function health({ context }: RunningServer): SourceHealth {
  const [source] = context.sources.list();
  if (source === undefined) throw new Error('no source is listed');
  return source;
}

async function flows({ url }: RunningServer): Promise<readonly ApiFlow[]> {
  const reply = await fetch(`${url}/api/v1/flows?groupBy=flow&limit=5000&from=0`);
  return ((await reply.json()) as FlowsReply<ApiFlow>).flows;
}

async function started(server: RunningServer): Promise<number> {
  return (await flows(server)).reduce((sum, flow) => sum + (flow.connectionsStarted ?? 0), 0);
}

it('asks for what the server can hold, and shows what it is told', async () => {
  const { hubble, server } = await followed();
  const [request = new Uint8Array()] = hubble.requests;
  expect(readGetFlows(request)).toEqual({ since: server.context.store.oldestHeld, follow: true });
  hubble.send(flowMessage(1, NOW), flowMessage(2, NOW + 5));
  await until(() => health(server).records === 2, 'two records');
  expect(health(server)).toMatchObject({
    name: 'relay',
    kind: 'hubble',
    target: hubble.address,
    state: 'live',
  });
  const [flow] = await flows(server);
  expect(flow).toMatchObject({
    source: { kind: 'workload', namespace: 'shop', name: 'web-7d9f5c8b6d-*' },
    dest: { kind: 'workload', namespace: 'data', name: 'db-0' },
    port: 5432,
    reporter: 'dst',
    verdict: 'allow',
    connectionsStarted: 2,
    bytesIn: null,
    sourceLabels: ['app=web'],
    evidence: { nodes: { kept: [['node-1', 2]] } },
  });
});

it('goes on from the last event after a break, and counts nothing twice', async () => {
  const { hubble, server } = await followed();
  const told = [1, 2, 3, 4, 5].map((number) => flowMessage(number, NOW - 1_000 + number));
  hubble.send(...told);
  await until(() => health(server).records === 5, 'the first events');
  hubble.backlog = () => [...told.slice(2), flowMessage(6, NOW + 10), flowMessage(6, NOW + 10)];
  hubble.end(new GrpcError(GrpcStatus.unavailable, 'the relay is being replaced'));
  await until(() => health(server).state === 'waiting', 'the wait');
  expect(health(server)).toMatchObject({ detail: 'the relay is being replaced' });
  expect(health(server).retryAt).toBeGreaterThan(NOW);
  await until(() => health(server).records === 6, 'the event after the break');
  expect(await started(server)).toBe(6);
  const { since } = readGetFlows(hubble.requests[1] ?? new Uint8Array());
  expect(since).toBeLessThan(NOW - 1_000);
  expect(since).toBeGreaterThan(NOW - 120_000);
});

it('comes back to a relay that was away', async () => {
  const { hubble, server } = await followed();
  hubble.send(flowMessage(1, NOW));
  await until(() => health(server).records === 1, 'the first event');
  await hubble.stop();
  await until(() => health(server).state === 'waiting', 'the loss to be noticed');
  hubble.backlog = () => [flowMessage(1, NOW), flowMessage(2, NOW + 1)];
  await hubble.listen();
  await until(() => health(server).records === 2, 'the event after the restart');
  expect(health(server).state).toBe('live');
  expect(await started(server)).toBe(2);
});

it('goes on after a restart of the server with what it was told before, and counts nothing twice', async () => {
  const data = mkdtempSync(join(tmpdir(), 'vibrissa-hubble-'));
  ended.push(async () => rmSync(data, { recursive: true, force: true }));
  const hubble = await relay();
  const env = {
    VIBRISSA_HUBBLE: `relay=${hubble.address}`,
    VIBRISSA_DATA: data,
    // The clock of the test stands long before that of the machine, by which the history lets go.
    VIBRISSA_RETENTION: '3650d',
  };
  const first = await testServer(env, new HandClock(NOW));
  await until(() => hubble.open === 1, 'the call');
  hubble.send(flowMessage(1, NOW - 300_000), flowMessage(2, NOW), lostMessage('HUBBLE_RING_BUFFER', 12));
  await until(() => health(first).lost === 12, 'the first events');
  await first.close();

  // The relay has forgotten the first, and tells the second again.
  hubble.backlog = () => [flowMessage(2, NOW), flowMessage(3, NOW + 1)];
  const second = await follow(env);
  await until(() => health(second).records === 1, 'the event after the restart');
  expect(await started(second)).toBe(3);
  expect(health(second).lost).toBe(0);
  const { since } = readGetFlows(hubble.requests[1] ?? new Uint8Array());
  expect(since).toBeGreaterThan(NOW - 120_000);
});

it('takes events out of order, and from long before the others', async () => {
  const { hubble, server } = await followed();
  hubble.send(flowMessage(1, NOW), flowMessage(2, NOW - 600_000), flowMessage(3, NOW - 30));
  await until(() => health(server).records === 3, 'three records');
  expect(await started(server)).toBe(3);
  hubble.send(flowMessage(4, NOW - 50_000_000));
  await until(() => server.context.accept.tooOld === 1, 'the one that is too old');
});

it('lists the nodes a relay speaks for, and what was lost on the way', async () => {
  const { hubble, server } = await followed();
  hubble.send(
    nodesMessage('NODE_CONNECTED', ['a', 'b', 'c', 'd']),
    nodesMessage('NODE_UNAVAILABLE', ['c'], 'connection refused'),
    nodesMessage('NODE_GONE', ['d']),
    lostMessage('HUBBLE_RING_BUFFER', 12),
    lostMessage('PERF_EVENT_RING_BUFFER', 3),
    lostMessage('HUBBLE_RING_BUFFER', 1),
  );
  await until(() => health(server).lost === 16, 'the loss');
  expect(health(server)).toMatchObject({
    state: 'live',
    detail: 'nothing comes from c, d: connection refused',
    nodes: { connected: 2, unavailable: 1, gone: 1 },
    lostBy: { HUBBLE_RING_BUFFER: 13, PERF_EVENT_RING_BUFFER: 3 },
    records: 0,
  });
  hubble.send(nodesMessage('NODE_ERROR', ['a'], 'EOF'), nodesMessage('NODE_CONNECTED', ['c', 'd']));
  await until(() => health(server).detail === 'nothing comes from a: EOF', 'the change');
  expect(health(server).nodes).toEqual({ connected: 3, unavailable: 1, gone: 0 });
});

it('speaks of a node that left the cluster for ten minutes', async () => {
  const { hubble, server, clock } = await followed();
  hubble.send(nodesMessage('NODE_CONNECTED', ['a', 'b']), nodesMessage('NODE_GONE', ['b']));
  await until(() => health(server).nodes?.gone === 1, 'the node to be gone');
  clock.advance(11 * 60_000);
  hubble.send(flowMessage(1, NOW));
  await until(() => health(server).nodes?.gone === 0, 'it to be forgotten');
  expect(health(server)).toMatchObject({ detail: null, nodes: { connected: 1, unavailable: 0, gone: 0 } });
});

it('counts a denied packet once, whichever of its two events comes first', async () => {
  const { hubble, server } = await followed();
  const denied = { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED', traffic_direction: 'EGRESS' };
  const verdict = { ...denied, event_type: { type: 5 } };
  const drop = { ...denied, event_type: { type: 1 } };
  const ports = (port: number) => ({
    l4: { TCP: { source_port: port, destination_port: 5432, flags: { SYN: true } } },
  });
  hubble.send(
    flowMessage(1, NOW, { ...verdict, ...ports(40_000) }),
    flowMessage(2, NOW, { ...drop, ...ports(40_000) }),
    flowMessage(3, NOW + 1, { ...drop, ...ports(40_001) }),
    flowMessage(4, NOW + 2, { ...verdict, ...ports(40_001) }),
    flowMessage(5, NOW + 1_000, { ...verdict, ...ports(40_000) }),
    flowMessage(6, NOW + 1_000, { ...drop, ...ports(40_000) }),
  );
  await until(() => health(server).records === 4, 'the events');
  const [flow] = await flows(server);
  expect(flow).toMatchObject({
    verdict: 'deny',
    connectionsStarted: 3,
    enforced: [{ kind: 'EndOfTier', action: 'deny', ruleIndex: -1, trigger: null }],
    evidence: { drops: { kept: [['POLICY_DENIED', 4]] } },
  });
});

it('goes on after a message that is none', async () => {
  const { hubble, server } = await followed();
  hubble.send(
    new Uint8Array([0x0a, 0x7f, 1]),
    flowMessage(1, NOW),
    new Uint8Array([0xff, 0xff]),
    flowMessage(2, NOW),
  );
  await until(() => health(server).records === 2, 'both records');
  expect(server.context.accept.rejected).toBe(2);
  expect(hubble.open).toBe(1);
});

it('says what is wrong where trying again does not help, and tries all the same', async () => {
  const hubble = await TestStreams.start(GET_FLOWS, []);
  ended.push(() => hubble.stop());
  const server = await follow({ VIBRISSA_HUBBLE: hubble.address });
  await until(() => hubble.open === 1, 'the call, though the observer does not say how it is');
  hubble.end(new GrpcError(GrpcStatus.unauthenticated, 'who are you?'));
  await until(() => health(server).state === 'failed', 'the failure');
  expect(health(server)).toMatchObject({ name: 'hubble', detail: 'who are you?' });
  await until(() => hubble.open === 1, 'the next try');
});

it('follows several at once over TLS with certificates, read anew at each connection', async () => {
  const authority = await TestAuthority.create();
  const served = await authority.issue({ commonName: 'relay', dns: ['relay.test'] });
  const mine = await authority.issue({ commonName: 'vibrissa' });
  const hubble = await relay({ ...served, ca: authority.ca });
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-sources-'));
  ended.push(async () => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  writeFileSync(path('ca.pem'), authority.ca);
  writeFileSync(path('cert.pem'), 'not yet there');
  writeFileSync(path('key.pem'), mine.key);
  const plain = await relay();
  writeFileSync(
    path('sources.yaml'),
    `sources:
  - { name: east, kind: hubble, address: "${plain.address}" }
  - name: west
    kind: hubble
    address: "${hubble.address}"
    tls: { ca: ${path('ca.pem')}, cert: ${path('cert.pem')}, key: ${path('key.pem')}, serverName: relay.test }
`,
  );
  const server = await follow({ VIBRISSA_SOURCES: path('sources.yaml') });
  const west = () => server.context.sources.list().find(({ name }) => name === 'west');
  await until(() => west()?.retryAt != null, 'the refusal of a bad certificate');
  writeFileSync(path('cert.pem'), mine.cert);
  await until(() => hubble.open === 1 && plain.open === 1, 'both calls');
  hubble.send(flowMessage(1, NOW));
  plain.send(flowMessage(2, NOW));
  await until(async () => (await started(server)) === 2, 'an event of each');
});
