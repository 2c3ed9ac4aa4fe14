import { type Endpoint, NO_EVIDENCE, tallyOf } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { ClusterIndex } from './cluster-index.js';
import { evaluate, type ObservedFlow } from './evaluate-flow.js';
import { FlowConnections } from './flow-connections.js';
import { PolicySet } from './policy-set.js';
import { problemText } from './read-problem.js';
import { readResources } from './read-resources.js';

function scene(text: string, partial = false) {
  const read = readResources([{ name: 'scene.yaml', text }], { partial });
  expect(read.problems.map(problemText)).toEqual([]);
  return {
    set: new PolicySet(read.tiers, read.policies, read.profiles),
    cluster: new ClusterIndex(read.cluster),
  };
}

function end(namespace: string, name: string, more: Partial<Endpoint> = {}): Endpoint {
  return { kind: 'workload', namespace, name, address: '', ...more };
}

const PUBLIC = end('', 'pub', { kind: 'network' });
const PRIVATE = end('', 'pvt', { kind: 'network' });

function flow(source: Endpoint, dest: Endpoint, more: Partial<ObservedFlow> = {}, port = 6379): ObservedFlow {
  return {
    key: { source, dest, port, protocol: 'tcp' },
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
    ...more,
  };
}

const pod = (name: string, labels: string, ip: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, generateName: ${name.replace(/[^-]+$/, '')}, labels: {${labels}}}
spec: {containers: [{ports: [{name: redis, containerPort: 6379}]}]}
status: {podIP: ${ip}}
`;

const REDIS = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db-policy, namespace: shop}
spec:
  podSelector: {matchLabels: {role: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {role: frontend}}}]
    ports: [{port: 6379}]
`;

const SHOP = `${REDIS}${pod('db-1', 'role: db', '10.0.0.1')}${pod('front-1', 'role: frontend', '10.0.0.2')}${pod('help-1', 'role: helper', '10.0.0.3')}`;

