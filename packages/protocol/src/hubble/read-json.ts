import {
  DropReason,
  L7FlowType,
  LostEventSource,
  TraceReason,
  TrafficDirection,
  Verdict,
} from '../gen/flow/flow_pb.js';
import { NodeState } from '../gen/relay/relay_pb.js';
import type { RecordProblem } from '../record-problem.js';
import { schemaProblem } from '../schema-problem.js';
import {
  type HubbleCall,
  type HubbleEndpoint,
  type HubbleEvent,
  type HubblePolicy,
  type HubbleService,
  NO_ENDPOINT,
} from './hubble-event.js';
import {
  type EndpointLine,
  type FlowLine,
  HUBBLE_REMEDIES,
  type HubbleLine,
  hubbleLine,
} from './hubble-line-schema.js';
import { type FlowDraft, newFlow } from './new-flow.js';
import { lostCount, lostSource } from './read-event.js';
import { NO_TIME } from './wire-parts.js';

/** Names of an enum's numbers, as the generator makes them. */
type EnumObject = Readonly<Record<string, string | number>>;

const EVENT_FIELDS = ['flow', 'node_status', 'lost_events', 'agent_event', 'debug_event'] as const;

/** Whether a parsed line is one of Hubble's, by its fields; in older ones a flow stands without a wrapper. */
export function isHubbleLine(value: object): boolean {
  return EVENT_FIELDS.some((name) => name in value) || isBareFlow(value);
}

function isBareFlow(value: object): boolean {
  return 'verdict' in value && 'time' in value && !('start' in value);
}

/** Reads a parsed line of `hubble observe -o json` or of Cilium's exporter. */
export function readHubbleJson(value: object): HubbleEvent | RecordProblem {
  const line: unknown = isBareFlow(value) && !('flow' in value) ? { flow: value } : value;
  if (!hubbleLine.Check(line)) return schemaProblem(line, hubbleLine.Errors(line), HUBBLE_REMEDIES);
  if (line.flow !== undefined) return { kind: 'flow', flow: readFlow(line.flow, line) };
  if (line.node_status !== undefined) {
    const { state_change, node_names = [], message = '' } = line.node_status;
    return { kind: 'nodes', state: numberOf(NodeState, state_change), names: node_names, message };
  }
  if (line.lost_events !== undefined) {
    const { source, num_events_lost = 0 } = line.lost_events;
    return {
      kind: 'lost',
      source: lostSource(numberOf(LostEventSource, source)),
      count: lostCount(Number(num_events_lost)),
    };
  }
  return { kind: 'other' };
}

function readFlow(told: FlowLine, { time, node_name = '' }: HubbleLine): FlowDraft {
  const flow = newFlow();
  flow.time = readTime(told.time ?? time);
  flow.uuid = told.uuid ?? '';
  flow.node = told.node_name || node_name;
  flow.verdict = numberOf(Verdict, told.verdict);
  flow.dropReason = numberOf(DropReason, told.drop_reason_desc) || (told.drop_reason ?? 0);
  flow.sourceIp = told.IP?.source ?? '';
  flow.destIp = told.IP?.destination ?? '';
  readLayer4(told.l4 ?? {}, flow);
  flow.source = readEnd(told.source);
  flow.dest = readEnd(told.destination);
  flow.sourceNames = told.source_names ?? [];
  flow.destNames = told.destination_names ?? [];
  flow.sourceService = readService(told.source_service);
  flow.destService = readService(told.destination_service);
  flow.isReply = told.is_reply ?? (told.reply === true ? true : null);
  flow.eventType = told.event_type?.type ?? 0;
  flow.direction = numberOf(TrafficDirection, told.traffic_direction);
  flow.traceReason = numberOf(TraceReason, told.trace_reason);
  flow.call = told.l7 === undefined ? null : readCall(told.l7);
  flow.egressAllowedBy = readPolicies(told.egress_allowed_by);
  flow.ingressAllowedBy = readPolicies(told.ingress_allowed_by);
  flow.egressDeniedBy = readPolicies(told.egress_denied_by);
  flow.ingressDeniedBy = readPolicies(told.ingress_denied_by);
  if (told.aggregate !== undefined) {
    const {
      ingress_flow_count = 0,
      egress_flow_count = 0,
      unknown_direction_flow_count = 0,
    } = told.aggregate;
    flow.aggregated = ingress_flow_count + egress_flow_count + unknown_direction_flow_count;
  }
  return flow;
}

/** ms since the epoch of an RFC 3339 time, which may have nanoseconds. */
function readTime(text: string | undefined): number {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return time >= 0 ? time : NO_TIME;
}

/** The number of an enum's value, told by name or number; 0 for a name of a later version. */
function numberOf(names: EnumObject, told: string | number | undefined): number {
  if (typeof told === 'number') return told;
  const number = told === undefined ? 0 : names[told];
  return typeof number === 'number' ? number : 0;
}

function readLayer4(l4: NonNullable<FlowLine['l4']>, flow: FlowDraft): void {
  const withPorts = [
    ['tcp', l4.TCP],
    ['udp', l4.UDP],
    ['sctp', l4.SCTP],
  ] as const;
  for (const [protocol, told] of withPorts) {
    if (told === undefined) continue;
    flow.protocol = protocol;
    flow.sourcePort = told.source_port ?? 0;
    flow.destPort = told.destination_port ?? 0;
    if (protocol !== 'tcp') return;
    flow.syn = told.flags?.SYN ?? false;
    flow.ack = told.flags?.ACK ?? false;
    return;
  }
  const others = [
    ['icmp', l4.ICMPv4],
    ['icmp6', l4.ICMPv6],
    ['vrrp', l4.VRRP],
    ['igmp', l4.IGMP],
  ] as const;
  for (const [protocol, told] of others) {
    if (told === undefined) continue;
    flow.protocol = protocol;
    flow.icmpType = told.type ?? 0;
    return;
  }
}

function readEnd(told: EndpointLine | undefined): HubbleEndpoint {
  if (told === undefined) return NO_ENDPOINT;
  const workload = told.workloads?.[0];
  return {
    id: told.ID ?? 0,
    identity: told.identity ?? 0,
    namespace: told.namespace ?? '',
    labels: told.labels ?? [],
    pod: told.pod_name ?? '',
    workload: workload === undefined ? null : { name: workload.name ?? '', kind: workload.kind ?? '' },
  };
}

function readService(told: FlowLine['source_service']): HubbleService | null {
  return told === undefined ? null : { namespace: told.namespace ?? '', name: told.name ?? '' };
}

function readPolicies(told: FlowLine['egress_allowed_by']): readonly HubblePolicy[] {
  return (told ?? []).map(({ name = '', namespace = '', kind = '' }) => ({ name, namespace, kind }));
}

function readCall({ type, dns, http, kafka }: NonNullable<FlowLine['l7']>): HubbleCall | null {
  const isRequest = numberOf(L7FlowType, type) === L7FlowType.REQUEST;
  if (dns !== undefined) {
    return {
      type: 'dns',
      isRequest,
      query: dns.query ?? '',
      queryTypes: dns.qtypes ?? [],
      rcode: dns.rcode ?? 0,
    };
  }
  if (http !== undefined) {
    return {
      type: 'http',
      isRequest,
      method: http.method ?? '',
      url: http.url ?? '',
      status: http.code ?? 0,
    };
  }
  if (kafka !== undefined) {
    const { api_key: api = '', topic = '', error_code: error = 0 } = kafka;
    return { type: 'kafka', isRequest, api, topic, error };
  }
  return null;
}
