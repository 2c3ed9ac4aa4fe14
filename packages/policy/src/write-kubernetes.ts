import { DIRECTIONS, type Peer, type Policy, type PortMatch, type Rule } from './policy.js';
import {
  isAnyone,
  labelSelector,
  metadata,
  PolicyNotWritableError,
  paired,
  protocolName,
  refuseCalicoOnly,
  STAGED_ACTION_NAMES,
  typesOf,
  type WrittenObject,
  type WrittenRule,
  writtenRules,
} from './write-parts.js';

const KIND = 'Kubernetes NetworkPolicy';

/** A Kubernetes NetworkPolicy, or Calico's staged form of one. */
export function kubernetesObject(policy: Policy, apiVersion: string, kind: string): WrittenObject {
  const { types, ingress, egress, selector } = policy;
  const staged = kind.startsWith('Staged');
  const stagedAction = STAGED_ACTION_NAMES[policy.stagedAction ?? 'set'];
  // What deletes its twin may say nothing else.
  if (staged && policy.stagedAction === 'delete') {
    return { value: { apiVersion, kind, metadata: metadata(policy), spec: { stagedAction } }, rules: [] };
  }
  if (policy.serviceAccountSelector !== undefined) {
    throw new PolicyNotWritableError(`A ${KIND} selects no service accounts`);
  }
  const written = {
    ingress: types.includes('ingress') ? writtenRules(ingress.map(plain), 'from') : [],
    egress: types.includes('egress') ? writtenRules(egress.map(plain), 'to') : [],
  };
  const objects = {
    ingress: written.ingress.map((rule) => kubernetesRule(rule, 'from')),
    egress: written.egress.map((rule) => kubernetesRule(rule, 'to')),
  };
  const value = {
    apiVersion,
    kind,
    metadata: metadata(policy),
    spec: {
      ...(staged ? { stagedAction } : {}),
      podSelector: labelSelector(selector),
      policyTypes: typesOf(policy),
      ...(types.includes('ingress') ? { ingress: objects.ingress } : {}),
      ...(types.includes('egress') ? { egress: objects.egress } : {}),
    },
  };
  const rules = DIRECTIONS.flatMap((direction) => paired(objects[direction], written[direction]));
  return { value, rules };
}

function plain(rule: Rule): Rule {
  refuseCalicoOnly(rule, KIND);
  if (rule.action !== 'allow') throw new PolicyNotWritableError(`A ${KIND} can only allow`);
  return rule;
}

function kubernetesRule({ first, peers, protocols }: WrittenRule, side: 'from' | 'to') {
  if (!isAnyone(side === 'from' ? first.dest : first.source)) {
    throw new PolicyNotWritableError(`A ${KIND} asks nothing of the end that it selects but the port`);
  }
  const far = peers.flatMap(kubernetesPeers);
  const ports = protocols.flatMap(({ protocol, ports: list }) => {
    if (protocol === null) {
      if (list.length > 0) throw new PolicyNotWritableError(`A ${KIND} has no port without a protocol`);
      return [];
    }
    return (list.length === 0 ? [null] : list).map((port) => kubernetesPort(protocol, port));
  });
  return {
    ...(far.length === 0 ? {} : { [side]: far }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

const PROTOCOLS: Readonly<Record<string, string>> = { '6': 'TCP', '17': 'UDP', '132': 'SCTP' };

function kubernetesPort(protocol: string, port: PortMatch | null) {
  const name = PROTOCOLS[protocol] ?? protocolName(protocol);
  if (name !== 'TCP' && name !== 'UDP' && name !== 'SCTP') {
    throw new PolicyNotWritableError(`A ${KIND} knows TCP, UDP and SCTP alone, not ${name}`);
  }
  if (port === null) return { protocol: name };
  if ('name' in port) return { protocol: name, port: port.name };
  return { protocol: name, port: port.from, ...(port.to === port.from ? {} : { endPort: port.to }) };
}

function kubernetesPeers(peer: Peer): readonly Record<string, unknown>[] {
  const { selector, namespaceSelector, nets, notNets } = peer;
  if (nets.length > 0) {
    if (selector !== null || namespaceSelector !== null) {
      throw new PolicyNotWritableError(`A ${KIND} has no selector beside a block of addresses`);
    }
    return nets.map((cidr) => ({ ipBlock: { cidr, ...(notNets.length === 0 ? {} : { except: notNets }) } }));
  }
  if (notNets.length > 0) {
    throw new PolicyNotWritableError(`A ${KIND} leaves addresses out of a block alone`);
  }
  if (selector === null && namespaceSelector === null) return [];
  return [
    {
      ...(namespaceSelector === null ? {} : { namespaceSelector: labelSelector(namespaceSelector) }),
      ...(selector === null ? {} : { podSelector: labelSelector(selector) }),
    },
  ];
}
