import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HandClock, until } from '../test-server.js';
import { KnownPolicies } from './known-policies.js';
import { KUBE_RESOURCES, pathOf } from './kube-resources.js';
import { TestKubeApi } from './test-kube-api.js';
import { KubernetesPolicies } from './watch-kubernetes.js';

const CORE = KUBE_RESOURCES.flat()
  .filter(({ isCore }) => isCore)
  .map(pathOf);
const CRD = '/apis/crd.projectcalico.org/v1';
const V3 = '/apis/projectcalico.org/v3';
const POLICIES = '/apis/networking.k8s.io/v1/networkpolicies';
const PODS = '/api/v1/pods';

async function start(api: Pick<TestKubeApi, 'access'>, discoverMs = 600_000) {
  const policies = new KnownPolicies();
  const source = new KubernetesPolicies({
    access: api.access,
    policies,
    clock: new HandClock(5_000),
    log: pino({ level: 'silent' }),
    random: () => 0,
    pauses: { quietMs: 5, mostMs: 20, restMs: 5 },
    backoff: { first: 1, most: 5 },
    discoverMs,
  });
  onTestFinished(() => source.close());
  const state = () => policies.sources[0];
  return {
    policies,
    source,
    state,
    names: () => policies.rulebook.policies.map(({ name }) => name).sort(),
    settled: () => until(() => state()?.state !== 'loading', 'all lists'),
  };
}

function policy(name: string, spec: object = { podSelector: {} }) {
  return { metadata: { namespace: 'shop', name }, spec };
}

