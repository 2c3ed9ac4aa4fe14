import type { Action } from '@vibrissa/model';
import { stringify } from 'yaml';
import { printSelector } from './calico-selector.js';
import type { Peer, Policy, PortMatch, Rule, ServiceAccountMatch, ServiceName, Tier } from './policy.js';
import type { Selector } from './selector.js';

/** A policy that its kind's YAML cannot say. */
export class PolicyNotWritableError extends Error {
  readonly code = 'POLICY_NOT_WRITABLE';

  constructor(message: string) {
    super(message);
    this.name = 'PolicyNotWritableError';
  }
}

/**
 * The objects as YAML documents, as `kubectl apply` and `calicoctl apply` take them.
 * @throws PolicyNotWritableError
 */
export function writeYaml(objects: readonly (Policy | Tier)[]): string {
  return objects
    .map((object) =>
      stringify('kind' in object ? policyObject(object) : tierObject(object), { lineWidth: 0 }),
    )
    .join('---\n');
}

const CALICO = 'projectcalico.org/v3';

const ACTION_NAMES: Record<Action, string> = { allow: 'Allow', deny: 'Deny', pass: 'Pass', log: 'Log' };

function tierObject({ name, order, defaultAction }: Tier) {
  return {
    apiVersion: CALICO,
    kind: 'Tier',
    metadata: { name },
    spec: { ...(order === null ? {} : { order }), defaultAction: ACTION_NAMES[defaultAction] },
  };
}

function policyObject(policy: Policy) {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return kubernetesObject(policy, 'networking.k8s.io/v1', policy.kind);
    case 'StagedKubernetesNetworkPolicy':
      return kubernetesObject(policy, CALICO, policy.kind);
    case 'ClusterNetworkPolicy':
      throw new PolicyNotWritableError('ClusterNetworkPolicy is not written yet');
    default:
      return calicoObject(policy, policy.kind === 'CalicoNetworkPolicy' ? 'NetworkPolicy' : policy.kind);
  }
}

function metadata({ name, namespace }: Policy) {
  return namespace === '' ? { name } : { name, namespace };
}

function typesOf({ types }: Policy): readonly string[] {
  return types.map((type) => (type === 'ingress' ? 'Ingress' : 'Egress'));
}

function calicoObject(policy: Policy, kind: string) {
  const { tier, order, selector, namespaceSelector, serviceAccountSelector, types, ingress, egress } = policy;
  const { doNotTrack = false, preDnat = false, applyOnForward = false } = policy.hostOptions ?? {};
  const stagedAction = STAGED_ACTION_NAMES[policy.stagedAction ?? 'set'];
  // What deletes its twin may say nothing else.
  if (policy.stagedAction === 'delete') {
    return { apiVersion: CALICO, kind, metadata: metadata(policy), spec: { stagedAction, tier } };
  }
  return {
    apiVersion: CALICO,
    kind,
    metadata: metadata(policy),
    spec: {
      ...(kind.startsWith('Staged') ? { stagedAction } : {}),
      tier,
      ...(order === null ? {} : { order }),
      ...(isSaid(selector) ? { selector: printSelector(selector) } : {}),
      ...(namespaceSelector === null ? {} : { namespaceSelector: printSelector(namespaceSelector) }),
      ...(serviceAccountSelector === undefined
        ? {}
        : { serviceAccountSelector: printSelector(serviceAccountSelector) }),
      ...(doNotTrack ? { doNotTrack } : {}),
      ...(preDnat ? { preDNAT: preDnat } : {}),
      ...(applyOnForward ? { applyOnForward } : {}),
      types: typesOf(policy),
      ...(types.includes('ingress') ? { ingress: ingress.map(calicoRule) } : {}),
      ...(types.includes('egress') ? { egress: egress.map(calicoRule) } : {}),
    },
  };
}

/** An absent selector stays absent: all() means a little less. */
function isSaid(selector: Selector): boolean {
  return selector.op !== 'and' || selector.of.length > 0;
}

const STAGED_ACTION_NAMES = { set: 'Set', delete: 'Delete', learn: 'Learn', ignore: 'Ignore' } as const;

function calicoRule({ action, protocol, notProtocol, source, dest, ...more }: Rule) {
  const { ipVersion, icmp, notIcmp, http, name } = more;
  return {
    ...(name === undefined ? {} : { metadata: { annotations: { name } } }),
    action: ACTION_NAMES[action],
    ...(ipVersion === undefined ? {} : { ipVersion }),
    ...(protocol === null ? {} : { protocol: protocolName(protocol) }),
    ...(notProtocol === null ? {} : { notProtocol: protocolName(notProtocol) }),
    ...(icmp === undefined ? {} : { icmp }),
    ...(notIcmp === undefined ? {} : { notICMP: notIcmp }),
    ...(http === undefined ? {} : { http }),
    ...present('source', calicoPeer(source)),
    ...present('destination', calicoPeer(dest)),
  };
}

function calicoPeer(peer: Peer): Record<string, unknown> {
  return {
    ...(peer.namespaceSelector === null ? {} : { namespaceSelector: printSelector(peer.namespaceSelector) }),
    ...(peer.selector === null ? {} : { selector: printSelector(peer.selector) }),
    ...(peer.notSelector === null ? {} : { notSelector: printSelector(peer.notSelector) }),
    ...(peer.serviceAccounts === undefined ? {} : { serviceAccounts: calicoAccounts(peer.serviceAccounts) }),
    ...(peer.service === undefined ? {} : { services: calicoService(peer.service) }),
    ...(peer.nets.length === 0 ? {} : { nets: peer.nets }),
    ...(peer.notNets.length === 0 ? {} : { notNets: peer.notNets }),
    ...(peer.ports.length === 0 ? {} : { ports: peer.ports.map(calicoPort) }),
    ...(peer.notPorts.length === 0 ? {} : { notPorts: peer.notPorts.map(calicoPort) }),
  };
}

