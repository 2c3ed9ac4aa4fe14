import type { NamedPort } from './connection.js';

type LabelRecord = Readonly<Record<string, string>>;

/** What is known of a cluster besides its policies. */
export interface Cluster {
  readonly namespaces: readonly NamespaceObject[];
  readonly pods: readonly PodObject[];
  readonly workloads: readonly WorkloadObject[];
  readonly serviceAccounts: readonly ServiceAccountObject[];
  readonly services: readonly ServiceObject[];
  readonly endpointSlices: readonly EndpointSliceObject[];
  readonly networkSets: readonly NetworkSetObject[];
  readonly hostEndpoints: readonly HostEndpointObject[];
  /** True when what is not listed does not exist; false when it is merely not known. */
  readonly complete: boolean;
}

export const EMPTY_CLUSTER: Cluster = Object.freeze({
  namespaces: [],
  pods: [],
  workloads: [],
  serviceAccounts: [],
  services: [],
  endpointSlices: [],
  networkSets: [],
  hostEndpoints: [],
  complete: false,
});

export interface NamespaceObject {
  readonly name: string;
  readonly labels: LabelRecord;
}

interface InNamespace {
  readonly namespace: string;
  readonly name: string;
}

/** What pods of one kind have in common. */
export interface PodTemplate {
  readonly labels: LabelRecord;
  /** Empty when not known. */
  readonly serviceAccount: string;
  readonly ports: readonly NamedPort[];
  /** Pods on the host's network are no endpoints: policies see their node. */
  readonly hostNetwork: boolean;
}

export interface PodObject extends InNamespace, PodTemplate {
  readonly ips: readonly string[];
  readonly node: string;
  /** What its controller derives names from, `frontend-7d9f5c8b6d-`; empty for none. */
  readonly generateName: string;
  /** The workload that made it; null for none. */
  readonly owner: { readonly kind: string; readonly name: string } | null;
}

/** Something that makes pods, where the pods themselves are not known. */
export interface WorkloadObject extends InNamespace, PodTemplate {
  readonly kind: string;
}

export interface ServiceAccountObject extends InNamespace {
  readonly labels: LabelRecord;
}

export interface ServiceObject extends InNamespace {
  /** Null for one whose endpoints somebody else names. */
  readonly selector: LabelRecord | null;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** At the pod: a number or the name of one of its ports. */
  readonly targetPort: number | string;
  readonly protocol: string;
}

export interface EndpointSliceObject extends InNamespace {
  readonly service: string;
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
  readonly addresses: readonly string[];
}

export interface NetworkSetObject extends InNamespace {
  /** Empty namespace is a global network set. */
  readonly labels: LabelRecord;
  readonly nets: readonly string[];
}

export interface HostEndpointObject {
  readonly name: string;
  readonly node: string;
  readonly labels: LabelRecord;
  readonly ips: readonly string[];
  readonly profiles: readonly string[];
  readonly ports: readonly NamedPort[];
}
