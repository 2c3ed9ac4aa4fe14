import type { Endpoint, PolicyHit, Reporter, Service, Verdict } from '@vibrissa/model';

/**
 * One line of the table. Plain and mutable: it lives in the live buffer, outside React, and is rewritten
 * in place several times a second. Read it while rendering; keep no copy. Times are ms since epoch.
 */
export interface Row {
  readonly id: number;
  /** The same text for the same line after a reconnect or a reload (see rowKeyText). */
  readonly key: string;
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol: string;
  readonly service: Service | null;
  /** Only when raw reports are shown. */
  readonly reporter: Reporter | null;
  readonly firstSeen: number;
  /** When the address outside the cluster was first seen, if it was never seen before. */
  readonly newSince: number | null;
  lastSeen: number;
  verdict: Verdict;
  pending: Verdict;
  decidedBy: PolicyHit | null;
  pendingDecidedBy: PolicyHit | null;
  bytesSent: number | null;
  bytesReceived: number | null;
  packetsSent: number | null;
  packetsReceived: number | null;
  connectionsStarted: number | null;
  connectionsLive: number | null;
  connectionsDenied: number | null;
  /** Packets per bucket, oldest first; the last entry is the bucket at `sparkAt`. */
  spark: number[];
  /** Start of the newest bucket in `spark`. */
  sparkAt: number;
}
