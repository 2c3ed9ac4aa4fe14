import {
  type Cidr,
  type Endpoint,
  type Labels,
  leftOut,
  parseIp,
  type Tally,
  workloadOf,
} from '@vibrissa/model';
import { blocksOf, type ClusterIndex } from './cluster-index.js';
import { type NamedPort, outsideParty, type Party, podParty, type UnsureLabels } from './connection.js';

/** What a flow tells of one of its ends. */
export interface ObservedEnd {
  readonly endpoint: Endpoint;
  readonly labels: Labels;
  readonly ips: Tally;
}

const PRIVATE = blocksOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']);
/** What Calico calls public: every other address of IPv4 and all of IPv6. */
const PUBLIC: readonly Cidr[] = [...without(PRIVATE), ...blocksOf(['::/0'])];

function without(blocks: readonly Cidr[]): readonly Cidr[] {
  const rest: Cidr[] = [];
  let next = 0n;
  for (const { first, last } of blocks) {
    if (first > next) rest.push({ version: 4, first: next, last: first - 1n });
    next = last + 1n;
  }
  return [...rest, { version: 4, first: next, last: 2n ** 32n - 1n }];
}

/** An end of an observed flow as policies see it, with what the flow leaves open marked as not known. */
export function observedParty(end: ObservedEnd, cluster: ClusterIndex): Party {
  return placedParty(
    end.endpoint,
    unplacedParty(end.endpoint, end.labels, cluster),
    addressesOf(end),
    cluster,
  );
}

/** What an end is wherever it is: its labels, names and profiles. */
export function unplacedParty(endpoint: Endpoint, labels: Labels, cluster: ClusterIndex): Party {
  switch (endpoint.kind) {
    case 'workload':
      return workloadParty(endpoint, labels, cluster);
    case 'host':
      return cluster.host(endpoint.name) ?? bareHost(labels);
    case 'network-set':
      return cluster.networkSet(endpoint.namespace, endpoint.name) ?? bareSet(endpoint, labels, cluster);
    case 'network':
      return outsideParty(null);
  }
}

/** The same end at the addresses that it was seen at; none is not known. */
export function placedParty(
  endpoint: Endpoint,
  party: Party,
  ips: readonly string[],
  cluster: ClusterIndex,
): Party {
  if (endpoint.kind === 'network') return networkParty(endpoint, ips, cluster);
  if (ips.length === 0) return party;
  const place = placeOf(ips);
  // Hosts and sets that are known have more addresses than those that a flow happened to see.
  const isWhole = endpoint.kind === 'workload' || place.ip !== null || !isKnown(endpoint, cluster);
  const placed = isWhole ? { ...withoutPlace(party), ...place } : party;
  if (endpoint.kind !== 'network-set' || !areFew(ips)) return placed;
  const others = (ip: string) =>
    cluster.setsAround(ip, undefined).filter(({ name }) => name !== endpoint.name);
  return { ...placed, each: ips.map((ip) => ({ ...withoutPlace(party), ip, sets: others(ip) })) };
}

/** Several rules may cover so many addresses between them; of more it is only asked what holds for all at once. */
function areFew({ length }: readonly string[]): boolean {
  return length > 1 && length <= 16;
}

function isKnown({ kind, namespace, name }: Endpoint, cluster: ClusterIndex): boolean {
  return (kind === 'host' ? cluster.host(name) : cluster.networkSet(namespace, name)) !== null;
}

/** The addresses it certainly had, where the flow tells all of them. */
export function addressesOf({ endpoint, ips }: Omit<ObservedEnd, 'labels'>): readonly string[] {
  if (parseIp(endpoint.address) !== null) return [endpoint.address];
  return leftOut(ips) > 0 ? [] : ips.kept.map(([ip]) => ip).filter((ip) => parseIp(ip) !== null);
}

/** One address, or the blocks of several; nothing when none is known. */
function placeOf(ips: readonly string[]): Pick<Party, 'ip' | 'within'> {
  const [ip = null, ...more] = ips;
  return more.length === 0 ? { ip } : { ip: null, within: blocksOf(ips) };
}

function workloadParty(endpoint: Endpoint, labels: Labels, cluster: ClusterIndex): Party {
  const { namespace, name } = endpoint;
  const pods = cluster.podsNamed(namespace, name);
  const made =
    cluster.workload(namespace, name.replace(/-\*$/, '')) ??
    cluster.workload(namespace, workloadOf(endpoint));
  const candidates = pods.length > 0 || made === null ? pods : [made];
  const [first] = candidates;
  if (first === undefined) return bareWorkload(namespace, labels, cluster);
  return withObserved(candidates.length === 1 ? first : merged(candidates, first, cluster), labels);
}

function withoutPlace({ within: _, ...party }: Party): Party {
  return party;
}

/** A workload of which the flow alone tells. */
function bareWorkload(namespace: string, labels: Labels, cluster: ClusterIndex): Party {
  const party = podParty({
    namespace,
    labels: Object.fromEntries(pairs(labels)),
    namespaceLabels: cluster.labelsOfNamespace(namespace),
    ip: null,
  });
  const { namespace: unsureNamespace } = cluster.unsureOf(namespace);
  // A flow keeps only the labels that all its pods share, and never the service account.
  const unsure = { keys: NO_KEYS, own: true, namespace: unsureNamespace, serviceAccount: true };
  return { ...party, unsure };
}

