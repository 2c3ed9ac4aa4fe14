import { jsonToGetFlowsResponse } from '@vibrissa/protocol';

type Json = Parameters<typeof jsonToGetFlowsResponse>[0];

const WORKLOADS = 500;
const NODES = 50;
const PORTS = [80, 443, 8080, 5432, 6379, 9090];
/** A prime that spreads the connections of a workload over all others. */
const STRIDE = 37;
/** The last part of a uuid, where events differ. */
const PLACEHOLDER = '0000feedbeef';

/** A message of a relay that can be sent again and again as an event of its own. */
export class HubbleMessage {
  readonly bytes: Buffer;
  readonly #numberAt: number;

  constructor(flow: Readonly<Record<string, Json>>, at: number) {
    const time = new Date(at).toISOString();
    const uuid = `6f0a2a8e-1c1f-4f8e-9d5c-${PLACEHOLDER}`;
    this.bytes = Buffer.from(
      jsonToGetFlowsResponse({ flow: { ...flow, time, uuid }, node_name: flow.node_name ?? '', time }),
    );
    this.#numberAt = this.bytes.indexOf(PLACEHOLDER);
  }

  /** Makes it the event with this number. The bytes stay the same piece of memory. */
  number(number: number): Uint8Array {
    this.bytes.write(number.toString(16).padStart(PLACEHOLDER.length, '0'), this.#numberAt, 'latin1');
    return this.bytes;
  }
}

/**
 * What a cluster's relay tells: samples of known connections and their replies, new ones with the policies that
 * allowed them, denials with both their events, requests with their answers, and traffic to the internet. Of all
 * that Hubble sends, as far as Vibrissa has its fields.
 */
export function hubbleMessages(count: number, at: number): HubbleMessage[] {
  return Array.from(
    { length: count },
    (_, number) => new HubbleMessage(flowOf(number), at - (number % 10_000)),
  );
}

function flowOf(number: number): Readonly<Record<string, Json>> {
  const kind = number % 20;
  const connection = Math.floor(number / 4);
  const from = connection % WORKLOADS;
  const to = (from + STRIDE * (1 + (connection % 8))) % WORKLOADS;
  const port = PORTS[connection % PORTS.length] ?? 80;
  const ephemeral = 32_768 + (connection % 28_000);
  const isReply = kind >= 6 && kind < 12;
  const isOutside = kind === 5 || kind === 4;
  const source = pod(from);
  const dest = isOutside ? { identity: 2, labels: ['reserved:world'] } : pod(to);
  const [a, b] = [ipOf(from), isOutside ? `203.0.113.${connection % 250}` : ipOf(to)];
  const flow = {
    node_name: `east/node-${from % NODES}`,
    verdict: 'FORWARDED',
    Type: 'L3_L4',
    IP: isReply ? ip(b, a) : ip(a, b),
    l4: isReply ? tcp(port, ephemeral, { ACK: true, PSH: true }) : tcp(ephemeral, port, { ACK: true }),
    source: isReply ? dest : source,
    destination: isReply ? source : dest,
    node_labels: [
      'kubernetes.io/arch=amd64',
      'kubernetes.io/os=linux',
      `kubernetes.io/hostname=node-${from % NODES}`,
    ],
    event_type: { type: 4, sub_type: 3 },
    traffic_direction: connection % 2 === 0 ? 'EGRESS' : 'INGRESS',
    trace_observation_point: 'TO_STACK',
    trace_reason: isReply ? 'REPLY' : 'ESTABLISHED',
    is_reply: isReply,
    destination_names: isOutside ? [`api-${connection % 40}.example.com`] : [],
    destination_service: isOutside || isReply ? {} : { name: `workload-${to}`, namespace: `team-${to % 40}` },
  } satisfies Record<string, Json>;
  if (kind < 2)
    return {
      ...flow,
      event_type: { type: 5 },
      trace_reason: 'TRACE_REASON_UNKNOWN',
      egress_allowed_by: by(to),
    };
  if (kind === 2 || kind === 3) {
    const { is_reply: _, ...denied } = flow;
    return {
      ...denied,
      verdict: 'DROPPED',
      drop_reason_desc: 'POLICY_DENIED',
      event_type: { type: kind === 2 ? 5 : 1 },
      l4: tcp(ephemeral, port, { SYN: true }),
    };
  }
  if (kind >= 16) {
    const http = {
      method: 'GET',
      url: `http://workload-${to}:${port}/items/${connection % 50}`,
      protocol: 'HTTP/1.1',
    };
    const isAnswer = kind % 2 === 1;
    const l7 = isAnswer
      ? { type: 'RESPONSE', latency_ns: '1678100', http: { ...http, code: 200 } }
      : { type: 'REQUEST', http };
    return { ...flow, Type: 'L7', event_type: { type: 129 }, l7 };
  }
  return flow;
}

function ip(source: string, destination: string): Json {
  return { source, destination, ipVersion: 'IPv4' };
}

function tcp(source_port: number, destination_port: number, flags: Readonly<Record<string, boolean>>): Json {
  return { TCP: { source_port, destination_port, flags: { ...flags } } };
}

function ipOf(workload: number): string {
  return `10.${workload % 200}.${Math.floor(workload / 200)}.7`;
}

function by(workload: number): Json {
  return [
    {
      name: `allow-to-${workload}`,
      namespace: `team-${workload % 40}`,
      kind: 'CiliumNetworkPolicy',
      labels: [`k8s:io.cilium.k8s.policy.name=allow-to-${workload}`],
      revision: '6',
    },
  ];
}

function pod(workload: number): Record<string, Json> {
  const namespace = `team-${workload % 40}`;
  return {
    ID: 100 + workload,
    identity: 10_000 + workload,
    cluster_name: 'east',
    namespace,
    labels: [
      `k8s:app.kubernetes.io/name=workload-${workload}`,
      `k8s:app.kubernetes.io/part-of=shop-${workload % 10}`,
      'k8s:app.kubernetes.io/managed-by=Helm',
      `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
      'k8s:io.cilium.k8s.policy.cluster=east',
      `k8s:io.cilium.k8s.policy.serviceaccount=workload-${workload}`,
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
      'k8s:version=v1',
    ],
    pod_name: `workload-${workload}-7d9f5c8b6d-x2x4z`,
    workloads: [{ name: `workload-${workload}`, kind: 'Deployment' }],
  };
}
