import { describe, expect, it } from 'vitest';
import { ruleText } from './rule-words.js';
import { CALICO, one } from './test-read.js';

/** The first ingress rule of a global Calico policy, in words. */
function calico(rule: string): string {
  const policy = one(`${CALICO}spec: {ingress: [{${rule}}]}`);
  const [first] = policy.ingress;
  return first === undefined ? '' : ruleText(first, policy.namespace, 'ingress');
}

function kubernetes(rule: string): string {
  const policy = one(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec: {podSelector: {}, ingress: [${rule}]}`);
  const [first] = policy.ingress;
  return first === undefined ? '' : ruleText(first, policy.namespace, 'ingress');
}

describe('a rule in words', () => {
  it('says what and from whom', () => {
    expect(
      calico("action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: {ports: [8443]}"),
    ).toBe('allows TCP 8443 from web');
    expect(calico('action: Deny')).toBe('denies everything');
    expect(calico('action: Log, protocol: UDP')).toBe('logs UDP from anywhere');
    expect(calico("action: Pass, source: {namespaceSelector: team == 'red'}")).toBe(
      'passes everything from any endpoint in a namespace with team=red on to the next tier',
    );
  });

  it('names ports, ranges, exclusions, ICMP and IP versions', () => {
    expect(calico('action: Allow, protocol: TCP, destination: {ports: [80, 443, "8000:9000", http]}')).toBe(
      'allows TCP 80, 443, 8000-9000 or http from anywhere',
    );
    expect(calico('action: Allow, protocol: TCP, destination: {notPorts: [22]}')).toBe(
      'allows TCP but port 22 from anywhere',
    );
    expect(calico('action: Deny, notProtocol: UDP')).toBe('denies everything but UDP from anywhere');
    expect(calico('action: Allow, protocol: ICMP, icmp: {type: 8, code: 0}, ipVersion: 4')).toBe(
      'allows ICMP type 8 code 0 over IPv4 from anywhere',
    );
  });

  it('names blocks, negations, service accounts and services', () => {
    expect(calico('action: Allow, source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}')).toBe(
      'allows everything from 10.0.0.0/8 not in 10.1.0.0/16',
    );
    expect(calico("action: Allow, source: {selector: has(app), notSelector: role == 'x'}")).toBe(
      'allows everything from endpoints with a label app not with role=x',
    );
    expect(calico('action: Allow, source: {serviceAccounts: {names: [a, b]}}')).toBe(
      'allows everything from endpoints with service account a or b',
    );
    expect(calico('action: Allow, source: {services: {name: web, namespace: shop}}')).toBe(
      'allows everything from service shop/web',
    );
  });

  it('leaves the own namespace of a policy out', () => {
    expect(kubernetes('{from: [{podSelector: {matchLabels: {role: db}}}], ports: [{port: 6379}]}')).toBe(
      'allows TCP 6379 from pods with role=db',
    );
    expect(kubernetes('{from: [{podSelector: {}}]}')).toBe('allows everything from any pod of its namespace');
    expect(kubernetes('{from: [{namespaceSelector: {}}]}')).toBe(
      'allows everything from any pod in any namespace',
    );
    expect(
      kubernetes('{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}]}'),
    ).toBe('allows everything from any pod in namespace web');
  });

  it('cuts what is too long for a sentence', () => {
    const values = Array.from({ length: 400 }, (_, index) => `'value-${index}'`).join(', ');
    const text = calico(`action: Allow, source: {selector: "role in {${values}}"}`);
    expect(text).toBe(
      'allows everything from endpoints with role in (value-0, value-1, value-10, value-100, 396 more)',
    );
    const long = Array.from({ length: 60 }, (_, index) => `has(label-${index})`).join(' && ');
    expect(calico(`action: Allow, source: {selector: "${long}"}`).length).toBeLessThan(300);
  });
});
