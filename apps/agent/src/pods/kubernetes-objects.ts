import type { Service } from '@vibrissa/model';
import { canonicalIp } from '@vibrissa/protocol';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Name = Type.String({ minLength: 1, maxLength: 253 });
const Addresses = Type.Optional(Type.Array(Type.Object({ ip: Type.String() }), { maxItems: 16 }));

const PodSchema = Type.Object({
  metadata: Type.Object({
    name: Name,
    namespace: Name,
    uid: Type.Optional(Type.String()),
    generateName: Type.Optional(Type.String({ maxLength: 252 })),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  spec: Type.Object({
    nodeName: Type.Optional(Type.String()),
    hostNetwork: Type.Optional(Type.Boolean()),
  }),
  status: Type.Optional(
    Type.Object({
      phase: Type.Optional(Type.String()),
      podIP: Type.Optional(Type.String()),
      podIPs: Addresses,
      hostIP: Type.Optional(Type.String()),
      hostIPs: Addresses,
    }),
  ),
});
const pod = Compile(PodSchema);

const ServiceSchema = Type.Object({
  metadata: Type.Object({ name: Name, namespace: Name }),
  spec: Type.Object({
    clusterIPs: Type.Optional(Type.Array(Type.String(), { maxItems: 16 })),
    clusterIP: Type.Optional(Type.String()),
    externalIPs: Type.Optional(Type.Array(Type.String(), { maxItems: 64 })),
    ports: Type.Optional(
      Type.Array(
        Type.Object({
          name: Type.Optional(Type.String({ maxLength: 253 })),
          port: Type.Integer({ minimum: 0, maximum: 65_535 }),
          protocol: Type.Optional(Type.String({ maxLength: 16 })),
        }),
        { maxItems: 1_000 },
      ),
    ),
  }),
  status: Type.Optional(
    Type.Object({
      loadBalancer: Type.Optional(
        Type.Object({
          ingress: Type.Optional(
            Type.Array(Type.Object({ ip: Type.Optional(Type.String()) }), { maxItems: 64 }),
          ),
        }),
      ),
    }),
  ),
});
const service = Compile(ServiceSchema);

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
  if (!pod.Check(value)) return null;
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
  if (!service.Check(value)) return null;
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
