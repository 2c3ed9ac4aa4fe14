import { readResources } from '@vibrissa/policy';
import type { KnownPoliciesReply, PoliciesReply, PolicyReply } from '@vibrissa/protocol/messages';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KnownReplySchema, PoliciesReplySchema, PolicyReplySchema } from './schemas.js';
import { MINUTE, PolicyBench, START } from './test-policies.js';

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.open();
});

afterAll(() => bench.close());

const ALLOW_WEB = { kind: 'NetworkPolicy', namespace: 'data', name: 'allow-web' };

describe('GET /api/v1/policies', () => {
  it('tells tiers in order, and what each policy did', async () => {
    const { status, reply } = await bench.get<PoliciesReply>('policies', { from: String(START) });
    expect([status, [...Value.Errors(PoliciesReplySchema, reply)]]).toEqual([200, []]);
    expect(reply.tiers.map(({ name }) => name)).toEqual(['kube-admin', 'default', 'kube-baseline']);
    const policies = reply.tiers[1]?.policies ?? [];
    expect(policies.map(({ name, staged }) => [name, staged])).toEqual([
      ['default.no-web', true],
      ['allow-web', false],
    ]);
    const [noWeb, allowWeb] = policies;
    expect(allowWeb).toMatchObject({
      ...ALLOW_WEB,
      selects: 'pods with app=db in namespace data',
      workloads: 1,
      rules: 2,
      unusedRules: 1,
      hits: { allowed: 10, denied: 6, lines: 2 },
    });
    expect(allowWeb?.hits.lastHit).toBeGreaterThan(START + MINUTE);
    expect(allowWeb?.spark.length).toBeGreaterThan(0);
    expect(allowWeb?.deniedSpark.some((packets) => packets > 0)).toBe(true);
    expect(noWeb).toMatchObject({ stagedAction: 'set', hits: { denied: 10, allowed: 0 } });
  });

  it('lists what traces name and nobody has read, and where policies come from', async () => {
    const { reply } = await bench.get<PoliciesReply>('policies', { from: String(START) });
    expect(reply.unknown.map(({ policy, hits }) => [policy.name, hits.allowed])).toEqual([['gone', 2]]);
    expect(reply.sources).toMatchObject([{ kind: 'folder', name: '/policies', state: 'ready' }]);
    expect([reply.canApply, reply.canReset]).toEqual([false, false]);
  });

  it('counts only what the filter and the window hold', async () => {
    const { reply } = await bench.get<PoliciesReply>('policies', {
      from: String(START + MINUTE),
      filter: 'verdict=allow dest.name=db-0',
    });
    const [, allowWeb] = reply.tiers[1]?.policies ?? [];
    expect(allowWeb?.hits).toMatchObject({ allowed: 5, denied: 0 });
    expect(reply.unknown).toEqual([]);
  });

  it('is counted once for many who ask, and anew some seconds later', async () => {
    const { flows } = bench.server.context;
    const { reduce } = flows;
    let counted = 0;
    flows.reduce = (...args) => {
      counted++;
      return reduce.apply(flows, args) as never;
    };
    const ask = () => bench.get<PoliciesReply>('policies', { filter: 'port=5432' });
    await Promise.all([ask(), ask(), ask()]);
    expect((await ask()).reply.tiers).toHaveLength(3);
    expect(counted).toBe(1);
    bench.clock.advance(3_001);
    await ask();
    expect(counted).toBe(2);
    flows.reduce = reduce;
  });

  it('tells what is known now however old the count is', async () => {
    const ask = () => bench.get<PoliciesReply>('policies', { filter: 'port=5432' });
    const { reply: before } = await ask();
    const { policies } = bench.server.context;
    const { rulebook } = policies;
    const tier = { name: 'security', order: 1, defaultAction: 'deny' } as const;
    const state = {
      kind: 'demo',
      name: 'more',
      state: 'ready',
      detail: null,
      readAt: 1,
      problems: [],
    } as const;
    policies.put({ ...state, rulebook: { ...rulebook, tiers: [tier] } });
    const { reply: after } = await ask();
    policies.drop('more');
    expect(after.version).toBe(before.version + 1);
    expect(after.tiers[0]).toMatchObject({ name: 'security', policies: [] });
  });
});

