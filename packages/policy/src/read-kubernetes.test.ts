import { describe, expect, it } from 'vitest';
import { printSelector } from './calico-selector.js';
import { one, read } from './test-read.js';

describe('Kubernetes policies', () => {
  const policy = (spec: string) =>
    one(
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: k, namespace: shop}\nspec:\n  podSelector: {matchLabels: {app: web}}\n${spec}`,
    );

  it('govern ingress always and egress where there are egress rules', () => {
    expect(policy('').types).toEqual(['ingress']);
    expect(policy('  egress: [{}]\n').types).toEqual(['ingress', 'egress']);
    expect(policy('  policyTypes: [Egress]\n').types).toEqual(['egress']);
  });

  it('become one rule for each protocol and peer, and know which rule each came from', () => {
    const { ingress, selector, order, tier } = policy(`  ingress:
  - {}
  - from:
    - podSelector: {matchLabels: {app: a}}
    - namespaceSelector: {}
    ports:
    - {port: 53, protocol: UDP}
    - {port: 80}
    - {port: 81}
    - {port: http}
`);
    expect([tier, order, printSelector(selector)]).toEqual([
      'default',
      1000,
      '(projectcalico.org/orchestrator == "k8s" && app == "web")',
    ]);
    expect(ingress.map(({ protocol, written, dest }) => [written, protocol, dest.ports])).toEqual([
      [0, null, []],
      [1, 'tcp', [{ name: 'http' }, { from: 80, to: 81 }]],
      [1, 'tcp', [{ name: 'http' }, { from: 80, to: 81 }]],
      [1, 'udp', [{ from: 53, to: 53 }]],
      [1, 'udp', [{ from: 53, to: 53 }]],
    ]);
    expect(ingress[1]?.source.namespaceSelector).toBeNull();
    expect(ingress[2]?.source.namespaceSelector).toEqual({ op: 'all' });
  });

  it('of which a rule cannot be are refused from files, and used without it once a server took them', () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: k}
spec:
  podSelector: {}
  ingress: [{from: [{}]}, {ports: [{port: 80}]}]
`;
    expect(read(text).policies).toEqual([]);
    const [kept] = read(text, { accepted: true }).policies;
    expect(kept?.ingress.map(({ written }) => written)).toEqual([1]);
  });
});
