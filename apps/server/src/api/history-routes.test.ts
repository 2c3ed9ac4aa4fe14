import type {
  ApiGroup,
  CompareReply,
  FlowsReply,
  SeenReply,
  SeriesReply,
  TopReply,
} from '@vibrissa/protocol/messages';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, line, testServer } from '../test-server.js';

const START = 1_770_000_000_000;
const MINUTE = 60_000;
const clock = new HandClock(START);
let server: RunningServer;

/** Ten minutes: the second half is unlike the first. */
beforeAll(async () => {
  server = await testServer({}, clock);
  const lines: string[] = [];
  for (let minute = 0; minute < 10; minute++) {
    const start = START + minute * MINUTE;
    const later = minute >= 5;
    lines.push(
      line({ start, port: 1, bytesIn: 100, bytesOut: 0 }),
      line({ start, port: 2, action: later ? 'deny' : 'allow', connectionsStarted: 3 }),
      line({ start, port: later ? 4 : 3 }),
      line({ start, port: 5, bytesIn: later ? 50_000 : 500, bytesOut: 0 }),
    );
  }
  clock.advance(10 * MINUTE);
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${server.url}/api/v1/flows`, {
    method: 'POST',
    body: lines.join('\n'),
    headers,
  });
  expect(response.status).toBe(200);
});

afterAll(() => server.close());

type Query = Readonly<Record<string, string | readonly string[]>>;

async function get<Reply>(path: string, query: Query = {}): Promise<{ status: number; reply: Reply }> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of typeof value === 'string' ? [value] : value) search.append(name, one);
  const response = await fetch(`${server.url}/api/v1/${path}?${search}`);
  return { status: response.status, reply: (await response.json()) as Reply };
}

describe('GET /api/v1/flows', () => {
  it('sorts by any column, in pages', async () => {
    const ports: number[] = [];
    let cursor: string | null = null;
    do {
      const { reply }: { reply: FlowsReply<ApiGroup> } = await get('flows', {
        sort: '-bytes',
        groupBy: 'connection',
        limit: '2',
        ...(cursor === null ? {} : { cursor }),
      });
      ports.push(...reply.flows.map(({ port }) => port));
      cursor = reply.next;
    } while (cursor !== null);
    expect(ports[0]).toBe(5);
    expect(ports.at(-1)).toBe(1);
    expect(new Set(ports).size).toBe(5);
    const { reply } = await get<FlowsReply<ApiGroup>>('flows', { sort: 'port', groupBy: 'connection' });
    expect(reply.flows.map(({ port }) => port)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('GET /api/v1/series', () => {
  it('chooses a step that cuts any window into 120 points at most', async () => {
    const { reply } = await get<SeriesReply>('series', {
      from: String(START),
      to: String(START + 10 * MINUTE),
    });
    expect(reply.stepMs).toBe(15_000);
    const day = await get<SeriesReply>('series', { from: '-86400000' });
    expect(day.reply.stepMs).toBe(15 * MINUTE);
  });

  it('sums what was moved', async () => {
    const { reply } = await get<SeriesReply>('series', {
      from: String(START),
      step: String(5 * MINUTE),
      measure: 'bytes',
      filter: 'port=5',
    });
    expect(reply.measure).toBe('bytes');
    expect(reply.points.slice(0, 2).map(({ allow }) => allow)).toEqual([2_500, 250_000]);
  });
});

describe('GET /api/v1/top', () => {
  it('ranks values of one or two fields', async () => {
    const { reply } = await get<TopReply>('top', {
      by: ['port', 'verdict'],
      measure: 'bytes',
      limit: '1',
      filter: 'port=1,5',
    });
    expect(reply).toMatchObject({ by: ['port', 'verdict'], total: 2, sum: { flows: 2, bytes: 253_500 } });
    expect(reply.rows).toEqual([expect.objectContaining({ values: ['5', 'allow'], bytes: 252_500 })]);
    const denied = await get<TopReply>('top', { by: 'dest.workload', measure: 'denied' });
    expect(denied.reply.rows[0]).toMatchObject({ denied: 15 });
  });
});

describe('GET /api/v1/seen', () => {
  it('says when a value, or what a filter finds, was first and last there', async () => {
    const gone = await get<SeenReply>('seen', { field: 'port', value: '3' });
    expect(gone.reply).toMatchObject({ first: START, total: 1 });
    expect(gone.reply.last).toBeLessThan(START + 5 * MINUTE);
    const never = await get<SeenReply>('seen', { filter: 'port=77' });
    expect(never.reply).toEqual({ first: null, last: null, total: 0 });
    const both = await get<SeenReply>('seen', { field: 'port', value: '2', filter: 'port=3' });
    expect(both.reply.total).toBe(0);
  });
});

describe('GET /api/v1/compare', () => {
  const later = { from: String(START + 5 * MINUTE), to: String(START + 10 * MINUTE) };

  it('tells what changed since the window before, the gravest first', async () => {
    const { reply } = await get<CompareReply>('compare', { ...later, base: 'before' });
    expect(reply.base).toEqual({ from: START, to: START + 5 * MINUTE });
    expect(reply.changes.map(({ kind, now, then }) => [kind, (now ?? then)?.port])).toEqual([
      ['verdict', 2],
      ['added', 4],
      ['gone', 3],
      ['volume', 5],
    ]);
    expect(reply.totals).toEqual({ verdict: 1, added: 1, gone: 1, volume: 1 });
    expect([reply.changes[0]?.then?.verdict, reply.changes[0]?.now?.verdict]).toEqual(['allow', 'deny']);
    expect(reply.changes[3]?.ratio).toBeCloseTo(100);
  });

  it('takes a day or a week ago, any other window, and a factor', async () => {
    const day = await get<CompareReply>('compare', { ...later, base: 'day' });
    expect(day.reply.base.to).toBe(START + 10 * MINUTE - 86_400_000);
    const given = await get<CompareReply>('compare', {
      ...later,
      baseFrom: String(START),
      baseTo: String(START + 5 * MINUTE),
      factor: '1000',
    });
    expect(given.reply.totals.volume).toBe(0);
  });
});

describe('what cannot be answered', () => {
  it.each([
    ['flows', { sort: 'colour' }, 'unknown-sort', '-'],
    ['series', { from: '-172800000', step: '1' }, 'too-many-points', 'step'],
    ['top', { by: 'colour' }, 'unknown-field', 'colour'],
    ['top', {}, 'FST_ERR_VALIDATION', 'by'],
    ['top', { by: ['port', 'verdict', 'protocol'] }, 'too-many-fields', 'one or two'],
    ['top', { by: ['port', 'dest.port'] }, 'same-field', 'port'],
    ['seen', { field: 'port' }, 'half-a-value', 'value'],
    ['seen', { field: 'port', value: 'x' }, 'filter-syntax', ''],
    ['compare', {}, 'unclear-base', 'baseFrom'],
    ['compare', { base: 'day', baseFrom: '1' }, 'unclear-base', 'baseFrom'],
    ['compare', { baseFrom: '5' }, 'unclear-base', 'baseTo'],
    ['compare', { baseFrom: '9', baseTo: '5' }, 'empty-window', 'baseFrom'],
    ['compare', { base: 'day', factor: '1' }, 'FST_ERR_VALIDATION', 'factor'],
  ] as const)('%s with %j is refused as %s', async (path, query, code, word) => {
    const { status, reply } = await get<{ error: { code: string; message: string } }>(path, query);
    expect(status).toBe(400);
    expect(reply.error.code).toBe(code);
    expect(reply.error.message).toContain(word);
  });

  it('is described with everything else', async () => {
    const { reply } = await get<{ paths: Record<string, unknown> }>('openapi.json');
    for (const path of ['top', 'seen', 'compare']) expect(reply.paths).toHaveProperty([`/api/v1/${path}`]);
  });
});
