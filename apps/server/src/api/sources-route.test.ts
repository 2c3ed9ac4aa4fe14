import { millis } from '@vibrissa/model';
import type { Health, SourcesReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, line, TestSocket, testServer, until } from '../test-server.js';

const START = 1_770_000_000_000;
const clock = new HandClock(START);
let server: RunningServer | null = null;

afterEach(() => server?.close());

async function read<Reply>(path: string): Promise<Reply> {
  return (await (await fetch(`${server?.url}${path}`)).json()) as Reply;
}

describe('GET /api/v1/sources', () => {
  it('lists what the server connects to, troubles first, with state, rate, lag and loss', async () => {
    server = await testServer({}, clock);
    const { sources } = server.context;
    const well = sources.register({ name: 'a-cluster', kind: 'goldmane', target: 'goldmane:7443' });
    const down = sources.register({ name: 'z-relay', kind: 'hubble', target: 'relay:4245' });
    well.state('live');
    down.state('live');
    clock.advance(5_000);
    well.received(50, millis(clock.now() - 300));
    well.lost(3, 'ring full');
    well.lost(2, 'ring full');
    well.nodes({ connected: 2, unavailable: 0, gone: 0 });
    down.state('waiting', 'connection refused', millis(clock.now() + 4_000));
    clock.advance(1_000);
    down.state('connecting');
    down.state('waiting', 'connection refused', millis(clock.now() + 8_000));

    expect((await read<SourcesReply>('/api/v1/sources')).sources).toEqual([
      {
        name: 'z-relay',
        kind: 'hubble',
        target: 'relay:4245',
        state: 'waiting',
        detail: 'connection refused',
        since: START + 5_000,
        lastSeen: null,
        retryAt: START + 14_000,
        recordsPerSecond: 0,
        lagMs: null,
        lost: 0,
        lostBy: {},
        nodes: null,
      },
      expect.objectContaining({
        name: 'a-cluster',
        state: 'live',
        since: START,
        detail: null,
        recordsPerSecond: 50 / 6,
        lagMs: 300,
        lost: 5,
        lostBy: { 'ring full': 5 },
        nodes: { connected: 2, unavailable: 0, gone: 0 },
      }),
    ]);
    const health = await read<Health>('/api/v1/status');
    expect(health.sources.map(({ name, records }) => [name, records])).toEqual([
      ['z-relay', 0],
      ['a-cluster', 50],
    ]);
    expect(health.loss.lostUpstream).toBe(5);

    well.close();
    expect((await read<SourcesReply>('/api/v1/sources')).sources).toHaveLength(1);
    expect((await read<Health>('/api/v1/status')).loss.lostUpstream).toBe(5);
  });

  it('lists agents, Felix and HTTP senders by kind, though they have the same name', async () => {
    server = await testServer();
    const socket = await TestSocket.open(`${server.url}/api/v1/agent`);
    socket.send({ type: 'hello', version: 1, agent: 'node-1', stream: 's' });
    await until(() => socket.received.length > 0, 'welcome');
    server.context.agents.connected('node-1', 'felix');
    server.context.agents.disconnected('node-1', 'felix');
    await fetch(`${server.url}/api/v1/flows`, {
      method: 'POST',
      body: line(),
      headers: {
        'content-type': 'application/x-ndjson',
        'x-vibrissa-agent': 'node-1',
        'x-vibrissa-sequence': '1',
      },
    });
    const { sources } = await read<SourcesReply>('/api/v1/sources');
    expect(sources.map(({ name, kind, state, target }) => [name, kind, state, target])).toEqual(
      expect.arrayContaining([
        ['node-1', 'agent', 'live', null],
        ['node-1', 'felix', 'away', null],
        ['node-1', 'http', 'live', null],
      ]),
    );
    socket.end();
  });

  it('tells few reasons apart, however many the other side words', async () => {
    server = await testServer();
    const meter = server.context.sources.register({ name: 'relay', kind: 'hubble', target: 'relay:4245' });
    for (let at = 0; at < 100; at++) meter.lost(1, `reason ${at} ${'x'.repeat(10_000)}`);
    meter.lost(Number.NaN, 'nonsense');
    const [source] = (await read<SourcesReply>('/api/v1/sources')).sources;
    expect(Object.keys(source?.lostBy ?? {})).toHaveLength(17);
    expect(source?.lostBy.other).toBe(84);
    expect(source?.lost).toBe(100);
    expect(JSON.stringify(source).length).toBeLessThan(6_000);
  });

  it('is described by the server', async () => {
    server = await testServer();
    const { paths } = await read<{ paths: Record<string, unknown> }>('/api/v1/openapi.json');
    expect(paths['/api/v1/sources']).toBeDefined();
  });
});
