import type { AppliedReply, WhatIfReply } from '@vibrissa/protocol/messages';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WhatIfReplySchema } from './change-schemas.js';
import { ALLOW_JOB, PolicyBench, START } from './test-policies.js';

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.open();
});

afterAll(() => bench.close());

const FROM = { from: String(START) };
const ALLOW_WEB = { kind: 'NetworkPolicy', namespace: 'data', name: 'allow-web' };
const NO_WEB = { kind: 'StagedNetworkPolicy', namespace: 'data', name: 'default.no-web' };

function whatIf(change: unknown, query: Readonly<Record<string, string>> = FROM) {
  return bench.post<WhatIfReply>('policies/what-if', change, query);
}

describe('POST /api/v1/policies/what-if', () => {
  it('tells what a policy of YAML would allow', async () => {
    const { status, reply } = await whatIf({ yaml: ALLOW_JOB });
    expect([status, [...Value.Errors(WhatIfReplySchema, reply)]]).toEqual([200, []]);
    expect(reply.lines).toBe(3);
    expect(reply.changes[0]).toMatchObject({
      direction: 'newly-allowed',
      source: { namespace: 'shop', name: 'job-*' },
      port: 5432,
      before: 'deny',
      after: 'allow',
      observed: 'deny',
      connections: 6,
      decidedBy: { name: 'allow-job' },
    });
    // Nobody knows the labels of what is gone: whether the policy selects it cannot be told.
    expect(reply.changes.slice(1)).toMatchObject([{ direction: 'uncertain', dest: { name: 'old-0' } }]);
    expect(reply.totals['newly-allowed']).toMatchObject({ lines: 1, connections: 6 });
    expect(reply).toMatchObject({ isCut: false, problems: [], from: START });
  });

  it('enforces what is staged, and compares with what traces say of it', async () => {
    const { reply } = await whatIf({ enforce: [NO_WEB] });
    expect(reply.changes[0]).toMatchObject({ direction: 'newly-denied', source: { name: 'web-*' } });
    expect(reply.totals['newly-denied'].lines).toBe(1);
    expect(reply.traces).toMatchObject({ denied: 1, differing: 0 });
  });

  it('does all that is given: removes, and gives labels', async () => {
    const { reply: removed } = await whatIf({ remove: [ALLOW_WEB] });
    expect(removed.totals['newly-allowed'].lines).toBe(1);
    const labels = [{ namespace: 'shop', workload: 'job', labels: { app: 'web' } }];
    const { reply: labelled } = await whatIf({ labels });
    expect(labelled.changes).toMatchObject([{ direction: 'newly-allowed', source: { name: 'job-*' } }]);
    const { reply: nothing } = await whatIf({});
    expect([nothing.lines, nothing.changes]).toEqual([3, []]);
  });

  it('lets network sets of the YAML count', async () => {
    const yaml = (nets: string) => `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: jobs, labels: { role: jobs } }
spec: { nets: [${nets}] }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: default.to-jobs }
spec:
  tier: default
  order: 1
  selector: app == 'job'
  types: [Egress]
  egress:
    - { action: Allow, destination: { selector: role == 'jobs' } }
    - { action: Deny }
`;
    const within = await whatIf({ yaml: yaml('10.0.0.0/8') });
    const beside = await whatIf({ yaml: yaml('192.168.0.0/16') });
    expect(within.reply.problems).toEqual([]);
    // The database is at 10.0.0.9: its policy denies the job either way, and the set decides who does it first.
    expect(within.reply.changes).toEqual([]);
    expect(beside.reply.changes).toEqual([]);
    const both = (nets: string) => whatIf({ yaml: yaml(nets), remove: [ALLOW_WEB] });
    expect((await both('10.0.0.0/8')).reply.totals['newly-allowed'].lines).toBe(1);
    expect((await both('192.168.0.0/16')).reply.totals['newly-allowed'].lines).toBe(0);
  });

  it('tells where YAML cannot be read, and then nothing else', async () => {
    const yaml = ALLOW_JOB.replace('port: 5432', 'port: [70000]');
    const { status, reply } = await whatIf({ yaml });
    expect([status, reply.lines, reply.changes]).toEqual([200, 0, []]);
    const line = yaml.split('\n').findIndex((text) => text.includes('70000')) + 1;
    expect(reply.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', line, path: expect.stringContaining('ports[0].port') }),
    );
    const garbage = await whatIf({ yaml: 'a: [\n\tb' });
    expect(garbage.reply.problems[0]).toMatchObject({ severity: 'error', line: expect.any(Number) });
  });

  it('goes on with a warning about what a change does not touch', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: x, namespace: shop }\nspec: { containers: [] }\n';
    const { reply } = await whatIf({ yaml: `${pod}---\n${ALLOW_JOB}` });
    expect(reply.problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('Pod') }]);
    expect(reply.totals['newly-allowed'].lines).toBe(1);
  });

  it.each([
    ['policy-edit', 'there is no NetworkPolicy data/none', { remove: [{ ...ALLOW_WEB, name: 'none' }] }],
    ['policy-edit', 'not staged', { enforce: [ALLOW_WEB] }],
    ['FST_ERR_VALIDATION', 'kind', { remove: [{ ...ALLOW_WEB, kind: 'Profile' }] }],
    ['FST_ERR_VALIDATION', 'yaml', { yaml: ['x', 'y'] }],
    ['FST_ERR_VALIDATION', 'additional', { yml: '' }],
    [
      'FST_ERR_VALIDATION',
      'labels',
      { labels: [{ namespace: 'shop', workload: 'job', labels: { app: 'a b' } }] },
    ],
  ])('refuses as %s, naming %s', async (code, words, change) => {
    const { status, error } = await whatIf(change);
    expect([status, error.code]).toEqual([400, code]);
    expect(error.message).toContain(words);
  });

  it('reads long YAML apart, a few at once', async () => {
    const good = Array.from({ length: 200 }, (_, index) =>
      ALLOW_JOB.replace('allow-job', `allow-job-${index}`),
    );
    const yaml = [...good, ALLOW_JOB.replace('5432 }', '70000 }')].join('---');
    const asked = await Promise.all([0, 1, 2].map(() => whatIf({ yaml })));
    const answered = asked.filter(({ status }) => status === 200);
    expect(answered).toHaveLength(2);
    expect(answered[0]?.reply.problems[0]).toMatchObject({ document: 201, severity: 'error' });
    expect(asked.find(({ status }) => status !== 200)?.error.code).toBe('too-busy');
  });

  it('tries a thousand parts at most', async () => {
    const named = Array.from({ length: 500 }, () => ALLOW_WEB);
    const labels = [{ namespace: 'shop', workload: 'job', labels: {} }];
    const { status, error } = await whatIf({ remove: named, enforce: named, labels });
    expect([status, error.code]).toEqual([400, 'change-too-large']);
  });

  it('refuses what is too large, and text that is no JSON', async () => {
    const long = await whatIf({ yaml: 'x'.repeat(1_048_577) });
    expect([long.status, long.error.message]).toEqual([400, expect.stringContaining('yaml')]);
    expect((await whatIf({ yaml: 'x'.repeat(2_100_000) })).status).toBe(413);
    expect((await whatIf('{"yaml":')).status).toBe(400);
  });
});

