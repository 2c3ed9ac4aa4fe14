import { jsonToGetFlowsResponse } from '../hubble/write-messages.js';

type Json = Parameters<typeof jsonToGetFlowsResponse>[0];

/** A uuid for a number, as Hubble makes them. */
export function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** A new connection from `web` to `db`, as a relay tells it. Each number is an event and a connection of its own. */
export function flowMessage(
  number: number,
  atMs: number,
  change: Readonly<Record<string, Json>> = {},
): Uint8Array {
  const time = new Date(atMs).toISOString();
  return jsonToGetFlowsResponse({
    flow: {
      time,
      uuid: uuidOf(number),
      verdict: 'FORWARDED',
      IP: { source: '10.0.0.1', destination: '10.0.0.2', ipVersion: 'IPv4' },
      l4: { TCP: { source_port: 32_768 + (number % 30_000), destination_port: 5432, flags: { SYN: true } } },
      source: {
        identity: 1001,
        namespace: 'shop',
        labels: ['k8s:app=web', 'k8s:io.kubernetes.pod.namespace=shop'],
        pod_name: 'web-7d9f5c8b6d-x2x4z',
        workloads: [{ name: 'web', kind: 'Deployment' }],
      },
      destination: {
        ID: 7,
        identity: 1002,
        namespace: 'data',
        labels: ['k8s:app=db'],
        pod_name: 'db-0',
        workloads: [{ name: 'db', kind: 'StatefulSet' }],
      },
      Type: 'L3_L4',
      node_name: 'east/node-1',
      event_type: { type: 4 },
      traffic_direction: 'INGRESS',
      trace_observation_point: 'TO_ENDPOINT',
      trace_reason: 'NEW',
      is_reply: false,
      ...change,
    },
    node_name: 'east/node-1',
    time,
  });
}

export function nodesMessage(state: string, names: readonly string[], message = ''): Uint8Array {
  return jsonToGetFlowsResponse({ node_status: { state_change: state, node_names: [...names], message } });
}

export function lostMessage(source: string, count: number): Uint8Array {
  return jsonToGetFlowsResponse({ lost_events: { source, num_events_lost: String(count) } });
}
