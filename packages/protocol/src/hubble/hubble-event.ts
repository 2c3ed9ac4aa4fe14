import type { TraceReason, TrafficDirection, Verdict } from '../gen/flow/flow_pb.js';
import type { NodeState } from '../gen/relay/relay_pb.js';

/** What Hubble tells, trimmed to what Vibrissa uses: the same from the wire and from a line of JSON. */
export type HubbleEvent =
  | { readonly kind: 'flow'; readonly flow: HubbleFlow }
  | {
      readonly kind: 'nodes';
      readonly state: NodeState;
      readonly names: readonly string[];
      readonly message: string;
    }
  | { readonly kind: 'lost'; readonly source: string; readonly count: number }
  /** Agent and debug events, and what later versions may add. */
  | { readonly kind: 'other' };

/** Numbers of `event_type.type` that mean something here. */
export const EVENT_TYPE = {
  drop: 1,
  debug: 2,
  capture: 3,
  trace: 4,
  policyVerdict: 5,
  socketTrace: 7,
  l7: 129,
  agent: 130,
} as const;

/** One end as the node that saw the packet knew it. Readers share one object among equal ends. */
export interface HubbleEndpoint {
  /** Of the endpoint on that node; 0 for what is elsewhere. */
  readonly id: number;
  readonly identity: number;
  readonly namespace: string;
  /** As Cilium writes them: `k8s:app=web`, `reserved:world`, `cidr:10.0.0.0/8`. */
  readonly labels: readonly string[];
  readonly pod: string;
  /** The first of the workloads; null when none is told. */
  readonly workload: { readonly name: string; readonly kind: string } | null;
}

export const NO_ENDPOINT: HubbleEndpoint = Object.freeze({
  id: 0,
  identity: 0,
  namespace: '',
  labels: Object.freeze([]),
  pod: '',
  workload: null,
});

export interface HubbleService {
  readonly namespace: string;
  readonly name: string;
}

export interface HubblePolicy {
  readonly name: string;
  readonly namespace: string;
  readonly kind: string;
}

/** What was said on the application's level. */
export type HubbleCall =
  | {
      readonly type: 'http';
      readonly isRequest: boolean;
      readonly method: string;
      readonly url: string;
      readonly status: number;
    }
  | {
      readonly type: 'dns';
      readonly isRequest: boolean;
      readonly query: string;
      readonly queryTypes: readonly string[];
      readonly rcode: number;
    }
  | {
      readonly type: 'kafka';
      readonly isRequest: boolean;
      readonly api: string;
      readonly topic: string;
      readonly error: number;
    };

/** One event on one packet, in the packet's direction. */
export interface HubbleFlow {
  /** ms since the epoch, fractions cut; negative when no usable time was told. */
  readonly time: number;
  /** Empty in flows of older versions. */
  readonly uuid: string;
  /** `cluster/node` or `node`. */
  readonly node: string;
  readonly verdict: Verdict;
  /** A number of DropReason; 0 when nothing was dropped. */
  readonly dropReason: number;
  readonly sourceIp: string;
  readonly destIp: string;
  /** `tcp`, `udp`, `icmp`, …; empty when no layer 4 was told. */
  readonly protocol: string;
  readonly sourcePort: number;
  readonly destPort: number;
  /** The type of an ICMP message; 0 for other protocols. */
  readonly icmpType: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly source: HubbleEndpoint;
  readonly dest: HubbleEndpoint;
  readonly sourceNames: readonly string[];
  readonly destNames: readonly string[];
  readonly sourceService: HubbleService | null;
  readonly destService: HubbleService | null;
  /** Null when the node did not say, as with drops. */
  readonly isReply: boolean | null;
  /** 0 when not told. */
  readonly eventType: number;
  readonly direction: TrafficDirection;
  readonly traceReason: TraceReason;
  readonly call: HubbleCall | null;
  readonly egressAllowedBy: readonly HubblePolicy[];
  readonly ingressAllowedBy: readonly HubblePolicy[];
  readonly egressDeniedBy: readonly HubblePolicy[];
  readonly ingressDeniedBy: readonly HubblePolicy[];
  /** How many events an exporter folded into this one; null for a single event. */
  readonly aggregated: number | null;
}
