import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { IngestResult } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { line, testServer } from '../test-server.js';

let server: RunningServer;

beforeEach(async () => {
  server = await testServer({
    VIBRISSA_MAX_BODY_BYTES: '200000',
    VIBRISSA_MAX_UNPACKED_BYTES: '400000',
    VIBRISSA_MAX_BATCH_RECORDS: '50',
  });
});

afterEach(() => server.close());

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<{ status: number; reply: IngestResult & { error?: { code: string } } }> {
  const response = await fetch(`${server.url}/api/v1/flows`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
  return { status: response.status, reply: (await response.json()) as IngestResult };
}

async function held(): Promise<number> {
  const reply = await fetch(`${server.url}/api/v1/flows`);
  return ((await reply.json()) as { total: number }).total;
}

describe('POST /api/v1/flows', () => {
  it('takes NDJSON, and says which line is bad without spoiling its neighbours', async () => {
    const { status, reply } = await post(
      [line(), '{"start":', line({ port: 99_999 }), '', line({ port: 1 })].join('\n'),
    );
    expect(status).toBe(200);
    expect(reply).toMatchObject({ accepted: 2, rejected: 2, duplicate: 0 });
    expect(reply.errors.map((error) => [error.line, error.field])).toEqual([
      [2, '(line)'],
      [3, 'port'],
    ]);
    for (const error of reply.errors) expect(error.remedy).not.toBe('');
    expect(await held()).toBe(2);
  });

  it('takes a JSON array, and Calico flow logs among our records', async () => {
    const calico = {
      start_time: Math.floor(server.context.clock.now() / 1000),
      end_time: Math.floor(server.context.clock.now() / 1000) + 10,
      source_name_aggr: 'access-6b687c8dcb-*',
      source_namespace: 'policy-demo',
      source_type: 'wep',
      source_labels: { labels: ['app=access'] },
      dest_name_aggr: 'pub',
      dest_namespace: '-',
      dest_type: 'net',
      dest_ip: '203.0.113.9',
      dest_port: 443,
      proto: 'tcp',
      action: 'deny',
      reporter: 'src',
      policies: { all_policies: ['0|default|policy-demo/default.deny-out|deny|2'] },
      bytes_in: 0,
      bytes_out: 60,
      packets_in: 0,
      packets_out: 1,
      num_flows_started: 1,
      num_flows_completed: 1,
    };
    const body = JSON.stringify([JSON.parse(line()), calico]);
    const { reply } = await post(body, { 'content-type': 'application/json' });
    expect(reply).toMatchObject({ accepted: 2, rejected: 0 });
    const found = await fetch(`${server.url}/api/v1/flows?filter=verdict%3Ddeny`);
    expect(await found.json()).toMatchObject({
      total: 1,
      flows: [
        {
          dest: { kind: 'network', name: 'pub', address: '203.0.113.9' },
          enforced: [{ tier: 'default', ruleIndex: 2 }],
        },
      ],
    });
  });

  it('reads gzip and br', async () => {
    expect((await post(gzipSync(line()), { 'content-encoding': 'gzip' })).reply.accepted).toBe(1);
    expect(
      (await post(brotliCompressSync(line({ port: 2 })), { 'content-encoding': 'br' })).reply.accepted,
    ).toBe(1);
    expect(await held()).toBe(2);
  });

  it('refuses what is too large, before and after decompression', async () => {
    const large = Array.from({ length: 600 }, () => line()).join('\n');
    expect((await post(large)).status).toBe(413);
    const bomb = await post(gzipSync(Buffer.alloc(1_000_000, 32)), { 'content-encoding': 'gzip' });
    expect(bomb).toMatchObject({ status: 413, reply: { error: { code: 'too-large' } } });
    const many = await post(Array.from({ length: 51 }, () => line()).join('\n'));
    expect(many).toMatchObject({ status: 413, reply: { error: { code: 'too-many-records' } } });
    expect(await held()).toBe(0);
  });

  it('refuses garbage with a reason', async () => {
    expect(await post('\u0000\u0001', { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      reply: { error: { code: 'bad-encoding' } },
    });
    expect(await post('{}', { 'content-type': 'application/json' })).toMatchObject({
      status: 400,
      reply: { error: { code: 'not-an-array' } },
    });
    expect(await post('x', { 'content-encoding': 'zstd' })).toMatchObject({
      status: 415,
      reply: { error: { code: 'unknown-encoding' } },
    });
    expect((await post(line(), { 'content-type': 'text/plain' })).status).toBe(415);
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect((await post(deep)).reply).toMatchObject({ accepted: 0, rejected: 1 });
  });

  it('refuses a record older than it holds, with line, reason and the oldest time held', async () => {
    const { reply } = await post([line(), line({ start: 1_600_000_000_000 })].join('\n'));
    expect(reply).toMatchObject({ accepted: 1, rejected: 1, errors: [{ line: 2, field: 'start' }] });
    expect(reply.errors[0]?.reason).toContain(new Date(server.context.store.oldestHeld).toISOString());
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('vibrissa_records_too_old_total 1');
  });

  it('counts a repeated request of a named sender once', async () => {
    const headers = { 'x-vibrissa-agent': 'node-1', 'x-vibrissa-sequence': '7' };
    expect((await post(line(), headers)).reply).toMatchObject({ accepted: 1, duplicate: 0 });
    expect((await post(line(), headers)).reply).toMatchObject({ accepted: 0, duplicate: 1 });
    const reply = (await (await fetch(`${server.url}/api/v1/flows`)).json()) as {
      flows: { packetsIn: number }[];
    };
    expect(reply.flows.map((flow) => flow.packetsIn)).toEqual([10]);
  });

  it('keeps and marks what a wrong clock sends', async () => {
    const now = server.context.clock.now();
    const behind = now - 30 * 86_400_000;
    const { reply } = await post(line({ start: behind }), {
      'x-vibrissa-agent': 'node-2',
      'x-vibrissa-sequence': '1',
      'x-vibrissa-sent-at': String(behind),
    });
    expect(reply.accepted).toBe(1);
    const status = (await (await fetch(`${server.url}/api/v1/status`)).json()) as {
      agents: { name: string; skewMs: number }[];
    };
    expect(status.agents).toHaveLength(1);
    expect(status.agents[0]?.name).toBe('node-2');
    expect(status.agents[0]?.skewMs).toBeGreaterThan(29 * 86_400_000);
  });
});
