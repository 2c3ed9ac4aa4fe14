import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type {
  ApiGroup,
  CompareReply,
  ErrorReply,
  FlowsReply,
  HintsReply,
  LiveMessage,
  Rows,
  SeenReply,
  SeriesReply,
  TopReply,
} from '@vibrissa/protocol/messages';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, LiveView, line, OWN_THREAD, TestSocket, testServer, until } from '../test-server.js';

const BUCKET = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of today: the history lets go of what is old by the machine's clock. */
const NOW = Math.floor((performance.timeOrigin + performance.now()) / HOUR) * HOUR;
const BEGIN = NOW - 2 * HOUR;
const ENV = {
  VIBRISSA_BUCKET_MS: String(BUCKET),
  VIBRISSA_BUCKETS: '60',
  VIBRISSA_MAX_BATCH_RECORDS: '100000',
};
const NDJSON = { 'content-type': 'application/x-ndjson' };

const folders: string[] = [];
const clock = new HandClock(NOW);
let server: RunningServer;

/** A server that keeps flows in a folder of its own, with one minute of them in memory. */
async function keeping(): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-past-'));
  folders.push(folder);
  return testServer({ ...ENV, VIBRISSA_DATA: folder }, clock, OWN_THREAD);
}

async function post(to: RunningServer, body: string): Promise<void> {
  const response = await fetch(`${to.url}/api/v1/flows`, { method: 'POST', body, headers: NDJSON });
  expect(await response.json()).toMatchObject({ rejected: 0 });
}

