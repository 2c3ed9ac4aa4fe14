import { describe, expect, it } from 'vitest';
import { problemText } from './read-problem.js';
import { CALICO, one, problems, read } from './test-read.js';

describe('Calico policies', () => {
  it('get the defaults of the API server', () => {
    expect(one(`${CALICO}spec: {}\n`)).toMatchObject({ tier: 'default', order: null, types: ['ingress'] });
    expect(one(`${CALICO}spec: {egress: [{action: Allow}]}\n`).types).toEqual(['egress']);
    expect(one(`${CALICO}spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}\n`).types).toEqual([
      'ingress',
      'egress',
    ]);
  });

  it('that are stored without types are about both directions', () => {
    const stored = CALICO.replace('projectcalico.org/v3', 'crd.projectcalico.org/v1');
    expect(one(`${stored}spec: {}\n`).types).toEqual(['ingress', 'egress']);
  });

  it('keep all that a rule can say', () => {
    const policy = one(`apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  tier: security
  serviceAccountSelector: role == 'api'
  types: [Ingress, Egress]
  ingress:
  - action: next-tier
    protocol: ICMPv6
    icmp: {type: 128, code: 0}
    ipVersion: 6
    source:
      serviceAccounts: {names: [web], selector: team == 'red'}
      notNets: ['fd00::/8']
  egress:
  - action: Allow
    destination: {services: {name: api}}
  - action: Allow
    protocol: TCP
    http: {methods: [GET], paths: [{exact: /a}, {prefix: /b}]}
    destination: {ports: [80, '8000:9000', http], notPorts: ['443']}
`);
    expect(policy).toMatchObject({ kind: 'CalicoNetworkPolicy', tier: 'security' });
    expect(policy.ingress).toMatchObject([
      {
        action: 'pass',
        protocol: 'icmpv6',
        icmp: { type: 128, code: 0 },
        ipVersion: 6,
        source: { serviceAccounts: { names: ['web'] }, notNets: ['fd00::/8'] },
      },
    ]);
    expect(policy.egress[0]?.dest.service).toEqual({ namespace: 'shop', name: 'api' });
    expect(policy.egress[1]).toMatchObject({
      http: { methods: ['GET'], paths: [{ exact: '/a' }, { prefix: '/b' }] },
      dest: {
        ports: [{ from: 80, to: 80 }, { from: 8000, to: 9000 }, { name: 'http' }],
        notPorts: [{ from: 443, to: 443 }],
      },
    });
  });

  it.each([
    [
      'ports without a protocol',
      'ingress: [{action: Allow, destination: {ports: [80]}}]',
      /a protocol in the rule/,
    ],
    [
      'a port beyond all',
      "ingress: [{action: Allow, protocol: TCP, destination: {ports: ['1:70000']}}]",
      /a port/,
    ],
    [
      'a net that is none',
      'ingress: [{action: Allow, source: {nets: [10.0.0.0/99]}}]',
      /a block of addresses/,
    ],
    ['a type that is none', 'types: [Inbound]', /Ingress or Egress/],
    [
      'preDNAT with egress rules',
      'preDNAT: true\n  applyOnForward: true\n  egress: [{action: Allow}]',
      /no egress rules/,
    ],
    ['doNotTrack alone', 'doNotTrack: true', /true beside doNotTrack/],
    [
      'a selector beside services',
      'egress: [{action: Allow, destination: {selector: all(), services: {name: a, namespace: b}}}]',
      /no selector beside services/,
    ],
  ])('refuse %s', (_, spec, message) => {
    const found = read(`${CALICO}spec:\n  ${spec}\n`);
    expect(found.policies).toEqual([]);
    expect(found.problems.map(problemText).join('\n')).toMatch(message);
  });

  it('may be staged to set or to delete', () => {
    const staged = CALICO.replace('GlobalNetworkPolicy', 'StagedGlobalNetworkPolicy');
    expect(one(`${staged}spec: {selector: all()}\n`).stagedAction).toBe('set');
    expect(one(`${staged}spec: {stagedAction: Delete, tier: security}\n`)).toMatchObject({
      stagedAction: 'delete',
    });
    expect(problems(`${staged}spec: {stagedAction: Delete, selector: all()}\n`)).toHaveLength(1);
  });
});
