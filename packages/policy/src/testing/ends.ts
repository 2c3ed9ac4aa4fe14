import { parseIp } from '@vibrissa/model';
import type { Cluster, PodObject } from '../cluster.js';
import { ClusterIndex } from '../cluster-index.js';
import type { NamedPort, Party } from '../connection.js';
import { decideConnection } from '../evaluate.js';
import { PolicySet } from '../policy-set.js';
import { type Resources, readResources } from '../read-resources.js';

/** An end as the vectors name it: a workload, or a range of addresses outside the cluster. */
export type EndRow =
  | { readonly namespace: string; readonly name: string; readonly kind: string }
  | { readonly cidrRange: readonly [first: string, last: string] };

export interface PeerRow {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol?: string;
  }[];
  readonly ip: string;
}

/** One end to try; addresses stand for the range that a row names. */
export interface End {
  readonly id: string;
  readonly party: Party;
  /** What it is to another workload. */
  readonly amongPods: Party;
  /** Empty for a workload. */
  readonly address: string;
}

export interface TopologyOptions {
  /** Null takes the pods and workloads of the resources. */
  readonly peers: readonly PeerRow[] | null;
  readonly addresses: readonly string[];
  /**
   * True where the expected rows hold blocks of addresses to be about strangers only. All blocks are of IPv4
   * there, so between themselves pods get addresses of the other family.
   */
  readonly blocksAreForStrangers: boolean;
}

/** A cluster with one pod for each workload, and addresses outside, to ask about pairs of them. */
export class Topology {
  readonly ends: ReadonlyMap<string, End>;
  private readonly set: PolicySet;

  constructor(resources: string, { peers, addresses, blocksAreForStrangers }: TopologyOptions) {
    // Node peers are expected to mean what the API says, not what Calico makes of them.
    const options = { foreignPeers: 'as-specified', accepted: true } as const;
    const read = readResources([{ name: 'resources', text: resources }], options);
    const pods = peers === null ? podsOf(read) : peers.map(podOf);
    const cluster: Cluster = { ...read.cluster, pods };
    const index = new ClusterIndex(cluster);
    const inside = pods.flatMap((pod, place): readonly End[] => {
      const party = index.pod(pod.namespace, pod.name);
      if (party === null) return [];
      const amongPods = blocksAreForStrangers ? { ...party, ip: `fd00::${(place + 1).toString(16)}` } : party;
      return [{ id: idOf(pod), party, amongPods, address: '' }];
    });
    const outside = addresses.map((address): End => {
      const party = index.address(address);
      return { id: address, party, amongPods: party, address };
    });
    this.ends = new Map([...inside, ...outside].map((end) => [end.id, end]));
    this.set = new PolicySet(read.tiers, read.policies, read.profiles);
  }

  allows(source: End, dest: End, protocol: string, port: number): boolean {
    const among = source.address === '' && dest.address === '';
    const found = decideConnection(this.set, {
      source: among ? source.amongPods : source.party,
      dest: among ? dest.amongPods : dest.party,
      port,
      protocol: protocol.toLowerCase(),
    });
    if (found.verdict === 'unknown')
      throw new Error(`${source.id} to ${dest.id} on ${protocol} ${port} is unknown`);
    return found.verdict === 'allow';
  }
}

/** A name that tells a peer from others of its namespace and name. */
export function idOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

function podOf({ namespace, name, labels, ports, ip }: PeerRow): PodObject {
  return { ...template(namespace, name), labels, ips: [ip], ports: ports.flatMap(namedPort) };
}

function template(namespace: string, name: string): PodObject {
  return {
    namespace,
    name,
    labels: {},
    serviceAccount: 'default',
    ports: [],
    hostNetwork: false,
    ips: [],
    node: '',
    generateName: '',
    owner: null,
  };
}

function namedPort({ name, containerPort, protocol }: PeerRow['ports'][number]): readonly NamedPort[] {
  return name === undefined ? [] : [{ name, port: containerPort, protocol: protocol ?? 'TCP' }];
}

/** One pod for each workload, called like it, each with an address of its own. */
function podsOf({ cluster }: Resources): readonly PodObject[] {
  const made = new Map<string, PodObject>();
  const keep = (pod: PodObject) => {
    // The expected rows come from a tool that takes pods on the host's network for pods like others.
    if (!made.has(idOf(pod))) made.set(idOf(pod), { ...pod, hostNetwork: false });
  };
  for (const pod of cluster.pods) keep({ ...pod, name: pod.owner?.name ?? pod.name });
  for (const workload of cluster.workloads) keep({ ...template('', ''), ...workload });
  return [...made.values()].map((pod, index) =>
    pod.ips.length > 0 ? pod : { ...pod, ips: [`198.18.${index >> 8}.${(index & 255) + 1}`] },
  );
}

/** The addresses at which the answer can change: the ends of every range that a row names. */
export function addressesOf(ends: readonly EndRow[]): readonly string[] {
  return [...new Set(ends.flatMap((end) => ('cidrRange' in end ? [...end.cidrRange] : [])))];
}

/** True when a row is about an end. */
export function isAbout(row: EndRow, end: End): boolean {
  if ('cidrRange' in row) return end.address !== '' && isWithin(end.address, row.cidrRange);
  return end.address === '' && idOf(row) === end.id;
}

function isWithin(address: string, [first, last]: readonly [string, string]): boolean {
  const [low, high, ip] = [parseIp(first), parseIp(last), parseIp(address)];
  if (low === null || high === null || ip === null) return false;
  return ip.version === low.version && ip.bits >= low.bits && ip.bits <= high.bits;
}
