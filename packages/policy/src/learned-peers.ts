import { parseIp } from '@vibrissa/model';
import type { NetworkSetObject } from './cluster.js';
import type { ClusterIndex } from './cluster-index.js';
import { apiAddressesOf, type FarEnd, type Place, PRIVATE_BLOCKS } from './far-end.js';
import { namespacesSelected, OF_KUBERNETES, podsSelected } from './label-selector.js';
import type { PeerTraffic } from './learned-traffic.js';
import { ANY_PEER, type Peer } from './policy.js';
import { NAMESPACE_NAME } from './read-cluster.js';
import { ALL, labelsEqual, type Selector } from './selector.js';

export interface PeerContext {
  /** The namespace that the policy is in. */
  readonly namespace: string;
  readonly dialect: 'kubernetes' | 'calico';
  readonly index: ClusterIndex;
  /** Makes a name for a network set that no other of this policy has. */
  readonly setName: (wish: string) => string;
}

/** A far end in the words of a policy. */
export interface LearnedPeer {
  /** Several where the dialect has no one peer for all of its addresses. Empty when nothing can name it. */
  readonly peers: readonly Peer[];
  readonly set: NetworkSetObject | null;
  /** What to check before, or why there are no peers. */
  readonly notes: readonly string[];
  /** True where the peer itself says which ports: a service. */
  readonly ownPorts?: boolean;
}

/** Up to so many addresses are listed in a rule of Calico's; more become a network set. */
const FEW_ADDRESSES = 4;
/** With more addresses than this a rule is for all addresses of their sort. */
const MOST_ADDRESSES = { calico: 500, kubernetes: 50 } as const;

/** Selects the network sets that are written with a policy. */
export const SET_LABEL = 'vibrissa.io/network-set';

/** Names a far end as narrowly as what was reported of it allows. */
export function learnedPeer(far: FarEnd, traffic: PeerTraffic, context: PeerContext): LearnedPeer {
  switch (far.kind) {
    case 'dns':
    case 'pods':
      return { peers: [podPeer(far, context)], set: null, notes: [] };
    case 'everyone':
      return { peers: [everyPod(context)], set: null, notes: [] };
    case 'set':
      return setPeer(far, traffic, context);
    case 'api':
      return apiPeer(far, traffic, context);
    case 'node':
      return {
        ...addressPeer(far, traffic, context),
        notes: [
          `${far.text} is named by its addresses: nodes come and go, so look at the rule when they do.`,
        ],
      };
    case 'addresses':
      return addressPeer(far, traffic, context);
  }
}

export function podPeer(
  { namespace, labels }: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  context: Pick<PeerContext, 'namespace' | 'dialect'>,
): Peer {
  const isNear = namespace === context.namespace;
  if (context.dialect === 'kubernetes') {
    return {
      ...ANY_PEER,
      selector: podsSelected({ matchLabels: labels, matchExpressions: [] }),
      namespaceSelector: isNear
        ? null
        : namespacesSelected({ matchLabels: { [NAMESPACE_NAME]: namespace }, matchExpressions: [] }),
    };
  }
  return {
    ...ANY_PEER,
    selector: labelsEqual(labels),
    namespaceSelector: isNear ? null : calicoNamespace(namespace),
  };
}

function everyPod({ dialect }: PeerContext): Peer {
  // Only what is in a namespace has labels of one, so in Calico these are no addresses outside.
  return { ...ANY_PEER, selector: dialect === 'calico' ? null : OF_KUBERNETES, namespaceSelector: ALL };
}

function calicoNamespace(namespace: string): Selector {
  return { op: 'eq', key: 'projectcalico.org/name', value: namespace };
}

function setPeer(
  { namespace, name, labels, text }: Extract<FarEnd, { kind: 'set' }>,
  traffic: PeerTraffic,
  context: PeerContext,
): LearnedPeer {
  if (context.dialect === 'calico' && labels !== null) {
    const namespaceSelector: Selector | null =
      namespace === context.namespace
        ? null
        : namespace === ''
          ? { op: 'global' }
          : calicoNamespace(namespace);
    return {
      peers: [{ ...ANY_PEER, selector: labelsEqual(labels), namespaceSelector }],
      set: null,
      notes: [],
    };
  }
  const known = context.index.cluster.networkSets.find(
    (set) => set.namespace === namespace && set.name === name,
  );
  const nets = known?.nets ?? (traffic.hasMoreAddresses ? [] : blocksOf(traffic));
  if (nets.length === 0) {
    const why =
      context.dialect === 'calico'
        ? 'it has no label to select it by'
        : 'a Kubernetes policy cannot select it';
    return { peers: [], set: null, notes: [`The addresses of ${text} are not known, and ${why}.`] };
  }
  return {
    peers: netPeers(nets, [], context),
    set: null,
    notes: [`The addresses of ${text} are written out: the rule does not follow when the set changes.`],
  };
}

