import type {
  Counters,
  Endpoint,
  Evidence,
  Labels,
  PolicyHit,
  Reporter,
  Service,
  Traffic,
  Verdict,
} from '@vibrissa/model';
import type { SenderKind, SourceKind, SourceNodes, SourceState } from './live.js';

/** One flow in replies of the HTTP API: `Flow` laid flat. */
export interface ApiFlow extends Counters {
  readonly id: number;
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol: string;
  readonly service: Service | null;
  readonly reporter: Reporter;
  readonly verdict: Verdict;
  readonly pendingVerdict: Verdict;
  readonly enforced: readonly PolicyHit[];
  readonly pending: readonly PolicyHit[];
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
  readonly evidence: Evidence;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** Flows folded into one line (`groupBy` other than `flow`). */
export interface ApiGroup extends Traffic {
  readonly id: number;
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol: string;
  readonly service: Service | null;
  readonly verdict: Verdict;
  readonly pendingVerdict: Verdict;
  readonly decidedBy: PolicyHit | null;
  readonly pendingDecidedBy: PolicyHit | null;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly newSince: number | null;
  /** The raw reports behind the line; only with `groupBy=connection`. */
  readonly flows?: readonly ApiFlow[];
}

/** `GET /api/v1/flows` */
export interface FlowsReply<Item = ApiFlow | ApiGroup> {
  readonly flows: readonly Item[];
  readonly total: number;
  /** Hand it back as `cursor` for the next page; null on the last. */
  readonly next: string | null;
  /** The window that was read, widened to whole buckets. */
  readonly from: number;
  readonly to: number;
}

export interface Hint {
  readonly value: string;
  /** How many connections have it. */
  readonly count: number;
}

/** `GET /api/v1/hints?field=…&field=…`: per field, the values among what matches the rest of the filter. */
export interface HintsReply {
  readonly hints: Readonly<Record<string, readonly Hint[]>>;
}

/** Connections seen in one bucket by what became of them. */
export interface SeriesPoint {
  readonly at: number;
  readonly allow: number;
  readonly deny: number;
  readonly pendingDeny: number;
  readonly unknown: number;
}

/** `GET /api/v1/series` */
export interface SeriesReply {
  readonly stepMs: number;
  readonly points: readonly SeriesPoint[];
}

/** Whatever flows come from: what the server connects to, and what connects to it. */
export interface ApiSource {
  readonly name: string;
  readonly kind: SourceKind | SenderKind;
  /** Where the server connects to; null for what connects to it. */
  readonly target: string | null;
  readonly state: SourceState | 'away';
  readonly detail: string | null;
  /** Since when it has been live, or has not been, where that is known. */
  readonly since: number | null;
  /** Of what connects to the server. */
  readonly lastSeen: number | null;
  readonly retryAt: number | null;
  readonly recordsPerSecond: number;
  readonly lagMs: number | null;
  readonly lost: number;
  readonly lostBy: Readonly<Record<string, number>>;
  readonly nodes: SourceNodes | null;
}

/** `GET /api/v1/sources` */
export interface SourcesReply {
  readonly sources: readonly ApiSource[];
}

/** Every error reply. */
export interface ErrorReply {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly span?: readonly [from: number, to: number];
  };
}
