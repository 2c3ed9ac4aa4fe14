import type {
  LintReply,
  QuarantineReply,
  RecommendReply,
  TemplateReply,
  WhatIfReply,
} from '@vibrissa/protocol/messages';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QuarantineReplySchema, RecommendReplySchema } from './change-schemas.js';
import { LintReplySchema, TemplateReplySchema } from './schemas.js';
import { MINUTE, PolicyBench, START, sample } from './test-policies.js';

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.open();
});

afterAll(() => bench.close());

const FROM = { from: String(START) };

describe('POST /api/v1/policies/recommend', () => {
  it('writes what allows that which was observed, with its evidence', async () => {
    const { status, reply } = await bench.post<RecommendReply>(
      'policies/recommend',
      { namespace: 'data', workload: 'db-0', staged: false },
      FROM,
    );
    expect([status, [...Value.Errors(RecommendReplySchema, reply)]]).toEqual([200, []]);
    expect(reply.lines).toBe(2);
    const [first, ...more] = reply.recommendations;
    expect(more).toEqual([]);
    expect(first).toMatchObject({ workload: 'db-0', policy: { kind: 'NetworkPolicy', namespace: 'data' } });
    expect(first?.rules).toMatchObject([{ direction: 'ingress', connections: 10, firstSeen: START }]);
    expect(reply.yaml).toBe(first?.yaml);
    expect(reply.yaml).toContain('app: web');
    // Never from denied connections, unless asked to.
    expect(reply.yaml).not.toContain('app: job');
  });

  it('learns from denied ones when told to, and stages unless told not to', async () => {
    const { reply } = await bench.post<RecommendReply>(
      'policies/recommend',
      { namespace: 'data', workload: null, dialect: 'calico', includeDenied: true },
      FROM,
    );
    const policy = reply.recommendations.find(({ workload }) => workload === 'db-0')?.policy;
    expect(policy?.kind).toBe('StagedNetworkPolicy');
    expect(reply.yaml).toContain('job');
  });

  it('gives YAML that what-if takes, and that denies nothing it was learned from', async () => {
    const asked = { namespace: 'data', workload: 'db-0', staged: false };
    const { reply } = await bench.post<RecommendReply>('policies/recommend', asked, FROM);
    const tried = await bench.post<WhatIfReply>('policies/what-if', { yaml: reply.yaml }, FROM);
    expect(tried.reply.problems).toEqual([]);
    expect(tried.reply.totals['newly-denied'].lines).toBe(0);
  });

  it.each([
    ['namespace', {}],
    ['dialect', { namespace: 'data', dialect: 'cilium' }],
    ['namespace', { namespace: '' }],
  ])('refuses a question by the name of its field: %s', async (word, question) => {
    const { status, error } = await bench.post('policies/recommend', question, FROM);
    expect([status, error.message]).toEqual([400, expect.stringContaining(word)]);
  });
});

describe('POST /api/v1/policies/quarantine', () => {
  it('tells how, whom it cuts off, and what to watch', async () => {
    const { status, reply } = await bench.post<QuarantineReply>(
      'policies/quarantine',
      { namespace: 'shop', workload: 'web' },
      FROM,
    );
    expect([status, [...Value.Errors(QuarantineReplySchema, reply)]]).toEqual([200, []]);
    expect(reply.yaml).toContain('kind: GlobalNetworkPolicy');
    expect(reply.commands.some((command) => command.startsWith('kubectl'))).toBe(true);
    expect(reply.cutsOff[0]).toMatchObject({
      direction: 'newly-denied',
      dest: { name: 'db-0' },
      connections: 10,
    });
    expect(reply.totals.lines).toBe(reply.cutsOff.length);
    expect(reply.watch).toBe('source.kind=workload source.namespace=shop source.workload=web');
  });

  it('hands back a change that what-if foresees the same of', async () => {
    const question = { namespace: 'shop', workload: 'web' };
    const { reply } = await bench.post<QuarantineReply>('policies/quarantine', question, FROM);
    const tried = await bench.post<WhatIfReply>('policies/what-if', reply.change, FROM);
    expect(tried.reply.problems).toEqual([]);
    expect(tried.reply.totals['newly-denied']).toEqual(reply.totals);
  });

  it('knows the labels of pods where flows do not tell them', async () => {
    const lines = sample(START + 2 * MINUTE).map((text) => {
      const { sourceLabels: _, destLabels: __, ...record } = JSON.parse(text) as Record<string, unknown>;
      return JSON.stringify(record);
    });
    const silent = await PolicyBench.open();
    silent.clock.advance(60 * MINUTE);
    await silent.send(
      lines.map((text) => text.replaceAll(/"(start|end)":\d+/g, `"$1":${silent.clock.now()}`)),
    );
    silent.clock.advance(MINUTE);
    const { reply } = await silent.post<QuarantineReply>(
      'policies/quarantine',
      { namespace: 'data', workload: 'db-0' },
      { from: '-120000' },
    );
    await silent.close();
    expect(reply.yaml).toContain('db');
    expect(reply.cutsOff.length).toBeGreaterThan(0);
  });

  it('says when nothing was observed of the workload', async () => {
    const question = { namespace: 'shop', workload: 'nobody' };
    const { status, error } = await bench.post('policies/quarantine', question, FROM);
    expect([status, error.code]).toEqual([404, 'not-observed']);
  });
});

