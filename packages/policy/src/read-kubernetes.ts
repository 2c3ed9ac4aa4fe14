import { namespacesSelected, podsSelected } from './label-selector.js';
import {
  ANY_PEER,
  type Direction,
  KUBERNETES_ORDER,
  type Peer,
  type Policy,
  type PortMatch,
  type Rule,
  type StagedAction,
} from './policy.js';
import { readCidr, readLabelSelector, readMetadata } from './read-parts.js';
import type { Value } from './read-value.js';
import { simplifyPorts } from './simplify-ports.js';

/**
 * A Kubernetes NetworkPolicy as the Calico policy it becomes: tier `default`, order 1000, and for each of its
 * rules one rule for each protocol and peer. Rules that cannot be read are reported and left out.
 */
export function readNetworkPolicy(object: Value): Policy {
  return readPolicy(object, 'NetworkPolicy');
}

/** Calico's staged form of a Kubernetes NetworkPolicy. */
export function readStagedNetworkPolicy(object: Value, stagedAction: StagedAction): Policy {
  return { ...readPolicy(object, 'StagedKubernetesNetworkPolicy', 'stagedAction'), stagedAction };
}

const POLICY_TYPES = ['Ingress', 'Egress'] as const;

function readPolicy(object: Value, kind: Policy['kind'], ...more: readonly string[]): Policy {
  const spec = object.get('spec').only('podSelector', 'policyTypes', 'ingress', 'egress', ...more);
  const { name, namespace } = readMetadata(object);
  const ingress = spec.get('ingress').items();
  const egress = spec.get('egress').items();
  return {
    kind,
    namespace,
    name,
    tier: 'default',
    order: KUBERNETES_ORDER,
    selector: podsSelected(readLabelSelector(spec.get('podSelector'))),
    namespaceSelector: null,
    types: readTypes(spec.get('policyTypes'), egress.length > 0),
    ingress: ingress.flatMap((rule, index) => readRule(rule, 'from', index)),
    egress: egress.flatMap((rule, index) => readRule(rule, 'to', index)),
  };
}

/** The API server adds Ingress always and Egress where there are egress rules, unless types are given. */
function readTypes(value: Value, hasEgress: boolean): readonly Direction[] {
  const given = value.items().flatMap((item) => item.oneOf(POLICY_TYPES) ?? []);
  const names = given.length > 0 ? given : hasEgress ? POLICY_TYPES : (['Ingress'] as const);
  return [...new Set(names)].map((name) => (name === 'Ingress' ? 'ingress' : 'egress'));
}

function readRule(value: Value, side: 'from' | 'to', written: number): readonly Rule[] {
  value.only(side, 'ports');
  const ports = value.get('ports').items().map(readPort);
  const peers = value.get(side).items().map(readPeer);
  if (ports.includes(null) || peers.includes(null)) return [];
  const far = peers.length === 0 ? [ANY_PEER] : peers.filter((peer) => peer !== null);
  return byProtocol(ports.filter((port) => port !== null)).flatMap(([protocol, list]) =>
    far.map((peer): Rule => {
      const dest = side === 'to' ? peer : ANY_PEER;
      return {
        action: 'allow',
        protocol,
        notProtocol: null,
        source: side === 'from' ? peer : ANY_PEER,
        dest: list.length === 0 ? dest : { ...dest, ports: list },
        written,
      };
    }),
  );
}

/** One port of a rule; `match` is null for every port of the protocol. */
interface Port {
  readonly protocol: string;
  readonly match: PortMatch | null;
}

/** Protocols in order, each with its ports; null for a rule that has none, which is about every protocol. */
function byProtocol(
  ports: readonly Port[],
): readonly (readonly [protocol: string | null, ports: readonly PortMatch[]])[] {
  if (ports.length === 0) return [[null, []]];
  const found = new Map<string, PortMatch[] | null>();
  for (const { protocol, match } of ports) {
    const before = found.get(protocol);
    if (match === null || before === null) found.set(protocol, null);
    else found.set(protocol, [...(before ?? []), match]);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([protocol, list]) => [protocol, list === null ? [] : simplifyPorts(list)]);
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** A port's name as RFC 6335 has it: letters, digits and single hyphens, at least one letter. */
const PORT_NAME = /^(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/i;

/** Null for a port that cannot be. */
function readPort(value: Value): Port | null {
  value.only('protocol', 'port', 'endPort');
  const protocolValue = value.get('protocol');
  const protocol = protocolValue.oneOf(PROTOCOLS) ?? (protocolValue.present ? null : 'TCP');
  const port = value.get('port');
  const endPort = value.get('endPort');
  if (protocol === null) return null;
  const lower = protocol.toLowerCase();
  const given = port.textOrNumber('a port number or name');
  if (given === undefined) {
    if (endPort.present) endPort.wrong('no endPort without a port');
    return port.present || endPort.present ? null : { protocol: lower, match: null };
  }
  if (typeof given === 'string') {
    if (!PORT_NAME.test(given)) port.wrong('the name of a port: at most 15 letters, digits and hyphens');
    else if (endPort.present) endPort.wrong('no endPort with a named port');
    else return { protocol: lower, match: { name: given } };
    return null;
  }
  const from = port.integer(1, 65_535);
  if (from === undefined) return null;
  if (!endPort.present) return { protocol: lower, match: { from, to: from } };
  const to = endPort.integer(from, 65_535);
  return to === undefined ? null : { protocol: lower, match: { from, to } };
}

/** Null for a peer that cannot be. */
function readPeer(value: Value): Peer | null {
  value.only('podSelector', 'namespaceSelector', 'ipBlock');
  const pods = value.get('podSelector');
  const namespaces = value.get('namespaceSelector');
  const block = value.get('ipBlock');
  if (block.present) {
    if (!pods.present && !namespaces.present) return readBlock(block);
    block.wrong('no ipBlock beside selectors');
    return null;
  }
  if (!pods.present && !namespaces.present) {
    value.wrong('a podSelector, a namespaceSelector or an ipBlock');
    return null;
  }
  return {
    ...ANY_PEER,
    selector: podsSelected(readLabelSelector(pods)),
    namespaceSelector: namespaces.present ? namespacesSelected(readLabelSelector(namespaces)) : null,
  };
}

function readBlock(value: Value): Peer | null {
  value.only('cidr', 'except');
  const cidr = value.get('cidr');
  if (!cidr.present) cidr.wrong('a block of addresses such as 10.0.0.0/8');
  const net = readCidr(cidr);
  const except = value
    .get('except')
    .items()
    .map((item) => readCidr(item));
  if (net === undefined || except.includes(undefined)) return null;
  return { ...ANY_PEER, nets: [net], notNets: except.filter((text) => text !== undefined) };
}
