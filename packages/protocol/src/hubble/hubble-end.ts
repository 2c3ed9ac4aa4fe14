import type { Endpoint, Labels } from '@vibrissa/model';
import { isPrivateIp } from '../ip-address.js';
import { RecentTexts } from '../recent-texts.js';
import type { HubbleEndpoint } from './hubble-event.js';

/** The longest name kept, characters: what Kubernetes and DNS allow. */
export const MOST_NAME = 253;
const MOST_LABEL = 512;
const MOST_LABELS = 64;

/** Cilium's reserved identities that stand for a part of the cluster, by number. */
const RESERVED_NUMBERS: ReadonlyMap<number, string> = new Map([
  [1, 'host'],
  [3, 'unmanaged'],
  [4, 'health'],
  [5, 'init'],
  [6, 'remote-node'],
  [7, 'kube-apiserver'],
  [8, 'ingress'],
  [11, 'remote-node'],
]);

/** The same by label, the most telling first: an API server is mostly a remote node too, or part of the world. */
const RESERVED_LABELS = [
  'kube-apiserver',
  'ingress',
  'health',
  'host',
  'remote-node',
  'init',
  'unmanaged',
] as const;

/** Identities from here on belong to one node: 1 for CIDR and FQDN, 2 for remote nodes. */
const LOCAL_IDENTITY = 1 << 24;
const REMOTE_NODE_IDENTITY = 2 << 24;
/** Identities below are reserved by Cilium. */
const LEAST_CLUSTER_IDENTITY = 256;

/** Labels by which people name what they run, when neither pod nor workload is told. */
const NAMING_LABELS = ['app.kubernetes.io/name=', 'k8s-app=', 'app=', 'name='] as const;

/** What the API server appends to a generated name (k8s.io/apimachinery rand.SafeEncodeString). */
const GENERATED = /[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const LONGEST_POD_NAME = 63;

/** What is known of one end without its address. */
export interface HubbleEnd {
  /** Null for what is outside the cluster, which its address tells apart. */
  readonly endpoint: Endpoint | null;
  readonly labels: Labels;
}

const known = new WeakMap<HubbleEndpoint, HubbleEnd>();

/** The end in our terms. Readers share equal ends, so most are found without looking at them. */
export function endOf(told: HubbleEndpoint): HubbleEnd {
  const found = known.get(told);
  if (found !== undefined) return found;
  const end: HubbleEnd = { endpoint: insideEndpoint(told), labels: labelsOf(told.labels) };
  known.set(told, end);
  return end;
}

function insideEndpoint(told: HubbleEndpoint): Endpoint | null {
  const namespace = cut(told.namespace || labelValue(told.labels, 'k8s:io.kubernetes.pod.namespace='));
  if (told.pod !== '') return workload(namespace, aggregatedName(told));
  const reserved = reservedName(told);
  if (reserved !== null) return { kind: 'network', namespace: '', name: reserved, address: '' };
  const isCluster = told.identity >= LEAST_CLUSTER_IDENTITY && told.identity < LOCAL_IDENTITY;
  if (namespace === '' && !isCluster) return null;
  return workload(namespace, told.workload?.name || labelledName(told));
}

function workload(namespace: string, name: string): Endpoint {
  return { kind: 'workload', namespace, name: cut(name), address: '' };
}

function reservedName({ identity, labels }: HubbleEndpoint): string | null {
  const numbered = RESERVED_NUMBERS.get(identity);
  if (numbered !== undefined) return numbered;
  for (const name of RESERVED_LABELS) if (labels.includes(`reserved:${name}`)) return name;
  return identity >= REMOTE_NODE_IDENTITY && identity < REMOTE_NODE_IDENTITY + LOCAL_IDENTITY
    ? 'remote-node'
    : null;
}

/**
 * What pods with a generated name have in common, as Felix names them: `web-7d9f5c8b6d-*`. Pods of a
 * StatefulSet are named one by one and keep their names. A long prefix is cut so that the whole has 63
 * characters, and then no hyphen is left before what was generated.
 */
function aggregatedName({ pod, workload }: HubbleEndpoint): string {
  if (workload?.kind === 'StatefulSet' || !GENERATED.test(pod)) return pod;
  const prefix = pod.slice(0, -5);
  return prefix.endsWith('-') || pod.length === LONGEST_POD_NAME ? `${prefix}*` : pod;
}

function labelledName({ labels, identity }: HubbleEndpoint): string {
  for (const name of NAMING_LABELS) {
    const value = labelValue(labels, `k8s:${name}`);
    if (value !== '') return value;
  }
  return `identity-${identity}`;
}

function labelValue(labels: readonly string[], prefix: string): string {
  for (const label of labels) if (label.startsWith(prefix)) return label.slice(prefix.length);
  return '';
}

/**
 * Pod labels without what Cilium adds of namespaces and service accounts, for policies select by the pod's
 * own; and the blocks and names that an address outside was matched by.
 */
function labelsOf(told: readonly string[]): Labels {
  const labels = new Set<string>();
  for (const label of told) {
    const read = readLabel(label);
    if (read !== null && labels.size < MOST_LABELS) labels.add(read);
  }
  return labels.size === 0 ? null : Object.freeze([...labels].sort());
}

function readLabel(label: string): string | null {
  const colon = label.indexOf(':');
  const source = label.slice(0, Math.max(0, colon));
  const rest = label.slice(colon + 1);
  if (rest === '' || label.length > MOST_LABEL - 8) return null;
  // Cilium writes the colons of IPv6 as hyphens here, as colons end a label's source.
  if (source === 'cidr') return `cidr=${rest.replaceAll('-', ':')}`;
  if (source === 'fqdn') return `fqdn=${rest}`;
  if (source === 'reserved' || source === 'cidrgroup') return null;
  if (rest.startsWith('io.cilium.') || rest.startsWith('io.kubernetes.pod.namespace=')) return null;
  return rest.includes('=') ? rest : `${rest}=`;
}

const networks = new RecentTexts<Endpoint>(20_000, 1_000_000);

/**
 * The network an address is in, told apart by `address` (empty at the source's end, where each client would be
 * a flow of its own). Equal ones are one object.
 */
export function networkEnd(ip: string, address: string): Endpoint {
  const name = ip === '' || !isNear(ip) ? 'pub' : 'pvt';
  const text = `${name} ${address}`;
  const found = networks.get(text);
  if (found !== undefined) return found;
  const endpoint: Endpoint = { kind: 'network', namespace: '', name, address };
  networks.set(text, endpoint);
  return endpoint;
}

/** Private, or to all that listen nearby: neither is the internet. */
function isNear(ip: string): boolean {
  if (isPrivateIp(ip)) return true;
  return ip.includes(':')
    ? ip.startsWith('ff') || ip === '::'
    : Number.parseInt(ip, 10) >= 224 || ip === '0.0.0.0';
}

/** A text as long as a name may be. */
export function cut(text: string): string {
  return text.length > MOST_NAME ? text.slice(0, MOST_NAME) : text;
}
