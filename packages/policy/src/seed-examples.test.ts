import { describe, expect, it } from 'vitest';
import { outsideParty, podParty } from './connection.js';
import { decideConnection, evaluateConnection } from './evaluate.js';
import { PolicySet } from './policy-set.js';
import { problemText } from './read-problem.js';
import { readResources } from './read-resources.js';

/** The examples that the project began with, as their authors would write them. */
function setOf(text: string): PolicySet {
  const { tiers, policies, problems } = readResources([{ name: 'example.yaml', text }]);
  expect(problems.map(problemText)).toEqual([]);
  return new PolicySet(tiers, policies);
}

function pod(labels: Readonly<Record<string, string>>, namespace = 'shop') {
  return podParty({ namespace, labels, namespaceLabels: {}, ip: '10.0.0.1' });
}

const FRONTEND = pod({ role: 'frontend' });
const HELPER = pod({ role: 'helper' });
const DB = pod({ role: 'db' });

describe.each([
  [
    'Kubernetes',
    `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {role: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {role: frontend}}}]
    ports: [{protocol: TCP, port: 6379}]
`,
  ],
  [
    'Calico',
    `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: role == 'db'
  types: [Ingress]
  ingress:
  - action: Allow
    protocol: TCP
    source: {selector: role == 'frontend'}
    destination: {ports: [6379]}
`,
  ],
])('only the frontend reaches the database (%s)', (_, yaml) => {
  const set = setOf(yaml);
  const verdict = (source: typeof DB, port: number, protocol = 'tcp') =>
    decideConnection(set, { source, dest: DB, port, protocol }).verdict;

  it('on its port, over its protocol', () => {
    expect(verdict(FRONTEND, 6379)).toBe('allow');
    expect(verdict(FRONTEND, 6380)).toBe('deny');
    expect(verdict(FRONTEND, 6379, 'udp')).toBe('deny');
  });

  it('and nobody else does', () => {
    expect(verdict(HELPER, 6379)).toBe('deny');
    expect(verdict(pod({ role: 'frontend' }, 'other'), 6379)).toBe('deny');
    expect(verdict(DB, 6379)).toBe('deny');
  });

  it('while the database reaches whom it likes', () => {
    const out = { source: DB, dest: HELPER, port: 80, protocol: 'tcp' };
    expect(decideConnection(set, out).verdict).toBe('allow');
  });
});

describe('a quarantine of order 200', () => {
  const set = setOf(`apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: quarantine}
spec:
  order: 200
  selector: quarantine == 'true'
  types: [Ingress, Egress]
  ingress: [{action: Log}, {action: Deny}]
  egress: [{action: Log}, {action: Deny}]
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: allow-all}
spec:
  order: 300
  selector: all()
  types: [Ingress, Egress]
  ingress: [{action: Allow}]
  egress: [{action: Allow}]
`);
  const suspect = pod({ role: 'frontend', quarantine: 'true' });
  const hit = { kind: 'GlobalNetworkPolicy', name: 'quarantine', action: 'deny', ruleIndex: 1 };

  it('denies both ways by its second rule: logging decides nothing', () => {
    const out = evaluateConnection(set, {
      source: suspect,
      dest: outsideParty('192.0.2.1'),
      port: 443,
      protocol: 'tcp',
    });
    const into = evaluateConnection(set, { source: FRONTEND, dest: suspect, port: 80, protocol: 'tcp' });
    expect([out.verdict, into.verdict]).toEqual(['deny', 'deny']);
    expect(out.source?.trace.enforced).toMatchObject([hit]);
    expect(into.dest?.trace.enforced).toMatchObject([hit]);
  });

  it('leaves pods without the label alone', () => {
    const other = { source: FRONTEND, dest: DB, port: 6379, protocol: 'tcp' };
    expect(decideConnection(set, other).verdict).toBe('allow');
  });
});

describe('a staged policy', () => {
  const staged = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: role == 'db'
  types: [Ingress]
  ingress:
  - action: Allow
    protocol: TCP
    source: {selector: role == 'frontend'}
    destination: {ports: [6379]}
`;
  const calls = [FRONTEND, HELPER].map((source) => ({ source, dest: DB, port: 6379, protocol: 'tcp' }));

  it('shows what it would deny before it denies it', () => {
    const set = setOf(staged);
    expect(calls.map((call) => decideConnection(set, call))).toEqual([
      { verdict: 'allow', pending: 'allow' },
      { verdict: 'allow', pending: 'deny' },
    ]);
    expect(calls.map((call) => evaluateConnection(set, call).dest?.trace.pending)).toMatchObject([
      [{ kind: 'StagedNetworkPolicy', name: 'db', action: 'allow', ruleIndex: 0 }],
      [{ kind: 'EndOfTier', action: 'deny', trigger: { kind: 'StagedNetworkPolicy', name: 'db' } }],
    ]);
  });

  it('denies it once it is in force', () => {
    const after = setOf(staged).afterStaging();
    const enforced = setOf(staged.replace('StagedNetworkPolicy', 'NetworkPolicy'));
    for (const set of [after, enforced]) {
      expect(calls.map((call) => decideConnection(set, call).verdict)).toEqual(['allow', 'deny']);
    }
  });
});
