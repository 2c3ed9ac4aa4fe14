import { OF_KUBERNETES } from './label-selector.js';
import { DIRECTIONS, type Peer, type Policy, type PortMatch, type Rule } from './policy.js';
import type { Selector } from './selector.js';
import {
  isAnyone,
  labelSelector,
  PolicyNotWritableError,
  paired,
  refuseCalicoOnly,
  type WrittenObject,
  type WrittenRule,
  writtenRules,
} from './write-parts.js';

const KIND = 'ClusterNetworkPolicy';
const TIERS: Readonly<Record<string, string>> = { 'kube-admin': 'Admin', 'kube-baseline': 'Baseline' };
const ACTIONS = { allow: 'Accept', deny: 'Deny', pass: 'Pass' } as const;

/** The most that the API takes in one list: of rules, of a rule's peers and of its protocols. */
const MOST_ITEMS = 25;
const LONGEST_RULE_NAME = 100;

/** A policy of the network-policy-api (policy.networking.k8s.io/v1alpha2). */
export function clusterPolicyObject(policy: Policy): WrittenObject {
  const { name, order, selector, namespaceSelector, ingress, egress } = policy;
  const tier = TIERS[policy.tier];
  if (tier === undefined) {
    throw new PolicyNotWritableError(`A ${KIND} is in tier kube-admin or kube-baseline, not ${policy.tier}`);
  }
  if (order === null || !Number.isInteger(order) || order < 0 || order > 1000) {
    throw new PolicyNotWritableError(`The priority of a ${KIND} is a whole number from 0 to 1000`);
  }
  const governed = new Set(policy.types);
  if (DIRECTIONS.some((type) => policy[type].length > 0 !== governed.has(type))) {
    throw new PolicyNotWritableError(`A ${KIND} is about the directions that it has rules for`);
  }
  const written = {
    ingress: writtenRules(ingress.map(plain), 'from'),
    egress: writtenRules(egress.map(plain), 'to'),
  };
  for (const direction of DIRECTIONS) atMost(written[direction], 'rules of a direction');
  const objects = {
    ingress: written.ingress.map((rule) => clusterRule(rule, 'from')),
    egress: written.egress.map((rule) => clusterRule(rule, 'to')),
  };
  const value = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: KIND,
    metadata: { name },
    spec: {
      tier,
      priority: order,
      subject: pods(sameSelector(selector, OF_KUBERNETES) ? null : selector, namespaceSelector),
      ...(ingress.length === 0 ? {} : { ingress: objects.ingress }),
      ...(egress.length === 0 ? {} : { egress: objects.egress }),
    },
  };
  const rules = DIRECTIONS.flatMap((direction) => paired(objects[direction], written[direction]));
  return { value, rules };
}

function atMost(list: readonly unknown[], what: string): void {
  if (list.length <= MOST_ITEMS) return;
  throw new PolicyNotWritableError(`A ${KIND} takes ${MOST_ITEMS} ${what} at most, not ${list.length}`);
}

function sameSelector(a: Selector, b: Selector): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function plain(rule: Rule): Rule {
  refuseCalicoOnly(rule, KIND);
  return rule;
}

function pods(selector: Selector | null, within: Selector | null) {
  if (within === null) throw new PolicyNotWritableError(`A ${KIND} names pods by their namespaces too`);
  const namespaces = labelSelector(within);
  if (selector === null) return { namespaces };
  return { pods: { namespaceSelector: namespaces, podSelector: labelSelector(selector) } };
}

function clusterRule({ first, peers, protocols }: WrittenRule, side: 'from' | 'to') {
  const { action, name } = first;
  if (action === 'log') throw new PolicyNotWritableError(`A ${KIND} cannot log`);
  if (!isAnyone(side === 'from' ? first.dest : first.source)) {
    throw new PolicyNotWritableError(`A ${KIND} asks nothing of the end that it selects but the port`);
  }
  const ports = protocols.flatMap(({ protocol, ports: list }) => protocolsOf(protocol, list));
  atMost(peers, 'peers of a rule');
  atMost(ports, 'ports of a rule');
  if (name !== undefined && name.length > LONGEST_RULE_NAME) {
    throw new PolicyNotWritableError(
      `The name of a rule of a ${KIND} has ${LONGEST_RULE_NAME} characters at most`,
    );
  }
  const isByPlace = peers.some(
    ({ nets, namespaceSelector }) => nets.length > 0 || namespaceSelector?.op === 'global',
  );
  if (isByPlace && protocols.some(({ ports: list }) => list.some((port) => 'name' in port))) {
    throw new PolicyNotWritableError(`A ${KIND} has no named ports for blocks of addresses and nodes`);
  }
  return {
    ...(name === undefined ? {} : { name }),
    action: ACTIONS[action],
    [side]: clusterPeers(peers, side),
    ...(ports.length === 0 ? {} : { protocols: ports }),
  };
}

function clusterPeers(peers: readonly Peer[], side: 'from' | 'to'): readonly object[] {
  return peers.map((peer) => {
    const { selector, namespaceSelector, nets, notNets } = peer;
    if (isAnyone(peer)) {
      throw new PolicyNotWritableError(
        `A rule of a ${KIND} names its peers; one for everyone stands for a rule that Calico cannot take`,
      );
    }
    if (notNets.length > 0) throw new PolicyNotWritableError(`A ${KIND} leaves no addresses out of a block`);
    if (nets.length > 0) {
      if (side === 'from' || selector !== null || namespaceSelector !== null) {
        throw new PolicyNotWritableError(`A ${KIND} has blocks of addresses as destinations, by themselves`);
      }
      return { networks: nets };
    }
    if (namespaceSelector?.op === 'global') {
      if (side === 'from') throw new PolicyNotWritableError(`A ${KIND} has nodes as destinations alone`);
      return { nodes: labelSelector(selector ?? { op: 'all' }) };
    }
    return pods(selector, namespaceSelector);
  });
}

function protocolsOf(protocol: string | null, ports: readonly PortMatch[]): readonly object[] {
  if (protocol === null) {
    return ports.map((port) => {
      if ('name' in port) return { destinationNamedPort: port.name };
      throw new PolicyNotWritableError(`A ${KIND} has no port number without a protocol`);
    });
  }
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') {
    throw new PolicyNotWritableError(`A ${KIND} knows TCP, UDP and SCTP alone, not ${protocol}`);
  }
  if (ports.length === 0) return [{ [protocol]: {} }];
  return ports.map((port) => {
    if ('name' in port) {
      throw new PolicyNotWritableError(`A ${KIND} names a port without its protocol`);
    }
    const { from, to } = port;
    const destinationPort = from === to ? { number: from } : { range: { start: from, end: to } };
    return { [protocol]: { destinationPort } };
  });
}
