import type { Service } from '@vibrissa/model';
import { canonicalIp } from '@vibrissa/protocol/node';
import * as v from 'valibot';

const Name = v.pipe(v.string(), v.minLength(1), v.maxLength(253));
const Addresses = v.exactOptional(v.pipe(v.array(v.object({ ip: v.string() })), v.maxLength(16)));

const PodSchema = v.object({
  metadata: v.object({
    name: Name,
    namespace: Name,
    uid: v.exactOptional(v.string()),
    generateName: v.exactOptional(v.pipe(v.string(), v.maxLength(252))),
    labels: v.exactOptional(v.record(v.string(), v.string())),
  }),
  spec: v.object({
    nodeName: v.exactOptional(v.string()),
    hostNetwork: v.exactOptional(v.boolean()),
  }),
  status: v.exactOptional(
    v.object({
      phase: v.exactOptional(v.string()),
      podIP: v.exactOptional(v.string()),
      podIPs: Addresses,
      hostIP: v.exactOptional(v.string()),
      hostIPs: Addresses,
    }),
  ),
});
const ServiceSchema = v.object({
  metadata: v.object({ name: Name, namespace: Name }),
  spec: v.object({
    clusterIPs: v.exactOptional(v.pipe(v.array(v.string()), v.maxLength(16))),
    clusterIP: v.exactOptional(v.string()),
    externalIPs: v.exactOptional(v.pipe(v.array(v.string()), v.maxLength(64))),
    ports: v.exactOptional(
      v.pipe(
        v.array(
          v.object({
            name: v.exactOptional(v.pipe(v.string(), v.maxLength(253))),
            port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
            protocol: v.exactOptional(v.pipe(v.string(), v.maxLength(16))),
          }),
        ),
        v.maxLength(1_000),
      ),
    ),
  }),
  status: v.exactOptional(
    v.object({
      loadBalancer: v.exactOptional(
        v.object({
          ingress: v.exactOptional(
            v.pipe(v.array(v.object({ ip: v.exactOptional(v.string()) })), v.maxLength(64)),
          ),
        }),
      ),
    }),
  ),
});
const MOST_LABELS = 64;
const MOST_LABEL = 512;

/** What is wanted of a pod. */
export interface PodFacts {
  /** Tells it from another of its name. */
  readonly owner: string;
  readonly namespace: string;
  /** Aggregated: the generated name with `*`, else the name. */
  readonly name: string;
  readonly labels: readonly string[];
  readonly node: string;
  /** Empty for pods that share their node's network, and once a pod is over: its address is free then. */
  readonly ips: readonly string[];
  readonly nodeIps: readonly string[];
}

/** Reads a Pod of the core API; null for what is none. */
export function readPod(value: unknown): PodFacts | null {
  if (!v.is(PodSchema, value)) return null;
  const { metadata, spec, status = {} } = value;
  const { name, namespace, uid, generateName = '', labels = {} } = metadata;
  const isOver = status.phase === 'Succeeded' || status.phase === 'Failed';
  const hasOwnNetwork = spec.hostNetwork !== true && !isOver;
  return {
    owner: uid ?? `${namespace}/${name}`,
    namespace,
    name: generateName === '' ? name : `${generateName}*`,
    labels: Object.entries(labels)
      .map(([key, text]) => `${key}=${text}`)
      .filter((label) => label.length <= MOST_LABEL)
      .sort()
      .slice(0, MOST_LABELS),
    node: spec.nodeName ?? '',
    ips: hasOwnNetwork ? addresses(status.podIP, status.podIPs) : [],
    nodeIps: addresses(status.hostIP, status.hostIPs),
  };
}

/** What is wanted of a service: each address and port it is reached at. */
export interface ServiceFacts {
  readonly owner: string;
  readonly doors: readonly { readonly ip: string; readonly protocol: string; readonly service: Service }[];
}

/** Reads a Service of the core API; null for what is none. */
export function readService(value: unknown): ServiceFacts | null {
  if (!v.is(ServiceSchema, value)) return null;
  const { metadata, spec, status } = value;
  const { namespace, name } = metadata;
  const balancers = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
  const texts = [spec.clusterIP ?? '', ...(spec.clusterIPs ?? []), ...(spec.externalIPs ?? []), ...balancers];
  // A headless service has "None" for an address.
  const ips = [...new Set(texts.flatMap((text) => canonicalIp(text) ?? []))];
  const doors = ips.flatMap((ip) =>
    (spec.ports ?? []).map(({ name: portName = '', port, protocol = 'TCP' }) => ({
      ip,
      protocol: protocol.toLowerCase(),
      service: { namespace, name, portName, port },
    })),
  );
  return { owner: `${namespace}/${name}`, doors };
}

function addresses(one: string | undefined, all: readonly { readonly ip: string }[] | undefined): string[] {
  const texts = [one ?? '', ...(all ?? []).map(({ ip }) => ip)];
  return [...new Set(texts.flatMap((text) => canonicalIp(text) ?? []))];
}
