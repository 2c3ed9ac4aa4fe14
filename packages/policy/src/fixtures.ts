import type { PolicyHit } from '@vibrissa/model';
import { parseSelector } from './calico-selector.js';
import { type Connection, type Party, podParty } from './connection.js';
import { ANY_PEER, type Peer, type Policy, type Rule } from './policy.js';

/** Policies, pods and hits for tests, each with the plainest value for what a test does not say. */
export function policy(more: Partial<Policy> & Pick<Policy, 'name'>): Policy {
  return {
    kind: 'GlobalNetworkPolicy',
    namespace: '',
    tier: 'default',
    order: 100,
    selector: parseSelector('all()'),
    namespaceSelector: null,
    types: ['ingress'],
    ingress: [],
    egress: [],
    ...more,
  };
}

export function rule(action: Rule['action'], more: Partial<Rule> = {}): Rule {
  return { action, protocol: null, notProtocol: null, source: ANY_PEER, dest: ANY_PEER, ...more };
}

export function peer(selector: string | null, more: Partial<Peer> = {}): Peer {
  return { ...ANY_PEER, selector: selector === null ? null : parseSelector(selector), ...more };
}

export function pod(namespace: string, app: string, ip: string | null = '10.0.0.1'): Party {
  return podParty({
    namespace,
    labels: { app },
    namespaceLabels: { 'projectcalico.org/name': namespace, 'kubernetes.io/metadata.name': namespace },
    ip,
  });
}

export function connection(more: Partial<Connection> = {}): Connection {
  return {
    source: pod('shop', 'checkout'),
    dest: pod('payments', 'ledger'),
    port: 8443,
    protocol: 'tcp',
    ...more,
  };
}

export function hit(more: Partial<PolicyHit>): PolicyHit {
  return {
    kind: 'GlobalNetworkPolicy',
    namespace: '',
    name: 'some-policy',
    tier: 'default',
    action: 'allow',
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
    ...more,
  };
}