describe('POST /api/v1/policies/apply', () => {
  it('is refused where the cluster is real, with what to do instead', async () => {
    for (const path of ['apply', 'reset']) {
      const { status, error } = await bench.post(`policies/${path}`, {});
      expect([status, error.code]).toEqual([409, 'cluster-is-real']);
      expect(error.message).toContain('kubectl apply -f');
    }
  });

  it('hands the edits to the simulated cluster', async () => {
    const { demo } = bench.server.context;
    const applied: string[] = [];
    demo.applier = {
      canReset: true,
      apply: (edits) => {
        applied.push(...edits.map(({ op }) => op));
        return edits.map(({ op }) => `done: ${op}`);
      },
      reset: () => ['all is as it was'],
    };
    const { reply } = await bench.post<AppliedReply>('policies/apply', {
      yaml: ALLOW_JOB,
      remove: [ALLOW_WEB],
    });
    expect(applied).toEqual(['put', 'remove']);
    expect(reply).toEqual({ done: ['done: put', 'done: remove'], version: expect.any(Number) });
    expect((await bench.post<AppliedReply>('policies/reset', {})).reply.done).toEqual(['all is as it was']);
    const bad = await bench.post('policies/apply', { yaml: 'kind: NetworkPolicy' });
    expect([bad.status, bad.error.code]).toEqual([400, 'bad-yaml']);
    expect((await bench.post('policies/apply', {})).error.code).toBe('nothing-to-apply');
    demo.applier = null;
  });
});
