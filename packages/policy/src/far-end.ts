import {
  type Endpoint,
  endpointText,
  type FlowGroup,
  INNER_NETWORK_NAMES,
  type Labels,
  networkText,
  parseIp,
  workloadOf,
} from '@vibrissa/model';
import type { ClusterIndex } from './cluster-index.js';
import { addressesOf, endLabels, sameLabels } from './learned-line.js';
import { NetSet, whereabouts } from './nets.js';
import type { Direction } from './policy.js';
import { isNamespaceName, stableLabels } from './stable-labels.js';

/** Which addresses an end can have that are not all known. */
export type Place = 'public' | 'private' | 'any';

/** The far end of a connection as a rule can name it; ends with the same id are one. */
export type FarEnd = (
  | {
      readonly kind: 'dns' | 'pods';
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'set';
      readonly namespace: string;
      readonly name: string;
      readonly labels: Readonly<Record<string, string>> | null;
    }
  | { readonly kind: 'everyone' }
  | { readonly kind: 'api' | 'addresses' | 'node'; readonly place: Place }
) & {
  readonly id: string;
  /** What a person calls it. */
  readonly text: string;
};

/** Why no rule can name it. */
export interface Unnamed {
  readonly reason: string;
}

const EVERYONE: FarEnd = { kind: 'everyone', id: 'everyone', text: 'every pod' };

const DNS_PORT = 53;
const API_PORT = 6443;

/** Names far ends of connections, from what flows tell and else from what is known of the cluster. */
export class FarEnds {
  private readonly labelsByName = new Map<string, Labels>();
  /** Lines of the same pods mostly tell the same labels, so what they are called is worked out once. */
  private readonly podsByName = new Map<
    string,
    { readonly labels: Labels; readonly far: FarEnd | Unnamed }
  >();
  private readonly apiAddresses: ReadonlySet<string>;

  constructor(private readonly index: ClusterIndex) {
    this.apiAddresses = new Set(apiAddressesOf(index));
  }

  of(line: FlowGroup, direction: Direction): FarEnd | Unnamed {
    const end = direction === 'ingress' ? 'source' : 'dest';
    const endpoint = line.key[end];
    if (!isNamespaceName(endpoint.namespace)) return { reason: 'It names a namespace that cannot be.' };
    switch (endpoint.kind) {
      case 'workload':
        // What answers names answers every pod, also those that are made tomorrow.
        if (direction === 'ingress' && isDns(line) && isDnsServer(line)) return EVERYONE;
        return this.knownPods(endpoint, endLabels(line, end), direction === 'egress' && isDns(line));
      case 'network-set':
        return this.set(endpoint, endLabels(line, end));
      case 'host':
      case 'network':
        return this.place(line, direction);
    }
  }

  /** The labels that all pods of a name have, as far as the cluster is known. */
  known({ namespace, name }: Endpoint): Labels {
    const id = `${namespace}/${name}`;
    const found = this.labelsByName.get(id);
    if (found !== undefined) return found;
    const pods = this.index.podsNamed(namespace, name);
    const stem = name.replace(/-\*$/, '');
    const made =
      this.index.workload(namespace, stem) ??
      this.index.workload(namespace, workloadOf({ kind: 'workload', namespace, name, address: '' }));
    const parties = pods.length > 0 || made === null ? pods : [made];
    const [first, ...rest] = parties.map(({ labels }) => [...(labels ?? [])].map(([k, v]) => `${k}=${v}`));
    const common = first?.filter((label) => rest.every((labels) => labels.includes(label))).sort() ?? null;
    this.labelsByName.set(id, common);
    return common;
  }

  private knownPods(endpoint: Endpoint, observed: Labels, dns: boolean): FarEnd | Unnamed {
    const id = `${dns ? 'dns' : 'pods'} ${endpoint.namespace} ${endpoint.name}`;
    const found = this.podsByName.get(id);
    if (found !== undefined && sameLabels(found.labels, observed)) return found.far;
    const far = this.pods(endpoint, observed, dns);
    this.podsByName.set(id, { labels: observed, far });
    return far;
  }