const NO_KEYS: ReadonlySet<string> = new Set();

function pairs(labels: Labels): readonly (readonly [string, string])[] {
  return (labels ?? []).map((label) => {
    const split = label.indexOf('=');
    return split < 0 ? [label, ''] : [label.slice(0, split), label.slice(split + 1)];
  });
}

/** Any one of several pods: what they do not have in common is not known. */
function merged(parties: readonly Party[], first: Party, cluster: ClusterIndex): Party {
  const labels = new Map<string, string>();
  const keys = new Set<string>();
  for (const party of parties) {
    for (const [key, value] of party.labels ?? []) {
      const same = parties.every((other) => other.labels?.get(key) === value);
      if (same) labels.set(key, value);
      else keys.add(key);
    }
    for (const key of party.unsure?.keys ?? []) keys.add(key);
  }
  const open = (which: 'own' | 'namespace' | 'serviceAccount') =>
    parties.some(({ unsure }) => unsure?.[which] === true);
  const unsure: UnsureLabels = {
    keys,
    own: open('own'),
    namespace: open('namespace'),
    serviceAccount: open('serviceAccount'),
  };
  const isSure = keys.size === 0 && !unsure.own && !unsure.namespace && !unsure.serviceAccount;
  const declared = parties.flatMap(({ namedPorts }) => namedPorts ?? []);
  const byAll = declared.filter((port) => parties.every(({ namedPorts }) => declares(namedPorts, port)));
  const services = first.services?.filter((one) =>
    parties.every((other) => other.services?.some((two) => JSON.stringify(one) === JSON.stringify(two))),
  );
  const sameServices = parties.every(({ services: list }) => list?.length === services?.length);
  const ips = parties.flatMap(({ ip, within }) => (ip === null ? (within ?? []) : blocksOf([ip])));
  const allPlaced = parties.every(({ ip, within }) => ip !== null || within !== undefined);
  return {
    kind: 'workload',
    labels,
    ip: null,
    profiles: first.profiles,
    namedPorts: byAll,
    perhapsPorts: declared.filter((port) => !byAll.includes(port)),
    sets: allPlaced ? cluster.setsAround(null, ips) : [],
    ...(allPlaced ? { within: ips } : {}),
    ...(isSure ? {} : { unsure }),
    ...(services !== undefined && sameServices ? { services } : {}),
  };
}

function declares(ports: readonly NamedPort[] | undefined, port: NamedPort): boolean {
  return (ports ?? []).some(
    (one) => one.name === port.name && one.port === port.port && one.protocol === port.protocol,
  );
}

/** The labels of a flow are of its time: where the pod has others now, neither is certain. */
function withObserved(party: Party, observed: Labels): Party {
  const changed = pairs(observed)
    .filter(([key, value]) => party.labels?.get(key) !== value && party.unsure?.keys.has(key) !== true)
    .map(([key]) => key);
  if (changed.length === 0) return party;
  const before = party.unsure ?? { keys: NO_KEYS, own: false, namespace: false, serviceAccount: false };
  return { ...party, unsure: { ...before, keys: new Set([...before.keys, ...changed]) } };
}

function bareHost(labels: Labels): Party {
  return {
    kind: 'host',
    labels: new Map(pairs(labels)),
    unsure: { keys: NO_KEYS, own: true, namespace: false, serviceAccount: false },
    ip: null,
    profiles: [],
  };
}

function bareSet({ namespace }: Endpoint, observed: Labels, cluster: ClusterIndex): Party {
  const labels = new Map(pairs(observed));
  if (namespace !== '') {
    for (const [key, value] of Object.entries(cluster.labelsOfNamespace(namespace)))
      labels.set(`pcns.${key}`, value);
    labels.set('pcns.projectcalico.org/name', namespace);
    labels.set('projectcalico.org/namespace', namespace);
  }
  return {
    kind: 'network-set',
    labels,
    unsure: {
      keys: NO_KEYS,
      own: true,
      namespace: cluster.unsureOf(namespace).namespace,
      serviceAccount: false,
    },
    ip: null,
    profiles: [],
  };
}

function networkParty(endpoint: Endpoint, ips: readonly string[], cluster: ClusterIndex): Party {
  const { name } = endpoint;
  const [ip] = ips;
  // By its address it may be known as something else by now, but the flow was counted as a stranger's.
  const within = ips.length > 0 ? blocksOf(ips) : blocksNamed(name);
  const place =
    ips.length === 1 ? { ip: ip ?? null } : within === undefined ? { ip: null } : { ip: null, within };
  return {
    ...outsideParty(null),
    ...place,
    ...(areFew(ips)
      ? { each: ips.map((one) => networkParty({ ...endpoint, address: one }, [one], cluster)) }
      : {}),
    sets: cluster.setsAround(place.ip, within),
    ...(cluster.cluster.complete ? { services: [] } : {}),
  };
}

/** Only these two names tell anything of addresses. */
function blocksNamed(name: string): readonly Cidr[] | undefined {
  if (name === 'pvt') return PRIVATE;
  return name === 'pub' ? PUBLIC : undefined;
}
