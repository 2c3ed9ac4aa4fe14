import type { FlowRecord } from '@vibrissa/model';
import { isProblem } from '../record-problem.js';
import type { HubbleFlow } from './hubble-event.js';
import { HubbleConverter, type HubbleSkip } from './hubble-flow.js';
import { readHubbleJson } from './read-json.js';

type Json = Readonly<Record<string, unknown>>;

export const WEB: Json = {
  ID: 5,
  identity: 1001,
  namespace: 'shop',
  labels: ['k8s:app=web'],
  pod_name: 'web-7d9f5c8b6d-x2x4z',
  workloads: [{ name: 'web', kind: 'Deployment' }],
};
export const DB: Json = { identity: 1002, namespace: 'data', labels: ['k8s:app=db'], pod_name: 'db-0' };
export const WORLD: Json = { identity: 2, labels: ['reserved:world'] };

/** A flow as JSON tells it: a new TCP connection from web to db, seen where web runs; and what a test changes. */
export function hubbleFlow(change: Json = {}): HubbleFlow {
  const event = readHubbleJson({
    flow: {
      time: '2026-06-01T12:00:00.123456789Z',
      uuid: '6f0a2a8e-1c1f-4f8e-9d5c-0d9b3d6f4a11',
      verdict: 'FORWARDED',
      IP: { source: '10.0.0.1', destination: '10.0.0.2' },
      l4: { TCP: { source_port: 40_000, destination_port: 5432, flags: { SYN: true } } },
      source: WEB,
      destination: DB,
      node_name: 'east/node-1',
      event_type: { type: 4 },
      traffic_direction: 'EGRESS',
      trace_reason: 'NEW',
      is_reply: false,
      ...change,
    },
  });
  if (isProblem(event) || event.kind !== 'flow') throw new Error(JSON.stringify(event));
  return event.flow;
}

/** What becomes of flows told one after the other. */
export function convertAll(...changes: Json[]): (FlowRecord | HubbleSkip)[] {
  const converter = new HubbleConverter();
  return changes.map((change) => converter.convert(hubbleFlow(change)));
}

/** What becomes of one flow; throws where it is skipped. */
export function convert(change: Json = {}): FlowRecord {
  const [record] = convertAll(change);
  if (record === undefined || typeof record === 'string') throw new Error(`skipped: ${record}`);
  return record;
}
