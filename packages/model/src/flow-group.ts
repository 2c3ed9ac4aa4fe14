import type { Endpoint } from './endpoint.js';
import type { Flow, Service } from './flow.js';
import type { PolicyHit } from './policy-hit.js';
import type { Millis } from './time.js';
import type { Verdict } from './verdict.js';

/**
 * What one line of the table stands for. `connection`, the default, folds the reports of both ends of one
 * pair, port and protocol; `flow` is the raw report; `workload` and `namespace` drop port and then name.
 */
export type Grouping = 'flow' | 'connection' | 'workload' | 'namespace';

export const GROUPINGS: readonly Grouping[] = ['flow', 'connection', 'workload', 'namespace'];

/** What went over a connection, seen from its source; `null` is unknown. */
export interface Traffic {
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly packetsSent: number | null;
  readonly packetsReceived: number | null;
  readonly connectionsStarted: number | null;
  readonly connectionsCompleted: number | null;
  readonly connectionsLive: number | null;
  /** Of the connections tried, how many were denied by either side. */
  readonly connectionsDenied: number | null;
}

/** Who → whom: what the flows folded into one line have in common. */
export interface GroupKey {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  /** 0 when the grouping drops it, or the protocol has none. */
  readonly port: number;
  /** Empty when the grouping drops it. */
  readonly protocol: string;
}

/** Flows folded into one line, with one verdict and every trace. */
export interface FlowGroup {
  readonly id: number;
  readonly key: GroupKey;
  readonly service: Service | null;
  readonly flows: readonly Flow[];
  readonly verdict: Verdict;
  readonly pending: Verdict;
  /** The enforced hit that gave the verdict: the denying one, else the destination's, else the source's. */
  readonly decidedBy: PolicyHit | null;
  /** The pending hit that gave the pending verdict. */
  readonly pendingDecidedBy: PolicyHit | null;
  readonly traffic: Traffic;
  readonly firstSeen: Millis;
  readonly lastSeen: Millis;
}
