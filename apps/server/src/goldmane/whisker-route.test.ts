import fc from 'fast-check';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReaderTest } from './test-reader.js';
import { whiskerRoutes } from './whisker-route.js';

let test: ReaderTest;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  test = await ReaderTest.start();
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await test.end();
});

async function get(path: string): Promise<{ status: number; type: string; body: unknown; text: string }> {
  const reply = await fetch(`${test.server.url}${path}`);
  const text = await reply.text();
  return {
    status: reply.status,
    type: reply.headers.get('content-type') ?? '',
    body: JSON.parse(text),
    text,
  };
}

async function ports(query: string): Promise<number[]> {
  const { body } = await get(`/whisker-backend/flows${query}`);
  return ((body as { items: { dest_port: number }[] | null }).items ?? []).map((item) => item.dest_port);
}

function filters(value: unknown): string {
  return `filters=${encodeURIComponent(JSON.stringify(value))}`;
}

describe('GET /whisker-backend/flows', () => {
  it('lists flows, newest first, with their number', async () => {
    test.add({ port: 1 });
    test.roll();
    test.add({ port: 2 });
    test.roll();
    const { status, type, body } = await get('/whisker-backend/flows');
    expect([status, type]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toMatchObject({
      total: { totalPages: 1, totalResults: 2 },
      items: [{ dest_port: 2 }, { dest_port: 1 }],
    });
    expect(Object.keys((body as { items: object[] }).items[0] ?? {})).toEqual([
      'start_time',
      'end_time',
      'action',
      'source_name',
      'source_namespace',
      'source_labels',
      'dest_name',
      'dest_namespace',
      'dest_labels',
      'protocol',
      'dest_port',
      'reporter',
      'policies',
      'packets_in',
      'packets_out',
      'bytes_in',
      'bytes_out',
    ]);
  });

  it('has null for no flows', async () => {
    expect((await get('/whisker-backend/flows')).text).toBe(
      '{"total":{"totalPages":0,"totalResults":0},"items":null}',
    );
  });

  it('answers without the prefix, too, as Whisker’s own proxy asks', async () => {
    test.add({});
    test.roll();
    expect((await get('/flows')).text).toBe((await get('/whisker-backend/flows')).text);
  });

  it('cuts pages, sorts and keeps to a range of time', async () => {
    for (const [port, source] of [
      [1, 'c'],
      [2, 'b'],
      [3, 'a'],
    ] as const)
      test.add({ port, source });
    test.roll(10);
    expect(await ports('?pageSize=2&page=1')).toEqual([3]);
    expect(await ports('?sortBy=SourceName')).toEqual([3, 2, 1]);
    expect(await ports('?startTimeGte=-60')).toEqual([]);
    expect(await ports(`?startTimeGte=${test.now - 150}&startTimeLt=-60`)).toEqual([1, 2, 3]);
  });

  it('filters by whatever the page can filter by', async () => {
    test.add(
      { port: 1, source: 'web-*', sourceNamespace: 'shop' },
      { port: 2, dest: 'pub', destKind: 'network', destNamespace: '', protocol: 'udp', reporter: 'src' },
      { port: 3, verdict: 'deny', enforced: ['0|default|np:data/guard|deny|-1'], sourceNamespace: 'tools' },
      { port: 4, pending: ['0|default|snp:data/trial|deny|0'], sourceNamespace: 'tools' },
      { port: 5, enforced: ['0|__PROFILE__|pro:kns.tools|allow|0'], sourceNamespace: 'tools' },
    );
    test.roll();
    const exact = (value: string) => ({ value, type: 'Exact' });
    expect(await ports(`?${filters({ source_namespaces: [exact('tools')] })}`)).toEqual([3, 4, 5]);
    expect(await ports(`?${filters({ dest_names: [exact('PUBLIC NETWORK')] })}`)).toEqual([2]);
    expect(await ports(`?${filters({ dest_namespaces: [exact('Global')] })}`)).toEqual([2]);
    expect(await ports(`?${filters({ dest_ports: [{ value: 2 }], protocols: [exact('udp')] })}`)).toEqual([
      2,
    ]);
    expect(await ports(`?${filters({ actions: ['Deny'] })}`)).toEqual([3]);
    expect(await ports(`?${filters({ pending_actions: ['Deny'] })}`)).toEqual([4]);
    expect(await ports(`?${filters({ reporter: 'Src' })}`)).toEqual([2]);
    expect(await ports(`?${filters({ policies: [{ kind: 'Profile' }] })}`)).toEqual([5]);
    expect(
      await ports(`?${filters({ policies: [{ tier: exact('default'), name: exact('guard') }] })}`),
    ).toEqual([3]);
  });

  it.each([
    ['watch=maybe', 'watch'],
    ['startTimeGte=soon', 'startTimeGte'],
    ['startTimeGte=-10&startTimeLt=-20', 'start_time_gte'],
    ['page=-1', 'page'],
    ['pageSize=-1', 'page_size'],
    ['pageSize=1e3', 'pageSize'],
    ['sortBy=Age', 'sortBy'],
    ['sortBy=Time&sortBy=DestName', 'sort_by'],
    ['filters=%7B', 'filters'],
    [filters({ policies: [{ kind: 'text' }] }), 'filters.policies[0].kind'],
  ])('answers %s with 400 and JSON that says what is wrong', async (query, expected) => {
    for (const prefix of ['', 'watch=true&']) {
      if (prefix !== '' && query.startsWith('watch')) continue;
      if (prefix !== '' && query.includes('startTimeLt')) continue;
      const { status, type, body } = await get(`/whisker-backend/flows?${prefix}${query}`);
      expect([status, type]).toEqual([400, 'application/json; charset=utf-8']);
      expect((body as { error: string }).error).toContain(expected);
    }
  });

  it('answers any query there can be', async () => {
    const names = fc.constantFrom(
      'startTimeGte',
      'startTimeLt',
      'sortBy',
      'filters',
      'page',
      'pageSize',
      'type',
      '__proto__',
    );
    const value = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.integer().map(String),
      fc.constantFrom(
        'DestName',
        '%7B%7D',
        '{}',
        '[]',
        '%',
        '%E0%A4%A',
        '{"actions":["Deny"]}',
        'null',
        '-0',
        '99999999999999999999',
      ),
    );
    const app = fastify();
    whiskerRoutes(app, test.server.context);
    ends.unshift(() => app.close());
    test.add({});
    test.roll();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(names, value, fc.boolean()), { maxLength: 5 }),
        fc.constantFrom('flows', 'flows-filter-hints'),
        async (parts, path) => {
          const query = parts.map(
            ([name, text, raw]) => `${name}=${raw ? encodeURI(text) : encodeURIComponent(text)}`,
          );
          const { statusCode, body } = await inject(app, `/${path}?${query.join('&')}`);
          expect([200, 400]).toContain(statusCode);
          expect(Object.keys(JSON.parse(body))).toEqual(statusCode === 200 ? ['total', 'items'] : ['error']);
        },
      ),
      { numRuns: 10_000 },
    );
  }, 60_000);
});

