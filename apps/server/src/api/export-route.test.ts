import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { ApiFlow, ApiGroup, ErrorReply, FlowsReply, SeriesReply } from '@vibrissa/protocol/messages';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, line, testServer, until } from '../test-server.js';

const START = 1_770_000_000_000;
const BUCKET = 15_000;
const NDJSON = { 'content-type': 'application/x-ndjson' };
/** A day in memory, so that old samples are taken. */
const DAY = { VIBRISSA_BUCKETS: '5760', VIBRISSA_MAX_BATCH_RECORDS: '100000' };

let clock: HandClock;
let one: RunningServer;

beforeEach(async () => {
  clock = new HandClock(START + 10 * BUCKET);
  one = await testServer(DAY, clock);
});

afterEach(() => one.close());

type Query = Readonly<Record<string, string>>;

async function post(server: RunningServer, body: string): Promise<{ accepted: number; rejected: number }> {
  const response = await fetch(`${server.url}/api/v1/flows`, { method: 'POST', body, headers: NDJSON });
  return (await response.json()) as { accepted: number; rejected: number };
}

async function get<Reply>(server: RunningServer, path: string, query: Query): Promise<Reply> {
  const response = await fetch(`${server.url}/api/v1/${path}?${new URLSearchParams(query)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Reply;
}

function exported(query: Query): Promise<Response> {
  return fetch(`${one.url}/api/v1/export?${new URLSearchParams(query)}`);
}

/** What a page shows of a window, but for numbers that each server gives by itself and the time before it. */
async function viewOf(server: RunningServer, query: Query, groupings: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const groupBy of groupings) {
    const { flows, total } = await get<FlowsReply>(server, 'flows', { ...query, groupBy, limit: '5000' });
    lines.push(`${groupBy}: ${total}`, ...flows.map((flow) => gist(flow, Number(query.from))).sort());
  }
  const { points } = await get<SeriesReply>(server, 'series', { ...query, step: String(BUCKET) });
  const { points: bytes } = await get<SeriesReply>(server, 'series', { ...query, measure: 'bytes' });
  return [...lines, JSON.stringify(points), JSON.stringify(bytes)];
}

function gist(flow: ApiFlow | ApiGroup, from: number): string {
  return JSON.stringify(flow, (name, value) => {
    if (name === 'id' || name === 'newSince') return undefined;
    if (name === 'firstSeen') return value < from ? 'before' : value;
    if (name === 'flows') return (value as ApiFlow[]).map((one) => gist(one, from)).sort();
    return value;
  });
}

const count = fc.option(fc.nat(1_000_000), { nil: undefined });
const ips = fc.uniqueArray(fc.ipV4(), { maxLength: 12 });
const aLine = fc
  .record({
    at: fc.nat(9 * BUCKET),
    length: fc.nat(BUCKET),
    port: fc.integer({ min: 1, max: 4 }),
    action: fc.constantFrom('allow', 'deny', 'unknown'),
    reporter: fc.constantFrom('src', 'dst', 'fwd'),
    source: fc.constantFrom({ namespace: 'shop', name: 'web-*' }, { namespace: 'shop', name: 'cart "x", y' }),
    dest: fc.constantFrom(
      { namespace: 'data', name: 'db-*' },
      { kind: 'network', name: 'pub', address: '=HYPERLINK("http://x")' },
      { kind: 'network', name: 'pub', address: 'api.example.com' },
    ),
    service: fc.constantFrom(null, { namespace: 'data', name: 'db', portName: 'pg', port: 5432 }),
    enforced: fc.constantFrom(
      [],
      ['0|default|np:data/guard|deny|0'],
      ['0|a|gnp:x|pass|-1', '1|b|eot:y|deny|-1'],
    ),
    pending: fc.constantFrom([], ['0|default|snp:data/lock|deny|1']),
    packetsIn: count,
    packetsOut: count,
    bytesIn: count,
    connectionsStarted: count,
    sourceLabels: fc.option(fc.subarray(['app=web', 'x=a,b', 'y="q"']), { nil: undefined }),
    sourceIps: ips,
    dnsNames: fc.subarray(['a.example', 'b.example']),
    node: fc.constantFrom('node-1', 'node-2', undefined),
    calls: fc.subarray(['GET /cart 200', 'DNS A db NXDOMAIN']),
  })
  .map(({ at, length, ...rest }) =>
    line({ start: START + at, end: START + at + length, bytesOut: undefined, ...rest }),
  );

describe('an export as NDJSON', () => {
  it('sent to an empty server shows the same there, whatever the window and filter', async () => {
    const other = await testServer(DAY, clock);
    await fc.assert(
      fc.asyncProperty(
        fc.array(aLine, { minLength: 1, maxLength: 40 }),
        fc.constantFrom('', 'verdict=deny', 'port=1,2 source.workload=web', '-dns=a.example'),
        fc.nat(5),
        fc.integer({ min: 1, max: 5 }),
        async (lines, filter, first, length) => {
          for (const { context } of [one, other]) context.store.ring.forget();
          const query = {
            from: String(START + first * BUCKET),
            to: String(START + (first + length) * BUCKET),
          };
          expect((await post(one, lines.join('\n'))).rejected).toBe(0);
          const text = await (await exported({ ...query, filter, format: 'ndjson' })).text();
          if (text !== '') expect((await post(other, text)).rejected).toBe(0);
          // A filter finds connections, and all reports of a connection go with it.
          const groupings = filter === '' ? ['flow', 'connection', 'workload'] : ['connection'];
          expect(await viewOf(other, query, groupings)).toEqual(
            await viewOf(one, { ...query, filter }, groupings),
          );
        },
      ),
      { numRuns: 20 },
    );
    await other.close();
  });

  const SAMPLES = [
    'hubble/misc-drops.ndjson',
    'hubble/basic-sample-5-http-flows.ndjson',
    'hubble/tke-cilium-1.19.1.ndjson',
  ];
  const samples = new URL('../../../../../shared/data/', import.meta.url);
  if (!existsSync(samples)) console.log('real flows are not here: ../shared/data is absent');
  it.runIf(existsSync(samples))('takes real flows back in, every one', async () => {
    for (const name of SAMPLES) {
      const texts = readFileSync(new URL(name, samples), 'utf8').trim().split('\n');
      const times = texts.flatMap((text) => [...text.matchAll(/"(?:time|start_time)":"?([\dT:.Z-]+)/g)]);
      const newest = Math.max(
        ...times.map(([, time = '']) => (/^\d+$/.test(time) ? Number(time) * 1_000 : Date.parse(time))),
      );
      const then = new HandClock(newest + BUCKET);
      const [from, to] = [await testServer(DAY, then), await testServer(DAY, then)];
      try {
        const { accepted } = await post(from, texts.join('\n'));
        expect(accepted).toBeGreaterThan(0);
        const text = await (await fetch(`${from.url}/api/v1/export?format=ndjson`)).text();
        const again = await post(to, text);
        expect([name, again]).toEqual([name, expect.objectContaining({ rejected: 0 })]);
        const all = { from: '0', limit: '5000' };
        expect(await viewOf(to, all, ['flow'])).toEqual(await viewOf(from, all, ['flow']));
      } finally {
        await from.close();
        await to.close();
      }
    }
  });
});

describe('an export as CSV', () => {
  it('parses back, a line for each record, and runs in no spreadsheet', async () => {
    const lines = fc.sample(aLine, { numRuns: 60, seed: 4 });
    await post(one, lines.join('\n'));
    const query = { from: String(START), to: String(START + 10 * BUCKET) };
    const records = (await (await exported({ ...query, format: 'ndjson' })).text()).trimEnd().split('\n');
    const [names = [], ...rows] = readCsv(await (await exported({ ...query, format: 'csv' })).text());
    expect(names.slice(0, 4)).toEqual(['start', 'end', 'reporter', 'verdict']);
    expect(rows).toHaveLength(records.length);
    rows.forEach((row, at) => {
      const cells = Object.fromEntries(names.map((name, column) => [name, row[column]]));
      const record = JSON.parse(records[at] ?? '');
      expect(row).toHaveLength(names.length);
      expect(Date.parse(cells.start ?? '')).toBe(record.start);
      expect([cells.verdict, cells.source_name, cells.port]).toEqual([
        record.action,
        record.source.name,
        String(record.port),
      ]);
      expect(cells.bytes_in).toBe(record.bytesIn === undefined ? '' : String(record.bytesIn));
      expect(cells.source_labels).toBe((record.sourceLabels ?? []).join('; '));
      expect(cells.dest_address?.replace(/^'/, '')).toBe(record.dest.address ?? '');
    });
    expect(rows.flat().filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
  });
});

describe('GET /api/v1/export', () => {
  it('tells what it holds', async () => {
    await post(one, line({ start: START }));
    const response = await exported({
      format: 'csv',
      filter: 'namespace=shop   dest.name~"dü %"',
      from: String(START),
      to: String(START + BUCKET),
    });
    const { headers } = response;
    expect(decodeURIComponent(headers.get('x-vibrissa-filter') ?? '')).toBe(
      'namespace=shop dest.name~"dü %"',
    );
    expect([headers.get('x-vibrissa-from'), headers.get('x-vibrissa-to')].map(Number)).toEqual([
      START,
      START + BUCKET,
    ]);
    expect(headers.get('content-disposition')).toBe(
      'attachment; filename="vibrissa-flows-20260202T024000Z-20260202T024015Z.csv"',
    );
    expect(headers.get('content-type')).toContain('text/csv');
    expect((await response.text()).split('\r\n')).toHaveLength(2);
  });

  it.each([
    [{ format: 'xlsx' }, 400, 'FST_ERR_VALIDATION'],
    [{}, 400, 'FST_ERR_VALIDATION'],
    [{ format: 'csv', filter: 'port=x' }, 400, 'filter-syntax'],
    [{ format: 'csv', from: '5', to: '4' }, 400, 'empty-window'],
  ])('refuses %j', async (query, status, code) => {
    const response = await exported(query as Query);
    expect([response.status, ((await response.json()) as ErrorReply).error.code]).toEqual([status, code]);
  });

  it('reads no further than the reader does, and lets go when it hangs up', async () => {
    const records = 40_000;
    const step = 4_000;
    for (let from = 0; from < records; from += step) {
      const lines = Array.from({ length: step }, (_, at) =>
        line({ start: START, port: 1 + from + at, dnsNames: ['x'.repeat(200)] }),
      );
      expect((await post(one, lines.join('\n'))).rejected).toBe(0);
    }
    const { flows } = one.context;
    let read = 0;
    let ended = false;
    const real = flows.records.bind(flows);
    flows.records = async function* (query, control) {
      try {
        for await (const batch of real(query, control)) {
          read += batch.length;
          yield batch;
        }
      } finally {
        ended = true;
      }
    };
    const { hostname, port } = new URL(one.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /api/v1/export?format=ndjson HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    socket.once('data', () => socket.pause());
    let before = -1;
    await until(async () => {
      const still = read > 0 && read === before;
      before = read;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return still;
    }, 'reading to stop');
    expect(read).toBeLessThan(records);
    socket.destroy();
    await until(() => ended, 'the reading to end');
    expect(read).toBeLessThan(records);
  });

  it('breaks off what fails half-way, so that nobody takes it for whole', async () => {
    await post(one, line({ start: START }));
    const { flows } = one.context;
    const real = flows.records.bind(flows);
    flows.records = async function* (query, control) {
      yield* real(query, control);
      throw new Error('the disk went');
    };
    const response = await exported({ format: 'ndjson' });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    flows.records = () => {
      throw new Error('no disk');
    };
    expect((await exported({ format: 'ndjson' })).status).toBe(500);
  });
});

/** RFC 4180, as a reader has it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}
