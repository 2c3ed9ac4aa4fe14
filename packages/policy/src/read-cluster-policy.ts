import type { Action } from '@vibrissa/model';
import { namespacesSelected, OF_KUBERNETES, podsSelected } from './label-selector.js';
import { ANY_PEER, anyRule, type Peer, type Policy, type PortMatch, type Rule } from './policy.js';
import { readCidr, readLabelSelector, readMetadata } from './read-parts.js';
import type { Value } from './read-value.js';
import { ALL, type Selector } from './selector.js';
import { simplifyPorts } from './simplify-ports.js';

/** The kinds of the network-policy-api: the first is the present one, the others came before it. */
export const CLUSTER_POLICY_KINDS = [
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
] as const;

export type ClusterPolicyKind = (typeof CLUSTER_POLICY_KINDS)[number];

/**
 * What to make of peers that Calico has no word for, such as nodes. `fail-closed` is Calico's own way: the whole
 * rule denies everything, or is dropped if it would allow. `as-specified` reads what the API means by them.
 */
export type ForeignPeers = 'fail-closed' | 'as-specified';

/** A policy of the network-policy-api as the Calico policy it becomes. */
export function readClusterPolicy(object: Value, kind: ClusterPolicyKind, foreign: ForeignPeers): Policy {
  const spec = object.get('spec').only('tier', 'priority', 'subject', 'ingress', 'egress');
  const baseline = isBaseline(spec, kind);
  const priority = spec.get('priority').integer(0, 1000);
  if (priority === undefined && kind !== 'BaselineAdminNetworkPolicy' && !spec.get('priority').present) {
    spec.get('priority').wrong('a priority from 0 to 1000');
  }
  const read = new RuleReader(kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow', foreign);
  const ingress = read.rules(spec.get('ingress'), 'from');
  const egress = read.rules(spec.get('egress'), 'to');
  return {
    kind: 'ClusterNetworkPolicy',
    namespace: '',
    name: readMetadata(object).name,
    tier: baseline ? 'kube-baseline' : 'kube-admin',
    order: priority ?? (kind === 'BaselineAdminNetworkPolicy' ? 0 : null),
    ...readSubject(spec.get('subject')),
    types: [
      ...(ingress.length > 0 ? (['ingress'] as const) : []),
      ...(egress.length > 0 ? (['egress'] as const) : []),
    ],
    ingress,
    egress,
  };
}

function isBaseline(spec: Value, kind: ClusterPolicyKind): boolean {
  if (kind !== 'ClusterNetworkPolicy') return kind === 'BaselineAdminNetworkPolicy';
  const tier = spec.get('tier');
  if (!tier.present) tier.wrong('Admin or Baseline');
  return tier.oneOf(['Admin', 'Baseline']) === 'Baseline';
}

function readSubject(value: Value): { selector: Selector; namespaceSelector: Selector } {
  value.only('namespaces', 'pods');
  const subject = readPods(value);
  if (subject !== null)
    return { selector: subject.selector ?? OF_KUBERNETES, namespaceSelector: subject.within };
  value.wrong('namespaces or pods');
  return { selector: OF_KUBERNETES, namespaceSelector: ALL };
}

/** Whom `namespaces` or `pods` names; null when neither or both are given. */
function readPods(value: Value): { selector: Selector | null; within: Selector } | null {
  const namespaces = value.get('namespaces');
  const pods = value.get('pods');
  if (namespaces.present === pods.present) return null;
  if (namespaces.present) {
    return { selector: null, within: namespacesSelected(readLabelSelector(namespaces)) };
  }
  pods.only('namespaceSelector', 'podSelector');
  return {
    selector: podsSelected(readLabelSelector(pods.get('podSelector'))),
    within: namespacesSelected(readLabelSelector(pods.get('namespaceSelector'))),
  };
}

/** Thrown within a rule that Calico cannot take: what it allows is dropped, anything else denies. */
class NotConvertible extends Error {}

class RuleReader {
  constructor(
    private readonly allowing: 'Accept' | 'Allow',
    private readonly foreign: ForeignPeers,
  ) {}

  rules(value: Value, side: 'from' | 'to'): readonly Rule[] {
    return value.items().flatMap((item, written) => this.rule(item, side, written));
  }

  private rule(value: Value, side: 'from' | 'to', written: number): readonly Rule[] {
    value.only('name', 'action', side, this.allowing === 'Accept' ? 'protocols' : 'ports');
    const actionValue = value.get('action');
    const word = actionValue.oneOf([this.allowing, 'Deny', 'Pass']);
    if (word === undefined) {
      if (!actionValue.present) actionValue.wrong(`${this.allowing}, Deny or Pass`);
      return [];
    }
    const action: Action = word === 'Deny' ? 'deny' : word === 'Pass' ? 'pass' : 'allow';
    const name = value.get('name').text();
    const about = { written, ...(name === undefined ? {} : { name }) };
    try {
      const peers = value.get(side);
      if (peers.items().length === 0) peers.wrong('at least one peer');
      const far = peers.items().map((peer) => this.peer(peer, side));
      const ports = this.allowing === 'Accept' ? readProtocols(value) : readPorts(value);
      return ports.flatMap(([protocol, list]) =>
        far.map((peer): Rule => {
          const dest = side === 'to' ? peer : ANY_PEER;
          return {
            action,
            protocol,
            notProtocol: null,
            source: side === 'from' ? peer : ANY_PEER,
            dest: list.length === 0 ? dest : { ...dest, ports: list },
            ...about,
          };
        }),
      );
    } catch (error) {
      if (!(error instanceof NotConvertible)) throw error;
      return action === 'allow' ? [] : [{ ...anyRule('deny'), ...about }];
    }
  }

  private peer(value: Value, side: 'from' | 'to'): Peer {
    value.only('namespaces', 'pods', ...(side === 'to' ? ['nodes', 'networks', 'domainNames'] : []));
    const foreign = value.get('nodes').present
      ? 'nodes'
      : value.get('domainNames').present
        ? 'domainNames'
        : null;
    if (side === 'to' && foreign !== null) return this.foreignPeer(value.get(foreign), foreign);
    const networks = value.get('networks');
    if (side === 'to' && networks.present) {
      const nets = networks.items().map(readCidr);
      if (nets.length === 0 || nets.includes(undefined)) throw new NotConvertible();
      return { ...ANY_PEER, nets: nets.filter((net) => net !== undefined) };
    }
    const pods = readPods(value);
    if (pods === null) {
      value.wrong(side === 'to' ? 'namespaces, pods, nodes or networks' : 'namespaces or pods');
      throw new NotConvertible();
    }
    return { ...ANY_PEER, selector: pods.selector, namespaceSelector: pods.within };
  }

  private foreignPeer(value: Value, kind: 'nodes' | 'domainNames'): Peer {
    if (this.foreign === 'fail-closed' || kind === 'domainNames') {
      value.warn(`Calico has no ${kind}: the whole rule is dropped if it allows, else it denies everything`);
      throw new NotConvertible();
    }
    // A node is a host endpoint, which has no namespace.
    return {
      ...ANY_PEER,
      selector: namespacesSelected(readLabelSelector(value)),
      namespaceSelector: { op: 'global' },
    };
  }
}

type ByProtocol = readonly (readonly [protocol: string | null, ports: readonly PortMatch[]])[];

/** Null as a protocol is any; an entry without ports is all of the protocol's. */
function byProtocol(given: readonly (readonly [protocol: string, ports: PortMatch | null])[]): ByProtocol {
  if (given.length === 0) return [[null, []]];
  const found = new Map<string, PortMatch[] | null>();
  for (const [protocol, port] of given) {
    const before = found.get(protocol);
    if (port === null || before === null) found.set(protocol, null);
    else found.set(protocol, [...(before ?? []), port]);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([protocol, ports]) => [
      protocol === '' ? null : protocol,
      ports === null ? [] : simplifyPorts(ports),
    ]);
}

const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;

/** ClusterNetworkPolicy: `protocols: [{tcp: {destinationPort: {number: 80}}}, {destinationNamedPort: web}]`. */
function readProtocols(rule: Value): ByProtocol {
  return byProtocol(
    rule
      .get('protocols')
      .items()
      .map((item) => {
        item.only(...PROTOCOLS, 'destinationNamedPort');
        const named = item.get('destinationNamedPort').text('the name of a port');
        if (named !== undefined) return ['', { name: named }];
        const protocol = PROTOCOLS.find((name) => item.get(name).present);
        if (protocol === undefined) {
          item.wrong('tcp, udp, sctp or destinationNamedPort');
          throw new NotConvertible();
        }
        const port = item
          .get(protocol)
          .only('destinationPort')
          .get('destinationPort')
          .only('number', 'range');
        if (!port.present) return [protocol, null];
        const range = port.get('range');
        return [protocol, range.present ? readRange(range) : readNumber(port.get('number'))];
      }),
  );
}

/** The kinds before it: `ports: [{portNumber: {protocol: TCP, port: 80}}, {namedPort: web}]`. */
function readPorts(rule: Value): ByProtocol {
  return byProtocol(
    rule
      .get('ports')
      .items()
      .map((item) => {
        item.only('portNumber', 'portRange', 'namedPort');
        const named = item.get('namedPort').text('the name of a port');
        if (named !== undefined) return ['', { name: named }];
        const range = item.get('portRange');
        const given = range.present ? range : item.get('portNumber');
        if (!given.present) {
          item.wrong('portNumber, portRange or namedPort');
          throw new NotConvertible();
        }
        const protocol = (given.get('protocol').oneOf(['TCP', 'UDP', 'SCTP']) ?? 'TCP').toLowerCase();
        return [protocol, range.present ? readRange(range) : readNumber(given.get('port'))];
      }),
  );
}

function readNumber(value: Value): PortMatch {
  if (!value.present) value.wrong('a port');
  const port = value.integer(1, 65_535);
  if (port === undefined) throw new NotConvertible();
  return { from: port, to: port };
}

function readRange(value: Value): PortMatch {
  const from = value.get('start').integer(1, 65_535);
  const to = value.get('end').integer(1, 65_535);
  if (from !== undefined && to !== undefined && from < to) return { from, to };
  value.wrong('a range of ports: start below end');
  throw new NotConvertible();
}
