import type { Cidr } from '@vibrissa/model';
import type { Icmp, ServiceName } from './policy.js';
import type { LabelMap } from './selector.js';

/**
 * One end of a connection as policies see it. `labels` is undefined for what no selector can match by itself
 * (an address outside the cluster) and null when nothing is known of them.
 */
export interface Party {
  /** Policies govern workloads and hosts alone; absent is a workload, or a stranger when it has no labels. */
  readonly kind?: 'workload' | 'host' | 'network-set' | 'outside';
  readonly labels: LabelMap | null | undefined;
  /** Which of the labels are not known for certain; absent when all are. */
  readonly unsure?: UnsureLabels;
  /** Null when not known. */
  readonly ip: string | null;
  /** Where `ip` is null: the blocks that its address is in one of; absent when it can be anything. */
  readonly within?: readonly Cidr[];
  /** Where it is known to be one of a few addresses: what it is with each of them. */
  readonly each?: readonly Party[];
  /** Ports that the endpoint declares by name; absent when not known. */
  readonly namedPorts?: readonly NamedPort[];
  /** Declared by some of the pods that this party may be, not by all. */
  readonly perhapsPorts?: readonly NamedPort[];
  /** The services that it stands behind; absent when not known. */
  readonly services?: readonly ServiceBacking[];
  /** The network sets that its address is in, or may be. */
  readonly sets?: readonly SetMembership[];
  /** Its profiles in order, `kns.shop` for a pod in namespace shop. */
  readonly profiles: readonly string[];
}

/** Labels that may be other than they seem; those without a prefix are the endpoint's own. */
export interface UnsureLabels {
  readonly keys: ReadonlySet<string>;
  /** True when labels that are not listed may be there all the same. */
  readonly own: boolean;
  readonly namespace: boolean;
  readonly serviceAccount: boolean;
}

export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** One port of a service at the pod that serves it. */
export interface ServiceBacking extends ServiceName {
  readonly port: number;
  readonly protocol: string;
}

export interface SetMembership {
  readonly name: string;
  readonly labels: LabelMap;
  /** False when only a part of the addresses it may have are in the set. */
  readonly certain: boolean;
}

/** A new connection; `port` is the one at the destination after translation, 0 for protocols without and when not known. */
export interface Connection {
  readonly source: Party;
  readonly dest: Party;
  readonly port: number;
  /** Lower case name or number, as in a flow; empty when not known. */
  readonly protocol: string;
  readonly sourcePort?: number;
  readonly icmp?: Required<Icmp>;
}

/** What names a pod has in policies beyond its own labels. */
export interface PodFacts {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly serviceAccount?: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly ip: string | null;
  readonly namedPorts?: readonly NamedPort[];
  readonly services?: readonly ServiceBacking[];
}

/** Calico gives no label to service accounts with longer names: a label could not hold them. */
const LONGEST_ACCOUNT = 62;

/** A pod with the labels that Calico adds to it and those it inherits from its namespace and service account. */
export function podParty(pod: PodFacts): Party {
  const { namespace, serviceAccount } = pod;
  const labels = new Map<string, string>();
  for (const [key, value] of Object.entries(pod.namespaceLabels)) labels.set(`pcns.${key}`, value);
  labels.set('pcns.projectcalico.org/name', namespace);
  if (serviceAccount !== undefined) {
    for (const [key, value] of Object.entries(serviceAccount.labels)) labels.set(`pcsa.${key}`, value);
    labels.set('pcsa.projectcalico.org/name', serviceAccount.name);
  }
  for (const [key, value] of Object.entries(pod.labels)) labels.set(key, value);
  labels.set('projectcalico.org/namespace', namespace);
  labels.set('projectcalico.org/orchestrator', 'k8s');
  if (serviceAccount !== undefined && serviceAccount.name.length <= LONGEST_ACCOUNT) {
    labels.set('projectcalico.org/serviceaccount', serviceAccount.name);
  }
  return {
    kind: 'workload',
    labels,
    ip: pod.ip,
    profiles: [
      `kns.${namespace}`,
      ...(serviceAccount === undefined ? [] : [`ksa.${namespace}.${serviceAccount.name}`]),
    ],
    ...(pod.namedPorts === undefined ? {} : { namedPorts: pod.namedPorts }),
    ...(pod.services === undefined ? {} : { services: pod.services }),
  };
}

/** An address that belongs to nothing in the cluster. */
export function outsideParty(ip: string | null): Party {
  return { kind: 'outside', labels: undefined, ip, profiles: [] };
}

/** True for an end that policies apply at. */
export function isGoverned({ kind, labels }: Party): boolean {
  return kind === undefined ? labels !== undefined : kind === 'workload' || kind === 'host';
}