async function get<Reply>(path: string, query: Record<string, string>, from = server): Promise<Reply> {
  const response = await fetch(`${from.url}/api/v1/${path}?${new URLSearchParams(query)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Reply;
}

/** Two hours of a call a minute; every sixth is denied, and each has a port of its own. */
beforeAll(async () => {
  server = await keeping();
  const lines = Array.from({ length: 120 }, (_, minute) => {
    const action = minute % 6 === 0 ? 'deny' : 'allow';
    return line({
      start: BEGIN + minute * MINUTE,
      end: BEGIN + minute * MINUTE + 500,
      port: 1_000 + minute,
      action,
      bytesIn: minute * 1_000,
      bytesOut: 0,
      enforced: [`0|default|np:data/guard|${action}|0`],
      sourceIps: ['10.0.0.1', `10.0.1.${minute}`],
      node: `node-${minute % 3}`,
    });
  });
  await post(server, lines.join('\n'));
});

afterAll(async () => {
  await server.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('questions about the past', () => {
  it('are answered over any range, sorted and in pages', async () => {
    const ports: number[] = [];
    let cursor: string | null = null;
    do {
      const reply: FlowsReply<ApiGroup> = await get('flows', {
        from: String(BEGIN),
        groupBy: 'connection',
        sort: '-bytes',
        limit: '50',
        ...(cursor === null ? {} : { cursor }),
      });
      expect(reply.total).toBe(120);
      ports.push(...reply.flows.map(({ port }) => port));
      cursor = reply.next;
    } while (cursor !== null);
    expect(ports).toEqual(Array.from({ length: 120 }, (_, at) => 1_119 - at));
  });

  it('count, rank, hint, date and compare', async () => {
    const day = { from: String(-24 * HOUR) };
    const series = await get<SeriesReply>('series', { ...day, filter: 'verdict=deny' });
    expect(series.stepMs).toBe(15 * MINUTE);
    expect(series.points.reduce((sum, { deny }) => sum + deny, 0)).toBe(20);
    const top = await get<TopReply>('top', { ...day, by: 'verdict', measure: 'connections' });
    expect(top.rows.map(({ values, connections }) => [values[0], connections])).toEqual([
      ['allow', 100],
      ['deny', 20],
    ]);
    const hints = await get<HintsReply>('hints', { ...day, field: 'verdict' });
    expect(hints.hints.verdict).toEqual([
      { value: 'allow', count: 100 },
      { value: 'deny', count: 20 },
    ]);
    const seen = await get<SeenReply>('seen', { field: 'port', value: '1003' });
    expect(seen).toEqual({ first: BEGIN + 3 * MINUTE, last: BEGIN + 3 * MINUTE + 500, total: 1 });
    const compare = await get<CompareReply>('compare', {
      from: String(BEGIN + HOUR),
      to: String(NOW),
      base: 'before',
    });
    expect(compare.totals).toEqual({ verdict: 0, added: 60, gone: 60, volume: 0 });
  });

  it('give a browser rows, curves and what was read', async () => {
    const view = await LiveView.open(server.url, { since: -2 * HOUR, filter: 'verdict=deny', limit: 5 });
    expect([view.rows.size, view.total, view.resets]).toEqual([5, 20, 1]);
    view.end();
  });

  it('play back, bucket by bucket, to the end', async () => {
    const socket = await TestSocket.open<LiveMessage>(`${server.url}/api/v1/live`);
    const since = BEGIN + 10 * MINUTE - 5 * BUCKET;
    socket.send({
      type: 'subscribe',
      id: 7,
      filter: '',
      grouping: 'connection',
      since,
      until: since + 10 * BUCKET,
      play: { at: since, speed: 60, spanMs: 3 * BUCKET },
    });
    const rows = () => socket.received.filter((message): message is Rows => message.type === 'rows');
    await until(() => rows().at(-1)?.now === since + 10 * BUCKET, 'the end');
    const shown = rows().map(({ now, total }) => [(now - since) / BUCKET, total]);
    expect(shown).toEqual(Array.from({ length: 10 }, (_, at) => [at + 1, at >= 5 && at <= 7 ? 1 : 0]));
    expect(
      rows()
        .flatMap(({ defs }) => defs)
        .map(({ port }) => port),
    ).toEqual([1_010]);
    socket.send({
      type: 'subscribe',
      id: 8,
      filter: '',
      grouping: 'connection',
      since: 0,
      play: { at: 0, speed: 99, spanMs: 1 },
    });
    socket.send({
      type: 'subscribe',
      id: 9,
      filter: '',
      grouping: 'connection',
      since: 5,
      until: 9,
      play: { at: 1, speed: 9, spanMs: 5_000 },
    });
    const codes = () =>
      socket.received.flatMap((message) => (message.type === 'error' ? [message.code] : []));
    await until(() => codes().length === 2, 'both refusals');
    expect(codes().sort()).toEqual(['bad-playback', 'bad-request']);
    socket.end();
  });
});

describe('an export of the past', () => {
  const query = { from: String(BEGIN), to: String(NOW), filter: 'port>=1030' };
  const exported = (format: string) =>
    fetch(`${server.url}/api/v1/export?${new URLSearchParams({ ...query, format })}`);

  it('shows the same in another server, as NDJSON', async () => {
    const text = await (await exported('ndjson')).text();
    expect(text.trimEnd().split('\n')).toHaveLength(90);
    const other = await keeping();
    try {
      await post(other, text);
      const view = async (from: RunningServer, filter: string) => {
        const window = { from: query.from, to: query.to };
        const page = { ...window, filter, groupBy: 'connection', sort: 'port', limit: '5000' };
        const { flows, total } = await get<FlowsReply<ApiGroup>>('flows', page, from);
        const series = await get<SeriesReply>('series', { ...window, filter, measure: 'bytes' }, from);
        const told = JSON.stringify(flows, (name, value) => (name === 'id' ? undefined : value));
        return { total, flows: JSON.parse(told), series };
      };
      expect(await view(other, '')).toEqual(await view(server, query.filter));
    } finally {
      await other.close();
    }
  });

  it('has a line for each record as CSV', async () => {
    expect((await (await exported('csv')).text()).trimEnd().split('\r\n')).toHaveLength(91);
  });

  it('is read by others as Parquet, and leaves no file behind', async () => {
    const response = await exported('parquet');
    expect(response.headers.get('x-vibrissa-rows')).toBe('90');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes).toHaveLength(Number(response.headers.get('content-length')));
    const file = join(folders[0] ?? '', 'read-back.parquet');
    writeFileSync(file, bytes);
    const database = await DuckDBInstance.create(':memory:');
    const connection = await database.connect();
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::INT, sum(bytes_in)::INT, min(port)::INT, min(epoch_ms(start))::DOUBLE FROM '${file}'`,
    );
    const sum = Array.from({ length: 90 }, (_, at) => (at + 30) * 1_000).reduce((a, b) => a + b);
    expect(reader.getRows()).toEqual([[90, sum, 1_030, BEGIN + 30 * MINUTE]]);
    connection.closeSync();
    database.closeSync();
    expect(readdirSync(join(folders[0] ?? '', 'exports'))).toEqual([]);
  });

  it('as Parquet wants a history, and says so', async () => {
    const forgetful = await testServer(ENV, clock);
    try {
      const response = await fetch(`${forgetful.url}/api/v1/export?format=parquet`);
      expect(response.status).toBe(503);
      const { error } = (await response.json()) as ErrorReply;
      expect(error.code).toBe('history-unavailable');
      expect(error.message).toContain('ndjson');
    } finally {
      await forgetful.close();
    }
  });
});