describe('a staged policy that would delete another', () => {
  it('is about what that one selects', async () => {
    const text = `
apiVersion: projectcalico.org/v3
kind: StagedKubernetesNetworkPolicy
metadata: { name: allow-web, namespace: data }
spec: { stagedAction: Delete }
`;
    const { policies } = bench.server.context;
    const { problems, ignored: _, ...rulebook } = readResources([{ name: 'delete.yaml', text }]);
    expect(problems).toEqual([]);
    const state = {
      kind: 'folder',
      name: 'more',
      state: 'ready',
      detail: null,
      readAt: 1,
      problems,
    } as const;
    policies.put({ ...state, rulebook });
    const query = { ...ALLOW_WEB, kind: 'StagedKubernetesNetworkPolicy', from: String(START) };
    const { reply } = await bench.get<PolicyReply>('policy', query);
    policies.drop('more');
    expect(reply.policy).toMatchObject({
      stagedAction: 'delete',
      selects: 'pods with app=db in namespace data',
      workloads: 1,
    });
    expect(reply.filter).toContain('policy=allow-web');
  });
});

describe('GET /api/v1/policy', () => {
  it('tells the rules as they are written, each with what it did', async () => {
    const { status, reply } = await bench.get<PolicyReply>('policy', { ...ALLOW_WEB, from: String(START) });
    expect([status, [...Value.Errors(PolicyReplySchema, reply)]]).toEqual([200, []]);
    expect(
      reply.rules.map(({ direction, index, action, hits }) => [direction, index, action, hits.allowed]),
    ).toEqual([
      ['ingress', 0, 'allow', 10],
      ['ingress', 1, 'allow', 0],
    ]);
    expect(reply.rules[0]?.text).toContain('5432');
    expect(reply.endOfTier).toMatchObject({ denied: 6, allowed: 0 });
    expect(reply.workloads).toEqual(['data/db-0']);
    expect(reply.yaml).toContain('kind: NetworkPolicy');
    expect(reply.filter).toBe('decided=allow-web policy.kind=NetworkPolicy policy.namespace=data');
  });

  it.each([
    [{ ...ALLOW_WEB, name: 'nothing' }, 'no NetworkPolicy data/nothing is known; GET /api/v1/policies'],
    [{ ...ALLOW_WEB, namespace: 'shop' }, 'by that name there is NetworkPolicy data/allow-web'],
  ])('says which policies there are when %j is not known', async (query, words) => {
    const { status, error } = await bench.get('policy', query);
    expect([status, error.code]).toEqual([404, 'unknown-policy']);
    expect(error.message).toContain(words);
  });

  it.each([
    [{ kind: 'Profile', name: 'x' }, 'kind'],
    [{ kind: 'NetworkPolicy' }, 'name'],
    [{ ...ALLOW_WEB, filter: 'port=x' }, 'port'],
    [{ ...ALLOW_WEB, from: '5', to: '4' }, 'from'],
  ])('refuses %j by the name of the field', async (query, word) => {
    const { status, error } = await bench.get('policy', query);
    expect([status, error.message]).toEqual([400, expect.stringContaining(word)]);
  });
});

describe('GET /api/v1/policies/known', () => {
  it('is the whole rulebook, told again only when it has changed', async () => {
    const address = `${bench.server.url}/api/v1/policies/known`;
    const first = await fetch(address);
    const reply = (await first.json()) as KnownPoliciesReply;
    expect([...Value.Errors(KnownReplySchema, reply)]).toEqual([]);
    expect(reply).toMatchObject({ isCut: false, version: bench.server.context.policies.version });
    expect(reply.rulebook).toEqual(JSON.parse(JSON.stringify(bench.server.context.policies.rulebook)));
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await fetch(address, { headers })).status).toBe(304);
    const { policies } = bench.server.context;
    const [source] = policies.sources;
    if (source === undefined) throw new Error('there is a source');
    policies.put({ ...source, rulebook: { ...policies.rulebook, policies: [] } });
    expect((await fetch(address, { headers })).status).toBe(200);
  });

  it('leaves out what is too much for a page, and says that it does not know all', async () => {
    const { policies } = bench.server.context;
    const [source] = policies.sources;
    if (source === undefined) throw new Error('there is a source');
    const { cluster } = policies.rulebook;
    const [pod] = cluster.pods;
    if (pod === undefined) throw new Error('there is a pod');
    const pods = Array.from({ length: 20_001 }, (_, index) => ({ ...pod, name: `db-${index}` }));
    policies.put({ ...source, rulebook: { ...policies.rulebook, cluster: { ...cluster, pods } } });
    const { reply } = await bench.get<KnownPoliciesReply<typeof policies.rulebook>>('policies/known');
    expect([reply.isCut, reply.rulebook.cluster.complete]).toEqual([true, false]);
    expect(reply.rulebook.cluster.pods).toHaveLength(20_000);
  });
});