  private pods(endpoint: Endpoint, observed: Labels, dns: boolean): FarEnd | Unnamed {
    const labels = stableLabels(observed) ?? stableLabels(this.known(endpoint));
    if (labels === null) {
      return { reason: `No stable label of ${endpointText(endpoint)} is known to name it by.` };
    }
    const { namespace } = endpoint;
    const kind = dns ? 'dns' : 'pods';
    // The pods of a StatefulSet are named one by one, and a rule by their labels is for all of them.
    const name = endpoint.name.endsWith('*') ? workloadOf(endpoint) : endpoint.name.replace(/-\d+$/, '');
    return {
      kind,
      namespace,
      labels,
      id: JSON.stringify([kind, namespace, labels]),
      text: `${name === '' ? 'pods' : name} in ${namespace}`,
    };
  }

  private set({ namespace, name }: Endpoint, observed: Labels): FarEnd {
    const known = this.index.cluster.networkSets.find(
      (set) => set.namespace === namespace && set.name === name,
    );
    const told = Object.entries(known?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
    return {
      kind: 'set',
      namespace,
      name,
      labels: stableLabels(observed) ?? stableLabels(told),
      id: JSON.stringify(['set', namespace, name]),
      text: `network set ${namespace === '' ? name : `${namespace}/${name}`}`,
    };
  }

  private place(line: FlowGroup, direction: Direction): FarEnd | Unnamed {
    const { source, dest, port, protocol } = line.key;
    const endpoint = direction === 'ingress' ? source : dest;
    const { known, isWhole } = addressesOf(line, direction);
    const isInner = endpoint.kind === 'network' && INNER_NETWORK_NAMES.includes(endpoint.name);
    if (isInner) return { reason: innerReason(endpoint.name, direction) };
    const place = placeOf(endpoint, known, isWhole);
    const isApi =
      direction === 'egress' &&
      ((line.service?.namespace === 'default' && line.service.name === 'kubernetes') ||
        (known.length > 0 && known.every((ip) => this.apiAddresses.has(ip))) ||
        (port === API_PORT && place === 'private'));
    if (isApi) return { kind: 'api', place, id: 'api', text: networkText('kube-apiserver') };
    if (endpoint.kind === 'host') {
      if (known.length === 0) {
        return {
          reason:
            direction === 'ingress'
              ? 'The address of the node was not reported. What comes from the pod’s own node, such as its health probes, passes without a rule.'
              : 'The address of the node was not reported, so no rule can name it.',
        };
      }
      return { kind: 'node', place, id: `node ${endpoint.name}`, text: `node ${endpoint.name}` };
    }
    const { address } = endpoint;
    const isName = address !== '' && parseIp(address) === null;
    // Addresses without a name are put together with those of the same port, so that none is let at another's.
    const id = isName ? ['name', address, place] : ['addresses', place, protocol, port];
    return {
      kind: 'addresses',
      place,
      id: JSON.stringify(id),
      text: isName ? address : networkText(endpoint.name),
    };
  }
}

function isDns({ key: { port, protocol }, service }: FlowGroup): boolean {
  return (protocol === 'udp' || protocol === 'tcp') && (port === DNS_PORT || service?.port === DNS_PORT);
}

/** True where the cluster's names are answered; a port alone proves nothing of a pod. */
function isDnsServer({ key: { dest }, service }: FlowGroup): boolean {
  return dest.namespace === 'kube-system' || service?.port === DNS_PORT;
}

function innerReason(name: string, direction: Direction): string {
  if (direction === 'ingress' && (name === 'host' || name === 'health')) {
    return 'What comes from the pod’s own node, such as its health probes, passes without a rule.';
  }
  return `Only a policy of Cilium’s own kind can name ${networkText(name)}.`;
}

function placeOf({ kind, name }: Endpoint, known: readonly string[], isWhole: boolean): Place {
  const inside = known.filter(isPrivate).length;
  if (known.length > 0 && inside === known.length) return 'private';
  if (!isWhole && inside > 0) return 'any';
  return known.length === 0 && (kind === 'host' || name === 'pvt') ? 'private' : 'public';
}

/** The blocks that Calico calls private, which are those of IPv4 alone. */
export const PRIVATE_BLOCKS: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

const PRIVATE = new NetSet(PRIVATE_BLOCKS);

function isPrivate(ip: string): boolean {
  return PRIVATE.match(whereabouts(ip, undefined), null) === 'yes';
}

/** Where the API server is, by the endpoints of its service. */
export function apiAddressesOf({ cluster }: ClusterIndex): readonly string[] {
  return cluster.endpointSlices
    .filter(({ namespace, service }) => namespace === 'default' && service === 'kubernetes')
    .flatMap(({ addresses }) => addresses);
}
