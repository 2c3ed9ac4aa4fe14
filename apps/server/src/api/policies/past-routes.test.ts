import { connect } from 'node:net';
import type {
  FixesReply,
  PoliciesReply,
  QueryLine,
  RecommendReply,
  WhatIfReply,
} from '@vibrissa/protocol/messages';
import type { QueryControl } from '@vibrissa/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../ingest/test-journal.js';
import { OWN_THREAD, until } from '../../test-server.js';
import { ALLOW_JOB, DB, JOB, MINUTE, PolicyBench, sample } from './test-policies.js';

/** Begins two hours before memory does, which holds one minute here. */
const PAST = { from: String(-121 * MINUTE) };
let bench: PolicyBench;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  folder = temporaryFolder();
  const env = {
    VIBRISSA_BUCKET_MS: '1000',
    VIBRISSA_BUCKETS: '60',
    VIBRISSA_DATA: folder.path,
    // The clock of the test stands long before that of the machine, by which the history lets go.
    VIBRISSA_RETENTION: '3650d',
  };
  bench = await PolicyBench.open(env, OWN_THREAD);
  for (let minute = 2; minute < 120; minute++) {
    await bench.send(sample(bench.clock.now()));
    bench.clock.advance(MINUTE);
  }
}, 60_000);

afterAll(async () => {
  await bench.close();
  folder.remove();
});

describe('questions about policies beyond what is in memory', () => {
  it('foresee a change on all that was ever seen', async () => {
    const recent = await bench.post<WhatIfReply>('policies/what-if', { yaml: ALLOW_JOB }, { from: '-30000' });
    const { status, reply } = await bench.post<WhatIfReply>('policies/what-if', { yaml: ALLOW_JOB }, PAST);
    expect([status, reply.lines]).toEqual([200, 3]);
    expect(reply.changes[0]).toMatchObject({ direction: 'newly-allowed', connections: 360 });
    expect(recent.reply.totals['newly-allowed'].connections).toBe(0);
  });

  it('count hits, and learn', async () => {
    const { reply } = await bench.get<PoliciesReply>('policies', PAST);
    const [, allowWeb] = reply.tiers.find(({ name }) => name === 'default')?.policies ?? [];
    expect(allowWeb?.hits).toMatchObject({ allowed: 600, denied: 360 });
    expect(allowWeb?.spark.filter((packets) => packets > 0).length).toBeGreaterThan(10);
    const learned = await bench.post<RecommendReply>(
      'policies/recommend',
      { namespace: 'data', workload: 'db-0' },
      PAST,
    );
    expect(learned.reply.recommendations[0]?.rules[0]?.connections).toBe(600);
  });

  it('try fixes on all that was ever seen', async () => {
    const asked = { source: JOB, dest: DB, port: 5432, protocol: 'tcp' };
    const { status, reply } = await bench.post<FixesReply>('policies/fixes', asked, PAST);
    expect([status, reply.lines, reply.fixes.length > 0]).toEqual([200, 2, true]);
  });

  it('come in lines when asked to', async () => {
    const address = `${bench.server.url}/api/v1/policies/what-if?from=${PAST.from}`;
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
      body: JSON.stringify({ yaml: ALLOW_JOB }),
    });
    const lines = (await response.text()).trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as QueryLine<WhatIfReply>;
    expect(last).toMatchObject({ reply: { lines: 3 } });
  });

  it('end when the caller hangs up', async () => {
    const { flows, queries } = bench.server.context;
    const { reduce } = flows;
    const controls: QueryControl[] = [];
    flows.reduce = (_query, _reduction, control = {}) => {
      controls.push(control);
      return new Promise<never>((_resolve, reject) =>
        control.signal?.addEventListener('abort', () => reject(control.signal?.reason)),
      );
    };
    const { hostname, port } = new URL(bench.server.url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ yaml: ALLOW_JOB });
    socket.write(
      `POST /api/v1/policies/what-if?from=${PAST.from} HTTP/1.1\r\nHost: ${hostname}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => controls.length === 1, 'the question to be asked');
    expect([controls[0]?.signal?.aborted, queries.running]).toEqual([false, 1]);
    socket.destroy();
    await until(() => queries.running === 0, 'the question to end');
    expect(controls[0]?.signal?.aborted).toBe(true);
    flows.reduce = reduce;
  });

  it('go on for those who still wait when who asked first hangs up', async () => {
    const { flows } = bench.server.context;
    const { reduce } = flows;
    let asked = 0;
    flows.reduce = (query, reduction, control = {}) => {
      asked++;
      if (asked > 1) return reduce.call(flows, query, reduction, control) as never;
      return new Promise<never>((_resolve, reject) =>
        control.signal?.addEventListener('abort', () => reject(control.signal?.reason)),
      );
    };
    const leaving = new AbortController();
    const query = { ...PAST, filter: 'port=5432' };
    const address = `${bench.server.url}/api/v1/policies?${new URLSearchParams(query)}`;
    const first = fetch(address, { signal: leaving.signal }).catch(() => 'left');
    await until(() => asked === 1, 'the first to ask');
    const second = bench.get<PoliciesReply>('policies', query);
    await until(() => bench.server.context.queries.running === 2, 'the second to ask');
    leaving.abort();
    expect(await first).toBe('left');
    expect((await second).reply.tiers.length).toBeGreaterThan(0);
    expect(asked).toBe(2);
    flows.reduce = reduce;
  });
});

it('describes every question in the OpenAPI document', async () => {
  const { reply } = await bench.get<{ paths: Record<string, Record<string, { tags?: string[] }>> }>(
    'openapi.json',
  );
  const described = Object.entries(reply.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { tags }]) =>
      tags?.includes('policies') ? [`${method.toUpperCase()} ${path.replace('/api/v1/', '')}`] : [],
    ),
  );
  expect(described.sort()).toEqual([
    'GET policies',
    'GET policies/known',
    'GET policies/templates',
    'GET policy',
    'POST policies/apply',
    'POST policies/fixes',
    'POST policies/lint',
    'POST policies/quarantine',
    'POST policies/recommend',
    'POST policies/reset',
    'POST policies/what-if',
    'POST policies/why',
  ]);
});