describe('GET /api/v1/policies/templates', () => {
  it.each(['default-deny', 'namespace-isolation', 'three-tiers', 'in-scope'])(
    'gives %s to begin with',
    async (name) => {
      const query = {
        template: name,
        namespace: 'shop',
        namespaces: 'data',
        dialect: 'calico',
        staged: 'false',
      };
      const { status, reply } = await bench.get<TemplateReply>('policies/templates', query);
      expect([status, [...Value.Errors(TemplateReplySchema, reply)]]).toEqual([200, []]);
      expect(reply).toMatchObject({
        template: name,
        title: expect.stringMatching(/./),
        does: expect.stringMatching(/./),
      });
      const tried = await bench.post<WhatIfReply>('policies/what-if', { yaml: reply.yaml }, FROM);
      expect([tried.status, tried.reply.problems]).toEqual([200, []]);
    },
  );

  it.each([
    ['template', { template: 'all', namespace: 'shop' }],
    ['namespace', { template: 'default-deny' }],
    ['is no namespace', { template: 'default-deny', namespace: 'Shop' }],
  ])('refuses by the name of the field: %s', async (word, query) => {
    const { status, error } = await bench.get('policies/templates', query);
    expect([status, error.message]).toEqual([400, expect.stringContaining(word)]);
  });
});

const WRONG = `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: default.late-log, namespace: shop }
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress:
    - action: Deny
    - action: Log
`;

describe('POST /api/v1/policies/lint', () => {
  it('looks at all that is known, with what was hit in the window', async () => {
    const { status, reply } = await bench.post<LintReply>('policies/lint', {}, FROM);
    expect([status, [...Value.Errors(LintReplySchema, reply)]]).toEqual([200, []]);
    expect(reply.policies).toBe(2);
    expect(reply.findings).toContainEqual(
      expect.objectContaining({
        code: 'peer-selects-nothing',
        policy: { kind: 'NetworkPolicy', namespace: 'data', name: 'allow-web' },
        rule: { direction: 'ingress', index: 1 },
      }),
    );
  });

  it('looks at the policies of YAML, among those that are known', async () => {
    const { reply } = await bench.post<LintReply>('policies/lint', { yaml: `${WRONG}---\nkind: Nothing\n` });
    expect(reply.policies).toBe(1);
    expect(reply.findings.map(({ code }) => code)).toContain('log-after-deny');
    expect(new Set(reply.findings.map(({ policy }) => policy.name))).toEqual(new Set(['default.late-log']));
    expect(reply.problems).toMatchObject([{ severity: 'error', document: 2 }]);
  });
});

describe('a workload that nobody has told of', () => {
  it('counts as selected by what flows say of it', async () => {
    const bare = await PolicyBench.open();
    const { policies } = bench.server.context;
    const [source] = policies.sources;
    if (source === undefined) throw new Error('there is a source');
    const { rulebook } = policies;
    const cluster = { ...rulebook.cluster, pods: [], workloads: [], complete: false };
    bare.server.context.policies.put({ ...source, rulebook: { ...rulebook, cluster } });
    const query = { ...FROM, kind: 'NetworkPolicy', namespace: 'data', name: 'allow-web' };
    const { reply } = await bare.get<{ workloads: string[] }>('policy', query);
    await bare.close();
    expect(reply.workloads).toEqual(['data/db-0']);
  });
});