function apiPeer(
  far: FarEnd & { readonly place: Place },
  traffic: PeerTraffic,
  context: PeerContext,
): LearnedPeer {
  const nets = blocks([...traffic.addresses, ...apiAddressesOf(context.index)]);
  if (nets.length > 0 && nets.length <= MOST_ADDRESSES[context.dialect]) {
    return {
      peers: netPeers(nets, [], context),
      set: null,
      notes: [
        'The Kubernetes API is named by the addresses of its servers: they change with the control plane.',
      ],
    };
  }
  // Where all is known of the cluster but no endpoints of the service, a rule by its name would match nothing.
  if (context.dialect === 'calico' && !context.index.cluster.complete) {
    return {
      peers: [{ ...ANY_PEER, service: { namespace: 'default', name: 'kubernetes' } }],
      set: null,
      notes: ['The Kubernetes API is named by its service, since no address of it was reported.'],
      ownPorts: true,
    };
  }
  return widePeer(far.place, 'the Kubernetes API', context);
}

function addressPeer(
  far: FarEnd & { readonly place: Place },
  traffic: PeerTraffic,
  context: PeerContext,
): LearnedPeer {
  const names = [...traffic.dnsNames].sort();
  const called = names.length === 0 ? far.text : names.slice(0, 5).join(', ');
  const nets = blocksOf(traffic);
  if (traffic.hasMoreAddresses || nets.length === 0 || nets.length > MOST_ADDRESSES[context.dialect]) {
    return widePeer(far.place, called, context);
  }
  const notes =
    names.length === 0
      ? []
      : [
          `${called} is named by the addresses seen, which may change: a rule by domain needs a dialect of its own, such as that of Calico Enterprise or Cilium.`,
        ];
  if (context.dialect === 'kubernetes' || nets.length <= FEW_ADDRESSES) {
    return { peers: netPeers(nets, [], context), set: null, notes };
  }
  const [only] = names.length === 1 ? names : [];
  const [protocol = '', ports] = [...traffic.protocols][0] ?? [];
  const [port = 0] = [...(ports?.ports.keys() ?? [])];
  const name = context.setName(only ?? `${far.place}-${port === 0 ? protocol : port}`);
  return {
    peers: [{ ...ANY_PEER, selector: { op: 'eq', key: SET_LABEL, value: name } }],
    set: { namespace: context.namespace, name, labels: { [SET_LABEL]: name }, nets },
    notes,
  };
}

/** All addresses of a sort: there is nothing to name it by more narrowly. */
function widePeer(place: Place, called: string, context: PeerContext): LearnedPeer {
  const what =
    place === 'private'
      ? 'all private addresses'
      : place === 'public'
        ? 'the whole internet'
        : 'every address';
  const notes = [
    `Not all addresses of ${called} were reported, or they are too many to list: the rule is for ${what}. Narrow it down.`,
  ];
  const set = null;
  if (place === 'private') return { peers: netPeers(PRIVATE_BLOCKS, [], context), set, notes };
  const except = place === 'public' ? PRIVATE_BLOCKS : [];
  const peers = [...netPeers(['0.0.0.0/0'], except, context), ...netPeers(['::/0'], [], context)];
  return { peers, set, notes };
}

/** Calico takes no rule with blocks of both families, and Kubernetes has a peer for each block. */
function netPeers(
  nets: readonly string[],
  notNets: readonly string[],
  { dialect }: PeerContext,
): readonly Peer[] {
  const isOf6 = (net: string) => net.includes(':');
  const groups =
    dialect === 'kubernetes'
      ? nets.map((net) => [net])
      : [nets.filter((net) => !isOf6(net)), nets.filter(isOf6)].filter((group) => group.length > 0);
  return groups.map((group) => ({ ...ANY_PEER, nets: group, notNets }));
}

function blocksOf({ addresses }: PeerTraffic): readonly string[] {
  return blocks([...addresses]);
}

/** Each address as a block of one, sorted, in one spelling. */
function blocks(addresses: readonly string[]): readonly string[] {
  const found = new Map<string, { readonly version: 4 | 6; readonly bits: bigint }>();
  for (const text of addresses) {
    const ip = parseIp(text);
    if (ip === null) continue;
    const spelled = ip.version === 6 ? `${text.toLowerCase()}/128` : `${dotted(Number(ip.bits))}/32`;
    found.set(spelled, ip);
  }
  return [...found]
    .sort(([, a], [, b]) => a.version - b.version || (a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0))
    .map(([text]) => text);
}

function dotted(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
