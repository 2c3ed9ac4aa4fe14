import { TraceReason, TrafficDirection, Verdict } from '../gen/flow/flow_pb.js';
import { type HubbleFlow, NO_ENDPOINT } from './hubble-event.js';
import { NO_TIME } from './wire-parts.js';

/** A HubbleFlow while it is being read. */
export type FlowDraft = { -readonly [Name in keyof HubbleFlow]: HubbleFlow[Name] };

const NONE: readonly never[] = Object.freeze([]);

/** What an empty flow message stands for. */
export function newFlow(): FlowDraft {
  return {
    time: NO_TIME,
    uuid: '',
    node: '',
    verdict: Verdict.VERDICT_UNKNOWN,
    dropReason: 0,
    sourceIp: '',
    destIp: '',
    protocol: '',
    sourcePort: 0,
    destPort: 0,
    icmpType: 0,
    syn: false,
    ack: false,
    source: NO_ENDPOINT,
    dest: NO_ENDPOINT,
    sourceNames: NONE,
    destNames: NONE,
    sourceService: null,
    destService: null,
    isReply: null,
    eventType: 0,
    direction: TrafficDirection.TRAFFIC_DIRECTION_UNKNOWN,
    traceReason: TraceReason.TRACE_REASON_UNKNOWN,
    call: null,
    egressAllowedBy: NONE,
    ingressAllowedBy: NONE,
    egressDeniedBy: NONE,
    ingressDeniedBy: NONE,
    aggregated: null,
  };
}
