import type { Endpoint, PolicyHit, Reporter, Service, Verdict } from '@vibrissa/model';

/**
 * One line of the table. Plain and mutable: it lives in the live buffer, outside React, and is rewritten
 * in place several times a second; `revision` counts those times. Times are ms since epoch.
 */
export interface Row {
  /** The server's name for it; it may change when the server restarts. */
  id: number;
  /** The same text for the same line after a reconnect or a reload (see rowKeyText). */
  readonly key: string;
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol: string;
  service: Service | null;
  /** Only when raw reports are shown. */
  readonly reporter: Reporter | null;
  firstSeen: number;
  /** When the address outside the cluster was first seen, if it was never seen before. */
  newSince: number | null;
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
  /** Without a verdict, a source says that packets were lost. */
  lossy: boolean;
  /** Packets per bucket, oldest first; the last entry is the bucket that starts at `sparkAt`. */
  readonly spark: number[];
  sparkAt: number;
  revision: number;
  /** Left the window, or matches no longer. A table that stands still may go on showing it. */
  gone: boolean;
}
