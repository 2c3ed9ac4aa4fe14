import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Health } from '@vibrissa/protocol/messages';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { HandClock, testServer, until } from '../test-server.js';
import { KnownPolicies } from './known-policies.js';
import { KUBE_RESOURCES, pathOf } from './kube-resources.js';
import { type PolicySettings, PolicySources } from './policy-sources.js';
import { TestKubeApi } from './test-kube-api.js';

const CORE = KUBE_RESOURCES.flat()
  .filter(({ isCore }) => isCore)
  .map(pathOf);
const POLICIES = '/apis/networking.k8s.io/v1/networkpolicies';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sources-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function start(settings: Partial<PolicySettings>): KnownPolicies {
  const policies = new KnownPolicies();
  const sources = new PolicySources(
    { policies: '', kubernetes: 'off', clusterEnv: {}, ...settings },
    { policies, clock: new HandClock(1_000), log: pino({ level: 'silent' }), random: () => 0, retryMs: 10 },
  );
  onTestFinished(() => sources.close());
  return policies;
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
  });
}

const POLICY = { metadata: { namespace: 'shop', name: 'deny' }, spec: { podSelector: {} } };

describe('the sources of policies', () => {
  it('are none where none is configured, and outside of a cluster', async () => {
    expect(start({}).sources).toEqual([]);
    const policies = start({ kubernetes: 'auto' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(policies.sources).toEqual([]);
  });

  it('leave out the cluster of a pod that was given no token', async () => {
    const clusterEnv = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' };
    const policies = start({ kubernetes: 'auto', clusterEnv, policies: folder });
    await until(() => policies.sources[0]?.state === 'ready', 'the folder');
    expect(policies.sources).toHaveLength(1);
  });

  it('say that this is no pod where a pod is wanted', async () => {
    const policies = start({ kubernetes: 'in-cluster' });
    await until(() => policies.sources.length > 0, 'the failure');
    expect(policies.sources).toMatchObject([
      {
        kind: 'kubernetes',
        name: 'in-cluster',
        state: 'failed',
        detail: expect.stringMatching(/this is no pod; VIBRISSA_KUBERNETES/),
      },
    ]);
  });

  it('wait for a kubeconfig, and then follow its cluster; in force is what it says, not the folder', async () => {
    const api = await TestKubeApi.start(CORE);
    api.put(POLICIES, { ...POLICY, spec: { podSelector: {}, policyTypes: ['Egress'] } });
    const yaml = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' };
    await writeFile(join(folder, 'deny.json'), JSON.stringify({ ...yaml, ...POLICY }));
    const path = join(folder, 'kubeconfig');
    const policies = start({ kubernetes: path, policies: folder });
    await until(() => policies.troubles.length > 0 && policies.isKnown, 'the failure, and the folder');
    expect(policies.rulebook.policies).toMatchObject([{ types: ['ingress'] }]);
    await writeFile(path, kubeconfig(api.access.server));
    await until(() => policies.sources.some(({ name }) => name === api.access.server), 'the cluster');
    expect(policies.sources.map(({ name }) => name)).toEqual([folder, api.access.server]);
    await until(() => policies.rulebook.policies[0]?.types[0] === 'egress', 'the policy in force');
    expect(policies.rulebook.cluster.complete).toBe(true);
    expect(policies.troubles).toEqual([]);
  });

  it('are followed by a server, which says what is wrong with them', async () => {
    const missing = join(folder, 'missing');
    const server = await testServer({ VIBRISSA_POLICIES: missing });
    try {
      await until(() => server.context.policies.troubles.length > 0, 'the folder to be missed');
      const health = (await (await fetch(`${server.url}/api/v1/status`)).json()) as Health;
      expect(health.troubles).toMatchObject([
        { code: 'policies-folder', message: expect.stringContaining(missing) },
      ]);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      expect(metrics).toMatch(/^vibrissa_policy_sources_failed 1$/m);
      expect(metrics).toMatch(/^vibrissa_policies 0$/m);
      expect(metrics).toMatch(/^vibrissa_policy_problems 0$/m);
    } finally {
      await server.close();
    }
  });
});