function pod(name: string, phase = 'Running', more: object = {}) {
  return {
    metadata: {
      namespace: 'shop',
      name,
      generateName: 'web-7d9f5c8b6d-',
      labels: { app: 'web' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7d9f5c8b6d' }],
    },
    spec: {
      nodeName: 'n1',
      serviceAccountName: 'web',
      containers: [{ name: 'c', env: [{ name: 'SECRET' }] }],
    },
    status: { phase, podIP: '10.1.0.1', podIPs: [{ ip: '10.1.0.1' }] },
    ...more,
  };
}

describe('policies of the Kubernetes API', () => {
  it('are listed in pages, with all that they depend on, and are complete', async () => {
    const api = await TestKubeApi.start(CORE);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) api.put(POLICIES, policy(name));
    api.put('/api/v1/namespaces', { metadata: { name: 'shop', labels: { team: 'storefront' } } });
    api.put(PODS, pod('web-7d9f5c8b6d-x2x4x'));
    api.put('/api/v1/serviceaccounts', {
      metadata: { namespace: 'shop', name: 'web', labels: { tier: 'front' } },
    });
    api.put('/api/v1/services', {
      metadata: { namespace: 'shop', name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    const { policies, names, state, settled } = await start(api);
    expect(state()).toMatchObject({
      kind: 'kubernetes',
      name: api.access.server,
      state: 'loading',
      readAt: null,
    });
    await settled();
    expect(names()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(state()).toMatchObject({ state: 'ready', detail: null, readAt: 5_000, problems: [] });
    const { cluster } = policies.rulebook;
    expect(cluster.complete).toBe(true);
    expect(cluster.namespaces).toMatchObject([{ name: 'shop', labels: { team: 'storefront' } }]);
    expect(cluster.pods).toEqual([
      {
        namespace: 'shop',
        name: 'web-7d9f5c8b6d-x2x4x',
        labels: { app: 'web' },
        serviceAccount: 'web',
        hostNetwork: false,
        ports: [],
        ips: ['10.1.0.1'],
        node: 'n1',
        generateName: 'web-7d9f5c8b6d-',
        owner: { kind: 'ReplicaSet', name: 'web-7d9f5c8b6d' },
      },
    ]);
    expect(cluster.serviceAccounts).toHaveLength(1);
    expect(cluster.services).toHaveLength(1);
  });

  it('are followed as they are added, changed and deleted', async () => {
    const api = await TestKubeApi.start(CORE);
    api.put(POLICIES, policy('a'));
    const { names, settled, policies } = await start(api);
    await settled();
    api.put(POLICIES, policy('b'));
    await until(() => names().join() === 'a,b', 'the new policy');
    api.put(POLICIES, policy('a', { podSelector: {}, policyTypes: ['Egress'] }));
    await until(() => policies.rulebook.policies.some(({ types }) => types.includes('egress')), 'the change');
    api.delete(POLICIES, 'shop/b');
    await until(() => names().join() === 'a', 'the deletion');
    for (const path of CORE) api.cut(path);
    api.put(POLICIES, policy('c'));
    await until(() => names().join() === 'a,c', 'what came after the watch was cut');
  });

  it('say nothing anew of updates that policies do not depend on, and let pods go that have ended', async () => {
    const api = await TestKubeApi.start(CORE);
    api.put(PODS, pod('web-7d9f5c8b6d-x2x4x'));
    const { policies, settled } = await start(api);
    await settled();
    const { version } = policies;
    api.put(
      PODS,
      pod('web-7d9f5c8b6d-x2x4x', 'Running', {
        status: { phase: 'Running', podIP: '10.1.0.1', conditions: [1] },
      }),
    );
    api.put(PODS, pod('web-7d9f5c8b6d-y2y4y', 'Succeeded'));
    api.put(POLICIES, policy('a'));
    await until(() => policies.isKnown, 'the policy');
    expect(policies.version).toBeLessThanOrEqual(version + 2);
    expect(policies.rulebook.cluster.pods.map(({ name }) => name)).toEqual(['web-7d9f5c8b6d-x2x4x']);
    api.put(PODS, pod('web-7d9f5c8b6d-x2x4x', 'Failed'));
    await until(() => policies.rulebook.cluster.pods.length === 0, 'the pod to end');
  });

  it('are Calico’s too, from where the cluster has them, the CRDs first', async () => {
    const api = await TestKubeApi.start([
      ...CORE,
      `${CRD}/globalnetworkpolicies`,
      `${CRD}/tiers`,
      `${V3}/globalnetworkpolicies`,
      `${V3}/stagednetworkpolicies`,
      `${V3}/profiles`,
      '/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies',
    ]);
    api.put(`${CRD}/tiers`, { metadata: { name: 'security' }, spec: { order: 200 } });
    api.put(`${CRD}/globalnetworkpolicies`, {
      metadata: { name: 'security.deny' },
      spec: { tier: 'security', selector: 'all()' },
    });
    api.put(`${V3}/globalnetworkpolicies`, { metadata: { name: 'never-asked-for' }, spec: {} });
    api.put(`${V3}/stagednetworkpolicies`, {
      metadata: { namespace: 'shop', name: 'staged' },
      spec: { selector: 'all()' },
    });
    const { policies, settled, state } = await start(api);
    await settled();
    expect(state()).toMatchObject({ state: 'ready', problems: [] });
    expect(policies.rulebook.tiers.map(({ name }) => name)).toEqual(['security']);
    expect(policies.rulebook.policies.map(({ kind }) => kind).sort()).toEqual([
      'GlobalNetworkPolicy',
      'StagedNetworkPolicy',
    ]);
    expect(api.asked.filter((line) => line.includes(`${V3}/globalnetworkpolicies`))).toEqual([]);
  });

  it('come once Calico is installed, and go with it', async () => {
    const api = await TestKubeApi.start(CORE);
    const { policies, settled } = await start(api, 10);
    await settled();
    api.install(`${CRD}/tiers`);
    api.put(`${CRD}/tiers`, { metadata: { name: 'late' }, spec: { order: 1 } });
    await until(() => policies.rulebook.tiers.length === 1, 'the tier');
    api.uninstall(`${CRD}/tiers`);
    await until(() => policies.rulebook.tiers.length === 0, 'the tier to go');
  });

  it('lack what may not be read, with the rule to add, and come by themselves once it may', async () => {
    const api = await TestKubeApi.start(CORE);
    api.put(POLICIES, policy('a'));
    api.put(PODS, pod('web-7d9f5c8b6d-x2x4x'));
    api.answer(PODS, 403);
    const { policies, names, settled, state } = await start(api);
    await settled();
    expect(names()).toEqual(['a']);
    expect(state()).toMatchObject({
      state: 'ready',
      detail: expect.stringContaining('not all may be read: pods'),
    });
    expect(state()?.problems).toMatchObject([
      {
        file: 'pods',
        severity: 'error',
        message: expect.stringContaining(
          '{ apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] }',
        ),
      },
    ]);
    expect(policies.rulebook.cluster.complete).toBe(false);
    api.answer(PODS, 200);
    await until(() => policies.rulebook.cluster.complete, 'the pods');
    expect(state()).toMatchObject({ state: 'ready', detail: null, problems: [] });
    expect(policies.rulebook.cluster.pods).toHaveLength(1);
  });

  it('say that nothing may be read', async () => {
    const api = await TestKubeApi.start(CORE);
    for (const path of CORE) api.answer(path, 403);
    const { settled, state } = await start(api);
    await settled();
    expect(state()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('nothing may be read'),
    });
    expect(state()?.problems).toHaveLength(CORE.length);
  });

  it('are kept while the API is away, which is said, and followed again after', async () => {
    const api = await TestKubeApi.start(CORE);
    api.put(POLICIES, policy('a'));
    const { names, settled, state } = await start(api);
    await settled();
    for (const path of CORE) api.answer(path, 503);
    await until(
      () => /are not followed: .*503.*; so it is with 5 more; it is tried again/.test(state()?.detail ?? ''),
      'the failure to be told',
    );
    expect(state()?.state).toBe('failed');
    expect(names()).toEqual(['a']);
    for (const path of CORE) api.answer(path, 200);
    api.put(POLICIES, policy('b'));
    await until(() => names().join() === 'a,b', 'the policies of now');
    await until(() => state()?.state === 'ready', 'the state of now');
    expect(state()?.detail).toBeNull();
  });

  it('have problems by object, and hide none of the others', async () => {
    const api = await TestKubeApi.start([...CORE, `${CRD}/globalnetworkpolicies`]);
    api.put(POLICIES, policy('good'));
    api.put(`${CRD}/globalnetworkpolicies`, { metadata: { name: 'bad' }, spec: { selector: 'a ==' } });
    const { names, settled, state } = await start(api);
    await settled();
    expect(names()).toEqual(['good']);
    expect(state()?.problems).toMatchObject([
      { file: 'GlobalNetworkPolicy bad', document: 0, path: 'spec.selector', severity: 'error' },
    ]);
  });

  it('are waited for while no API answers', async () => {
    const api = await TestKubeApi.start(CORE);
    const nobody = { ...api.access, server: 'http://127.0.0.1:1' };
    const { settled, state, policies } = await start({ access: nobody });
    await settled();
    expect(state()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('http://127.0.0.1:1 cannot be reached'),
      readAt: null,
    });
    expect(policies.isKnown).toBe(false);
  });
});
