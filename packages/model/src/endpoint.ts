/** What stands at one end of a flow. The names are Goldmane's endpoint types in our spelling. */
export type EndpointKind = 'workload' | 'host' | 'network-set' | 'network';

export const ENDPOINT_KINDS: readonly EndpointKind[] = ['workload', 'host', 'network-set', 'network'];

/**
 * One end of a flow.
 *
 * `name` is aggregated: pods that share a generated name are one workload (`frontend-7d9f5c8b6d-*`),
 * a network is `pub` or `pvt`, or one of Cilium's reserved identities (`host`, `kube-apiserver`, …). `namespace` is empty for what has none.
 * `address` tells destinations outside the cluster apart: a DNS name when the report gives exactly one,
 * else an IP address, empty when neither is known. It is always empty for what is inside.
 */
export interface Endpoint {
  readonly kind: EndpointKind;
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
}

/** Networks that are parts of the cluster itself, and what people call them. */
const INNER_NETWORKS: ReadonlyMap<string, string> = new Map([
  ['host', 'the node'],
  ['remote-node', 'another node'],
  ['kube-apiserver', 'the Kubernetes API'],
  ['health', 'health checks'],
  ['ingress', 'the ingress proxy'],
  ['init', 'a starting pod'],
  ['unmanaged', 'an unmanaged pod'],
]);

/** The names of networks that are parts of the cluster itself, and so are not outside. */
export const INNER_NETWORK_NAMES: readonly string[] = [...INNER_NETWORKS.keys()];

/** True for an end that is no workload, host or other part of this cluster. */
export function isOutside(endpoint: Endpoint): boolean {
  if (endpoint.kind === 'network') return !INNER_NETWORKS.has(endpoint.name);
  return endpoint.kind === 'network-set';
}

/** What people call a network: `the internet` for `pub`, `the Kubernetes API` for `kube-apiserver`. */
export function networkText(name: string): string {
  return INNER_NETWORKS.get(name) ?? (name === 'pvt' ? 'a private network' : 'the internet');
}

/** Pod-template hashes are drawn from letters and digits that cannot form words (k8s.io/apimachinery rand.SafeEncodeString). */
const TEMPLATE_HASH = /-[bcdfghjklmnpqrstvwxz2456789]{5,10}$/;

/**
 * Splits an aggregated name into the part a person calls it by and the generated rest:
 * `frontend-7d9f5c8b6d-*` gives `['frontend', '-7d9f5c8b6d-*']`.
 */
export function splitName(name: string): readonly [stem: string, generated: string] {
  if (!name.endsWith('-*')) return [name, ''];
  const trunk = name.slice(0, -2);
  const stem = trunk.replace(TEMPLATE_HASH, '');
  return stem === '' ? [trunk, '-*'] : [stem, name.slice(stem.length)];
}

/** The name people use for what generated this endpoint's name: `frontend` for `frontend-7d9f5c8b6d-*`. */
export function workloadOf(endpoint: Endpoint): string {
  return splitName(endpoint.name)[0];
}

/** `namespace/name`, or the address outside the cluster; for sentences and labels. */
export function endpointText(endpoint: Endpoint): string {
  if (endpoint.address !== '') return endpoint.address;
  if (endpoint.kind === 'network') return networkText(endpoint.name);
  return endpoint.namespace === '' ? endpoint.name : `${endpoint.namespace}/${endpoint.name}`;
}