function calicoAccounts({ names, selector }: ServiceAccountMatch): Record<string, unknown> {
  return {
    ...(names.length === 0 ? {} : { names }),
    ...(selector === null ? {} : { selector: printSelector(selector) }),
  };
}

function calicoService({ namespace, name }: ServiceName): Record<string, unknown> {
  return { name, ...(namespace === '' ? {} : { namespace }) };
}

function present(name: string, value: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

function calicoPort(port: PortMatch): string | number {
  if ('name' in port) return port.name;
  return port.from === port.to ? port.from : `${port.from}:${port.to}`;
}

const PROTOCOL_NAMES: Readonly<Record<string, string>> = { icmpv6: 'ICMPv6', udplite: 'UDPLite' };

function protocolName(protocol: string): string | number {
  if (/^\d+$/.test(protocol)) return Number(protocol);
  return PROTOCOL_NAMES[protocol.toLowerCase()] ?? protocol.toUpperCase();
}

function kubernetesObject(policy: Policy, apiVersion: string, kind: string) {
  const { types, ingress, egress, selector } = policy;
  if (policy.serviceAccountSelector !== undefined) {
    throw new PolicyNotWritableError('A Kubernetes NetworkPolicy selects no service accounts');
  }
  const rules = (list: readonly Rule[], peer: 'from' | 'to') =>
    list.map((rule) => kubernetesRule(rule, peer));
  return {
    apiVersion,
    kind,
    metadata: metadata(policy),
    spec: {
      ...(kind.startsWith('Staged')
        ? { stagedAction: STAGED_ACTION_NAMES[policy.stagedAction ?? 'set'] }
        : {}),
      podSelector: labelSelector(selector),
      policyTypes: typesOf(policy),
      ...(types.includes('ingress') ? { ingress: rules(ingress, 'from') } : {}),
      ...(types.includes('egress') ? { egress: rules(egress, 'to') } : {}),
    },
  };
}

function kubernetesRule(rule: Rule, side: 'from' | 'to') {
  const { action, protocol, notProtocol, source, dest } = rule;
  const { ipVersion, icmp, notIcmp, http } = rule;
  if ([ipVersion, icmp, notIcmp, http].some((part) => part !== undefined)) {
    throw new PolicyNotWritableError('A Kubernetes NetworkPolicy knows no IP versions, ICMP types or HTTP');
  }
  if (action !== 'allow') throw new PolicyNotWritableError('A Kubernetes NetworkPolicy can only allow');
  if (notProtocol !== null || dest.notPorts.length > 0) {
    throw new PolicyNotWritableError('A Kubernetes NetworkPolicy has no negated protocols or ports');
  }
  const peers = kubernetesPeers(side === 'from' ? source : dest);
  const ports =
    protocol === null
      ? []
      : (dest.ports.length === 0 ? [null] : dest.ports).map((port) => kubernetesPort(protocol, port));
  return {
    ...(peers.length === 0 ? {} : { [side]: peers }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function kubernetesPort(protocol: string, port: PortMatch | null) {
  const name = protocolName(protocol);
  if (port === null) return { protocol: name };
  if ('name' in port) return { protocol: name, port: port.name };
  return { protocol: name, port: port.from, ...(port.to === port.from ? {} : { endPort: port.to }) };
}

function kubernetesPeers(peer: Peer): readonly Record<string, unknown>[] {
  if (peer.notSelector !== null) {
    throw new PolicyNotWritableError('A Kubernetes NetworkPolicy has no negated selectors');
  }
  if (peer.serviceAccounts !== undefined || peer.service !== undefined) {
    throw new PolicyNotWritableError('A Kubernetes NetworkPolicy names no service accounts or services');
  }
  if (peer.nets.length > 0) {
    return peer.nets.map((cidr) => ({
      ipBlock: { cidr, ...(peer.notNets.length === 0 ? {} : { except: peer.notNets }) },
    }));
  }
  const { selector, namespaceSelector } = peer;
  if (selector === null && namespaceSelector === null) return [];
  return [
    {
      ...(namespaceSelector === null ? {} : { namespaceSelector: labelSelector(namespaceSelector) }),
      ...(selector === null ? {} : { podSelector: labelSelector(selector) }),
    },
  ];
}

function labelSelector(selector: Selector): Record<string, unknown> {
  const labels: Record<string, string> = {};
  const expressions: Record<string, unknown>[] = [];
  for (const part of selector.op === 'and' ? selector.of : [selector]) {
    switch (part.op) {
      case 'all':
        break;
      case 'eq':
        // Calico adds this to every Kubernetes selector; nobody writes it.
        if (part.key !== 'projectcalico.org/orchestrator') labels[part.key] = part.value;
        break;
      case 'in':
      case 'not-in':
        expressions.push({ key: part.key, operator: part.op === 'in' ? 'In' : 'NotIn', values: part.values });
        break;
      case 'has':
        expressions.push({ key: part.key, operator: 'Exists' });
        break;
      case 'not':
        if (part.of.op !== 'has') throw notInKubernetes(part);
        expressions.push({ key: part.of.key, operator: 'DoesNotExist' });
        break;
      default:
        throw notInKubernetes(part);
    }
  }
  return {
    ...(Object.keys(labels).length === 0 ? {} : { matchLabels: labels }),
    ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
  };
}

function notInKubernetes(part: Selector): PolicyNotWritableError {
  return new PolicyNotWritableError(`Kubernetes has no selector for ${printSelector(part)}`);
}
