import type { LabelMap } from './selector.js';

/**
 * One end of a connection as policies see it. `labels` is undefined for what no selector can match
 * (an address outside the cluster) and null when they are not known.
 */
export interface Party {
  readonly labels: LabelMap | null | undefined;
  /** Null when not known. */
  readonly ip: string | null;
  /** Ports that the endpoint declares by name. */
  readonly namedPorts?: readonly NamedPort[];
  /** Its profiles in order, `kns.shop` for a pod in namespace shop; each allows both ways. */
  readonly profiles: readonly string[];
}

export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** A new connection; `port` is the one at the destination after translation, 0 for protocols without. */
export interface Connection {
  readonly source: Party;
  readonly dest: Party;
  readonly port: number;
  /** Lower case name or number, as in a flow. */
  readonly protocol: string;
}

/** What names a pod has in policies beyond its own labels. */
export interface PodFacts {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly ip: string | null;
  readonly namedPorts?: readonly NamedPort[];
}

/** A pod with the labels that Calico adds to it and those it inherits from its namespace. */
export function podParty(pod: PodFacts): Party {
  const labels = new Map<string, string>();
  labels.set('pcns.projectcalico.org/name', pod.namespace);
  for (const [key, value] of Object.entries(pod.namespaceLabels)) labels.set(`pcns.${key}`, value);
  labels.set('projectcalico.org/namespace', pod.namespace);
  labels.set('projectcalico.org/orchestrator', 'k8s');
  for (const [key, value] of Object.entries(pod.labels)) labels.set(key, value);
  return {
    labels,
    ip: pod.ip,
    profiles: [`kns.${pod.namespace}`],
    ...(pod.namedPorts === undefined ? {} : { namedPorts: pod.namedPorts }),
  };
}

/** An address that belongs to nothing in the cluster. */
export function outsideParty(ip: string | null): Party {
  return { labels: undefined, ip, profiles: [] };
}
