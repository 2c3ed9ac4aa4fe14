import { LIVE_VERSION, type LiveMessage } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, LiveView, line, TestSocket, testServer, until } from '../test-server.js';

const START = 1_770_000_000_000;
let clock: HandClock;
let server: RunningServer;
let views: LiveView[];

beforeEach(async () => {
  clock = new HandClock(START);
  views = [];
  server = await testServer({}, clock);
});

afterEach(async () => {
  for (const view of views) view.end();
  await server.close();
});

async function watch(request: Parameters<typeof LiveView.open>[1] = {}): Promise<LiveView> {
  const view = await LiveView.open(server.url, request);
  views.push(view);
  return view;
}

async function post(...lines: readonly string[]): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/flows`, {
    method: 'POST',
    body: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect(response.status).toBe(200);
}

const at = (change: Record<string, unknown> = {}) => line({ start: clock.now(), ...change });

describe('GET /api/v1/live', () => {
  it('gives what is there, then what changes', async () => {
    await post(at());
    const view = await watch();
    expect(view.connections).toBe(1);
    await post(at(), at({ port: 80 }));
    await view.until(() => view.connections === 3, 'the change');
    expect(view.rows.size).toBe(2);
    expect([...view.defs.values()].map((def) => def.port).sort()).toEqual([5432, 80]);
  });

  it('folds both reports of a connection into one row, and shows them apart when asked', async () => {
    const source = { enforced: ['0|default|np:shop/out|allow|0'], reporter: 'src' };
    await post(at(source), at({ action: 'deny', enforced: ['0|default|np:data/in|deny|1'] }));
    const folded = await watch();
    expect(folded.rows.size).toBe(1);
    expect([...folded.rows.values()][0]?.[2]).toBe(1);
    const raw = await watch({ grouping: 'flow' });
    expect(raw.rows.size).toBe(2);
  });

  it('marks rows whose packets were lost, where no verdict says more', async () => {
    const lost = { drops: ['STALE_OR_UNROUTABLE_IP'] };
    await post(
      at({ port: 1, action: 'unknown', enforced: [] }),
      at({ port: 2, action: 'unknown', enforced: [], ...lost }),
      at({ port: 3, action: 'deny', ...lost }),
    );
    const view = await watch();
    const marks = [...view.rows.values()].map((row) => [view.defs.get(row[0])?.port, row[15]]);
    expect(marks.sort()).toEqual([
      [1, 0],
      [2, 1],
      [3, 0],
    ]);
  });

  it('filters, and takes a row away when it ceases to match', async () => {
    await post(at(), at({ port: 80, source: { namespace: 'other', name: 'x' } }));
    const view = await watch({ filter: 'namespace=shop bytes<5000' });
    expect(view.rows.size).toBe(1);
    await post(at({ bytesIn: 100_000 }));
    await view.until(() => view.rows.size === 0, 'the row to go');
  });

  it('lets totals shrink and rows go as the window slides on', async () => {
    await post(at());
    const view = await watch({ since: -60_000 });
    clock.advance(30_000);
    await post(at(), at({ port: 80 }));
    await view.until(() => view.connections === 3, 'both');
    clock.advance(46_000);
    await view.until(() => view.connections === 2, 'the first bucket to slide out');
    clock.advance(45_000);
    await view.until(() => view.rows.size === 0, 'everything to slide out');
  });

  it('resumes from a cursor with nothing missing and nothing double', async () => {
    await post(at(), at({ port: 80 }));
    const view = await watch();
    const { cursor } = view;
    expect(view.resets).toBe(1);
    await post(at(), at({ port: 81 }));
    await view.subscribe({ cursor });
    expect(view.resets).toBe(1);
    expect(view.rows.size).toBe(3);
    expect(view.connections).toBe(4);
    await view.subscribe({ cursor: 'another-server.1.1' });
    expect(view.resets).toBe(2);
    expect(view.connections).toBe(4);
  });

  it('forgets on resume what no longer matches', async () => {
    await post(at());
    const view = await watch({ since: -60_000 });
    expect(view.rows.size).toBe(1);
    clock.advance(120_000);
    await post(at({ port: 80 }));
    await view.subscribe({ cursor: view.cursor, since: -60_000 });
    expect([...view.rows.keys()].map((id) => view.defs.get(id)?.port)).toEqual([80]);
  });

  it('gives the rows that come first in the order asked for, and says how many there are', async () => {
    await post(...[1, 2, 3, 4].map((port) => at({ port, bytesIn: port * 1_000 })));
    const view = await watch({ limit: 2, sort: { column: 'bytesSent', descending: true } });
    expect([...view.rows.keys()].map((id) => view.defs.get(id)?.port).sort()).toEqual([3, 4]);
    expect(view.total).toBe(4);
  });

  it('serves several subscriptions and answers a bad one without harming the others', async () => {
    const socket = await TestSocket.open<LiveMessage>(`${server.url}/api/v1/live`);
    const subscribe = { type: 'subscribe', grouping: 'connection', since: 0 };
    socket.send({ ...subscribe, id: 1, filter: '' });
    socket.send({ ...subscribe, id: 2, filter: 'prot=tcp' });
    socket.send('nonsense');
    const errors = () => socket.received.filter((message) => message.type === 'error');
    await until(() => errors().length === 2, 'two errors');
    expect(errors().find((error) => 'id' in error && error.id === 2)).toMatchObject({
      code: 'filter-syntax',
      span: [0, 4],
    });
    await post(at());
    await until(
      () => socket.received.some((message) => message.type === 'rows' && message.phase === 'live'),
      'the change',
    );
    socket.end();
  });

  it('turns away other sites and names that only point here', async () => {
    const port = new URL(server.url).port;
    for (const origin of ['http://evil.example', `http://evil.example:${port}`, 'null']) {
      const host = origin === 'null' ? `127.0.0.1:${port}` : new URL(origin).host;
      const socket = new TestSocket(`${server.url}/api/v1/live`, { origin, host });
      await until(() => socket.closed !== null, 'the refusal');
      expect(socket.received).toHaveLength(0);
    }
    const own = new TestSocket<LiveMessage>(`${server.url}/api/v1/live`, { origin: server.url });
    await until(() => own.received.length > 0, 'the hello');
    expect(own.received[0]).toMatchObject({ type: 'hello', version: LIVE_VERSION });
    own.end();
  });

  it('shows a past window as it was', async () => {
    await post(at());
    const before = clock.now();
    clock.advance(60_000);
    await post(at({ port: 80 }));
    const view = await watch({ since: before - 10_000, until: before + 10_000 });
    expect([...view.defs.values()].map((def) => def.port)).toEqual([5432]);
  });
});
