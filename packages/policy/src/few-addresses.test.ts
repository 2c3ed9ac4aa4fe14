import { EMPTY_TALLY, NO_EVIDENCE } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { evaluate, type ObservedFlow } from './evaluate-flow.js';
import { readResources } from './read-resources.js';
import { engineOf } from './rulebook.js';

const POLICY = (...cidrs: readonly string[]) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: mailer, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
${cidrs.map((cidr) => `    - to: [{ ipBlock: { cidr: ${cidr} } }]`).join('\n')}
`;

function flow(...ips: readonly string[]): ObservedFlow {
  return {
    key: {
      source: { kind: 'workload', namespace: 'shop', name: 'mailer-*', address: '' },
      dest: { kind: 'network', namespace: '', name: 'pub', address: 'smtp.example.com' },
      port: 587,
      protocol: 'tcp',
    },
    sourceLabels: ['app=mailer'],
    destLabels: null,
    evidence: { ...NO_EVIDENCE, destIps: { kept: ips.map((ip) => [ip, 1]), mentions: ips.length } },
  };
}

function verdictOf(yaml: string, observed: ObservedFlow) {
  const { set, index } = engineOf(readResources([{ name: 'mailer.yaml', text: yaml }], { partial: true }));
  return evaluate(observed, set, index).verdict;
}

describe('a destination with several addresses', () => {
  const both = flow('203.0.113.7', '203.0.113.9');

  it('is allowed where each address is, though no rule allows all of them', () => {
    expect(verdictOf(POLICY('203.0.113.7/32', '203.0.113.9/32'), both)).toBe('allow');
  });

  it('is told by the addresses that were seen where it is a network set, too', () => {
    const set = `---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: { name: mail, namespace: shop }
spec: { nets: [203.0.113.0/24] }
`;
    const dest = {
      kind: 'network-set',
      namespace: 'shop',
      name: 'mail',
      address: 'smtp.example.com',
    } as const;
    const seen = { ...both, key: { ...both.key, dest } };
    expect(verdictOf(POLICY('203.0.113.7/32', '203.0.113.9/32') + set, seen)).toBe('allow');
    expect(verdictOf(POLICY('203.0.113.7/32') + set, seen)).toBe('unknown');
  });

  it('cannot be told where one address is allowed and another is not', () => {
    expect(verdictOf(POLICY('203.0.113.7/32'), both)).toBe('unknown');
    expect(verdictOf(POLICY('198.51.100.0/24'), both)).toBe('deny');
  });

  it('cannot be told where some addresses were not kept', () => {
    const { evidence, ...rest } = both;
    const more = { ...rest, evidence: { ...evidence, destIps: { ...evidence.destIps, mentions: 9 } } };
    const none = { ...rest, evidence: { ...evidence, destIps: EMPTY_TALLY } };
    for (const observed of [more, none])
      expect(verdictOf(POLICY('203.0.113.7/32', '203.0.113.9/32'), observed)).toBe('unknown');
  });
});