function inject(app: FastifyInstance, url: string) {
  return app.inject({ method: 'GET', url });
}

describe('GET /whisker-backend/flows-filter-hints', () => {
  it('offers values in pages, with their number', async () => {
    for (let i = 1; i <= 25; i++) test.add({ source: `s${String(i).padStart(2, '0')}` });
    test.roll();
    const { body } = await get('/whisker-backend/flows-filter-hints?type=SourceName&pageSize=20&page=1');
    expect(body).toEqual({
      total: { totalPages: 2, totalResults: 25 },
      items: ['s21', 's22', 's23', 's24', 's25'].map((value) => ({ value })),
    });
  });

  it('calls what it offers as the page does, and has an empty list for nothing', async () => {
    test.add({ destKind: 'network', dest: 'pub', destNamespace: '' });
    test.roll();
    expect((await get('/flows-filter-hints?type=DestName')).body).toMatchObject({
      items: [{ value: 'PUBLIC NETWORK' }],
    });
    expect((await get('/flows-filter-hints?type=DestNamespace')).body).toMatchObject({
      items: [{ value: 'Global' }],
    });
    expect((await get('/flows-filter-hints?type=PolicyKind')).body).toMatchObject({
      items: [{ value: 'CalicoNetworkPolicy' }],
    });
    const none = await get(`/flows-filter-hints?type=DestName&${filters({ actions: ['Deny'] })}`);
    expect(none.text).toBe('{"total":{"totalPages":0,"totalResults":0},"items":[]}');
  });

  it('finds by a part, as the page searches', async () => {
    test.add({ source: 'frontend-*' }, { source: 'backend-*' });
    test.roll();
    const search = filters({ source_names: [{ value: 'front', type: 'Fuzzy' }] });
    expect((await get(`/flows-filter-hints?type=SourceName&${search}`)).body).toMatchObject({
      total: { totalResults: 1 },
      items: [{ value: 'frontend-*' }],
    });
  });

  it.each([
    ['', 'type'],
    ['type=Unspecified', 'type'],
    ['type=Colour', 'type'],
    ['type=DestName&page=-2', 'page'],
  ])('answers %s with 400', async (query, expected) => {
    const { status, body } = await get(`/whisker-backend/flows-filter-hints?${query}`);
    expect(status).toBe(400);
    expect((body as { error: string }).error).toContain(expected);
  });
});

describe('settings of Whisker’s page', () => {
  it.each(['/config.json', '/config/config.json'])(
    'are at %s, and tell the page to call nobody',
    async (path) => {
      expect((await get(path)).body).toEqual({
        config: {
          cluster_id: '',
          cluster_type: '',
          calico_version: '',
          notifications: 'Disabled',
          calico_cloud_url: '',
        },
      });
    },
  );
});
