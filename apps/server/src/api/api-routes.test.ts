import type { ApiGroup, FlowsReply, HintsReply, SeriesReply } from '@vibrissa/protocol/messages';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, line, testServer } from '../test-server.js';

const START = 1_770_000_000_000;
const clock = new HandClock(START);
let server: RunningServer;

beforeAll(async () => {
  server = await testServer({}, clock);
  for (let port = 1; port <= 25; port++) {
    const action = port % 5 === 0 ? 'deny' : 'allow';
    await post(line({ start: clock.now(), port, action, enforced: [`0|default|np:data/guard|${action}|0`] }));
    if (port % 5 === 0) clock.advance(15_000);
  }
});

afterAll(() => server.close());

async function post(body: string): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson' };
  expect((await fetch(`${server.url}/api/v1/flows`, { method: 'POST', body, headers })).status).toBe(200);
}

async function get<Reply>(
  path: string,
  query: Record<string, string> = {},
): Promise<{ status: number; reply: Reply }> {
  const response = await fetch(`${server.url}${path}?${new URLSearchParams(query)}`);
  return { status: response.status, reply: (await response.json()) as Reply };
}

describe('the HTTP API', () => {
  it('pages through flows, newest first, each once', async () => {
    const ports: number[] = [];
    let cursor: string | null = null;
    do {
      const { reply }: { reply: FlowsReply<ApiGroup> } = await get('/api/v1/flows', {
        limit: '10',
        ...(cursor === null ? {} : { cursor }),
      });
      expect(reply.total).toBe(25);
      ports.push(...reply.flows.map((flow) => flow.port));
      cursor = reply.next;
    } while (cursor !== null);
    expect(ports).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at));
  });

  it('reads a window: absolute, relative, or all that is held', async () => {
    const absolute = { from: String(START), to: String(START + 15_000) };
    expect((await get<FlowsReply>('/api/v1/flows', absolute)).reply).toMatchObject({
      total: 5,
      from: START,
      to: START + 15_000,
    });
    expect((await get<FlowsReply>('/api/v1/flows', { from: '-1' })).reply.total).toBe(5);
    expect((await get<FlowsReply>('/api/v1/flows', { from: '-16000' })).reply.total).toBe(10);
    expect((await get<FlowsReply>('/api/v1/flows', { from: '0' })).reply.total).toBe(25);
  });

  it('folds at every grouping', async () => {
    const totals = await Promise.all(
      ['flow', 'connection', 'workload', 'namespace'].map(
        async (groupBy) => (await get<FlowsReply>('/api/v1/flows', { groupBy })).reply.total,
      ),
    );
    expect(totals).toEqual([25, 25, 1, 1]);
    const { reply } = await get<FlowsReply<ApiGroup>>('/api/v1/flows', { groupBy: 'namespace' });
    expect(reply.flows[0]).toMatchObject({
      source: { namespace: 'shop', name: '' },
      verdict: 'deny',
      connectionsStarted: 25,
      connectionsDenied: 5,
    });
  });

  it('hints at values with counts, of the rest of the filter', async () => {
    const { reply } = await get<HintsReply>('/api/v1/hints', {
      field: 'verdict',
      filter: 'verdict=deny port>10',
    });
    expect(reply.hints).toEqual({
      verdict: [
        { value: 'allow', count: 12 },
        { value: 'deny', count: 3 },
      ],
    });
    const narrowed = await get<HintsReply>('/api/v1/hints', { field: 'port', q: '2', limit: '3' });
    expect(narrowed.reply.hints.port).toHaveLength(3);
  });

  it('counts connections over time by verdict', async () => {
    const { reply } = await get<SeriesReply>('/api/v1/series', { from: String(START), step: '15000' });
    expect(reply.points.slice(0, 5).map(({ allow, deny }) => [allow, deny])).toEqual(
      Array.from({ length: 5 }, () => [4, 1]),
    );
    const coarse = await get<SeriesReply>('/api/v1/series', { from: String(START), step: '20000' });
    expect(coarse.reply.stepMs).toBe(30_000);
  });

  it.each([
    ['/api/v1/flows', { filter: 'port=http' }, 'filter-syntax'],
    ['/api/v1/flows', { from: '5', to: '3' }, 'empty-window'],
    ['/api/v1/flows', { cursor: 'x' }, 'bad-cursor'],
    ['/api/v1/flows', { limit: '100000' }, 'FST_ERR_VALIDATION'],
    ['/api/v1/flows', { groupBy: 'planet' }, 'FST_ERR_VALIDATION'],
    ['/api/v1/hints', { field: 'colour' }, 'unknown-field'],
  ])('refuses %s with %j as %s', async (path, query, code) => {
    const { status, reply } = await get<{ error: { code: string; message: string } }>(path, query);
    expect(status).toBe(400);
    expect(reply.error.code).toBe(code);
    expect(reply.error.message.length).toBeGreaterThan(10);
  });

  it('describes itself, and is ready', async () => {
    const { reply } = await get<{ paths: Record<string, unknown> }>('/api/v1/openapi.json');
    for (const path of ['/api/v1/flows', '/api/v1/hints', '/api/v1/series', '/healthz'])
      expect(reply.paths).toHaveProperty([path]);
    expect((await get('/healthz')).reply).toEqual({ status: 'ok', troubles: [] });
    expect((await get('/readyz')).reply).toMatchObject({ status: 'ok', flows: 25 });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      'vibrissa_records_accepted_total 25',
    );
  });

  it('allows the page no script but its own', async () => {
    const policy = (await fetch(`${server.url}/healthz`)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-eval');
  });
});