describe('evaluate', () => {
  it('lets only role=frontend reach role=db on 6379/TCP', () => {
    const { set, cluster } = scene(SHOP);
    const verdict = (source: string, port = 6379) =>
      evaluate(flow(end('shop', source), end('shop', 'db-1'), {}, port), set, cluster).verdict;
    expect(verdict('front-1')).toBe('allow');
    expect(verdict('help-1')).toBe('deny');
    expect(verdict('front-1', 6380)).toBe('deny');
  });

  it('says which rule wanted what', () => {
    const { set, cluster } = scene(SHOP);
    const { ingress } = evaluate(flow(end('shop', 'help-1'), end('shop', 'db-1')), set, cluster);
    const tier = ingress?.tiers.find(({ outcome }) => outcome !== 'skipped');
    expect(tier).toMatchObject({ outcome: 'deny', end: { action: 'deny', trigger: { name: 'db-policy' } } });
    const conditions = tier?.policies[0]?.rules[0]?.conditions;
    expect(conditions?.map(({ aspect, match, has }) => [aspect, match, has])).toEqual([
      ['protocol', 'yes', 'TCP'],
      ['destination.ports', 'yes', '6379'],
      ['source.selector', 'no', 'role=helper'],
    ]);
    expect(conditions?.[2]?.wants).toBe('a source pod with role=frontend in namespace shop');
  });

  it('knows what all pods of an aggregated name have in common, and no more', () => {
    const { set, cluster } = scene(
      `${SHOP}${pod('mix-a', 'role: frontend', '10.0.0.4')}${pod('mix-b', 'role: helper', '10.0.0.5')}`,
    );
    const found = evaluate(flow(end('shop', 'mix-*'), end('shop', 'db-*')), set, cluster);
    expect(found.verdict).toBe('unknown');
    expect(found.ingress?.cannotTell).toMatchObject([
      { policy: { name: 'db-policy' }, ruleIndex: 0, missing: ['label role of the source'] },
    ]);
    expect(evaluate(flow(end('shop', 'front-*'), end('shop', 'db-*')), set, cluster).verdict).toBe('allow');
  });

  it('does not take a label for absent that a flow may merely have lost', () => {
    const { set, cluster } = scene(REDIS, true);
    const known = { destLabels: ['role=db'] };
    const verdict = (sourceLabels: readonly string[] | null) =>
      evaluate(flow(end('shop', 'a-*'), end('shop', 'b-*'), { ...known, sourceLabels }), set, cluster)
        .verdict;
    expect(verdict(['role=frontend'])).toBe('allow');
    expect(verdict(['role=helper'])).toBe('deny');
    expect(verdict(['app=a'])).toBe('unknown');
    expect(verdict(null)).toBe('unknown');
  });

  it('believes neither label where a pod has another than when the flow was seen', () => {
    const { set, cluster } = scene(SHOP);
    const seen = { sourceLabels: ['role=frontend'] };
    const found = evaluate(flow(end('shop', 'help-1'), end('shop', 'db-1'), seen), set, cluster);
    expect(found.verdict).toBe('unknown');
  });

  it('decides blocks of addresses for networks by containment', () => {
    const net = (cidr: string) => `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: out}
spec:
  selector: role == 'db'
  types: [Egress]
  egress: [{action: Allow, destination: {nets: ['${cidr}']}}]
${pod('db-1', 'role: db', '10.0.0.1')}`;
    const verdict = (cidr: string, dest: Endpoint, more: Partial<ObservedFlow> = {}) => {
      const { set, cluster } = scene(net(cidr));
      return evaluate(flow(end('shop', 'db-1'), dest, more), set, cluster).verdict;
    };
    // The pod has an address of IPv4 only, so whom it calls has one too.
    expect(verdict('0.0.0.0/0', PUBLIC)).toBe('allow');
    expect(verdict('10.0.0.0/8', PUBLIC)).toBe('deny');
    expect(verdict('10.0.0.0/8', PRIVATE)).toBe('unknown');
    expect(verdict('192.0.2.0/24', PUBLIC)).toBe('unknown');
    const seen = { evidence: { ...NO_EVIDENCE, destIps: tallyOf(['192.0.2.7', '192.0.2.9']) } };
    expect(verdict('192.0.2.0/24', PUBLIC, seen)).toBe('allow');
    expect(verdict('192.0.2.8/29', PUBLIC, seen)).toBe('unknown');
    expect(verdict('::/0', PUBLIC)).toBe('deny');
  });

  it('finds the network sets that an address is in', () => {
    const { set, cluster } = scene(`apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partners, labels: {kind: partner}}
spec: {nets: [192.0.2.0/24]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  selector: role == 'db'
  types: [Egress]
  egress: [{action: Allow, destination: {selector: kind == 'partner', namespaceSelector: global()}}]
${pod('db-1', 'role: db', '10.0.0.1')}`);
    const verdict = (dest: Endpoint) => evaluate(flow(end('shop', 'db-1'), dest), set, cluster).verdict;
    expect(verdict(end('', 'pub', { kind: 'network', address: '192.0.2.9' }))).toBe('allow');
    expect(verdict(end('', 'pub', { kind: 'network', address: '192.0.3.9' }))).toBe('deny');
    expect(verdict(end('', 'partners', { kind: 'network-set' }))).toBe('allow');
    expect(verdict(PUBLIC)).toBe('unknown');
  });

  it('finds the pods behind a service, at its ports', () => {
    const { set, cluster } = scene(`apiVersion: v1
kind: Service
metadata: {name: store, namespace: shop}
spec: {selector: {role: db}, ports: [{port: 1, targetPort: redis}]}
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  selector: role == 'frontend'
  types: [Egress]
  egress: [{action: Allow, destination: {services: {name: store}}}]
${pod('db-1', 'role: db', '10.0.0.1')}${pod('front-1', 'role: frontend', '10.0.0.2')}${pod('help-1', 'role: helper', '10.0.0.3')}`);
    const verdict = (dest: string, port = 6379) =>
      evaluate(flow(end('shop', 'front-1'), end('shop', dest), {}, port), set, cluster).verdict;
    expect([verdict('db-1'), verdict('db-1', 80), verdict('help-1')]).toEqual(['allow', 'deny', 'deny']);
  });

  it('matches service accounts by name and label, and says when they are not known', () => {
    const policy = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: by-account, namespace: shop}
spec:
  selector: role == 'db'
  ingress: [{action: Allow, source: {serviceAccounts: {names: [web], selector: trusted == 'yes'}}}]
`;
    const account =
      '---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop, labels: {trusted: "yes"}}\n';
    const web = pod('front-1', 'role: frontend', '10.0.0.2').replace(
      'spec: {',
      'spec: {serviceAccountName: web, ',
    );
    const { set, cluster } = scene(`${policy}${account}${web}${pod('db-1', 'role: db', '10.0.0.1')}`);
    expect(evaluate(flow(end('shop', 'front-1'), end('shop', 'db-1')), set, cluster).verdict).toBe('allow');
    expect(evaluate(flow(end('shop', 'db-1'), end('shop', 'db-1')), set, cluster).verdict).toBe('deny');
    const alone = scene(policy, true);
    const labelled = flow(end('shop', 'x-*'), end('shop', 'y-*'), { destLabels: ['role=db'] });
    const found = evaluate(labelled, alone.set, alone.cluster);
    expect(found.verdict).toBe('unknown');
    expect(found.ingress?.cannotTell[0]?.missing[0]).toContain('service account');
  });

  it('shows what staged policies would do: as Calico reports it, and as it will be', () => {
    const gnp = (kind: string, spec: string) =>
      `---\napiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: rule}\nspec: {${spec}}\n`;
    const pods = `${pod('db-1', 'role: db', '10.0.0.1')}${pod('front-1', 'role: frontend', '10.0.0.2')}`;
    const outcome = (text: string) => {
      const { set, cluster } = scene(`${text}${pods}`);
      const found = evaluate(flow(end('shop', 'front-1'), end('shop', 'db-1')), set, cluster);
      return [found.verdict, found.pending, found.afterStaging.verdict];
    };
    const allow = "order: 1, selector: role == 'db', ingress: [{action: Allow}]";
    const deny = "order: 1, selector: role == 'db', ingress: [{action: Deny}]";
    expect(outcome(gnp('StagedGlobalNetworkPolicy', deny))).toEqual(['allow', 'deny', 'deny']);
    // The twin is asked first in a pending trace, but it will be replaced.
    const both = gnp('GlobalNetworkPolicy', allow) + gnp('StagedGlobalNetworkPolicy', deny);
    expect(outcome(both)).toEqual(['allow', 'allow', 'deny']);
    const removal =
      gnp('GlobalNetworkPolicy', deny) + gnp('StagedGlobalNetworkPolicy', 'stagedAction: Delete');
    expect(outcome(removal)).toEqual(['deny', 'deny', 'allow']);
  });

  it('names what acts on hosts in ways that it does not evaluate', () => {
    const { set, cluster } = scene(`apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: ahead}
spec: {selector: has(role), preDNAT: true, applyOnForward: true, ingress: [{action: Deny}]}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: n1-eth0, labels: {role: node}}
spec: {node: n1, expectedIPs: [10.1.0.1], profiles: [projectcalico-default-allow]}
${pod('front-1', 'role: frontend', '10.0.0.2')}`);
    const host = end('', 'n1-eth0', { kind: 'host' });
    const found = evaluate(flow(end('shop', 'front-1'), host), set, cluster);
    expect(found.verdict).toBe('allow');
    expect(found.ingress?.notModelled).toMatchObject([
      { policy: { name: 'ahead' }, why: expect.stringContaining('preDNAT') },
    ]);
    // Pods are not touched by it, so there it is not worth a word.
    const pods = evaluate(flow(host, end('shop', 'front-1')), set, cluster);
    expect(pods.ingress?.notModelled).toEqual([]);
  });
});

describe('FlowConnections', () => {
  it('makes one end of all that are alike', () => {
    const { cluster } = scene(SHOP);
    const connections = new FlowConnections(cluster);
    const first = connections.of(flow(end('shop', 'front-*'), PUBLIC));
    const second = connections.of(flow(end('shop', 'front-*'), PUBLIC, {}, 80));
    expect(second.source).toBe(first.source);
    expect(second.dest).toBe(first.dest);
    const other = connections.of(flow(end('shop', 'front-*'), PUBLIC, { sourceLabels: ['a=b'] }));
    expect(other.source).not.toBe(first.source);
  });
});
