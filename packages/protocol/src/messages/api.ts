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

/** `GET /api/v1/series`; `lines` counts connections, the others what they moved. */
export interface SeriesReply {
  readonly stepMs: number;
  readonly measure: 'lines' | 'bytes' | 'packets';
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

/** What connections moved; `flows` counts the connections themselves. Unknown counts as none. */
export interface Measures {
  readonly flows: number;
  readonly bytes: number;
  readonly packets: number;
  readonly connections: number;
  readonly denied: number;
}

/** `GET /api/v1/top?by=…&measure=…`: `values` is parallel to `by`, empty where a connection has none. */
export interface TopReply {
  readonly by: readonly string[];
  readonly rows: readonly (Measures & { readonly values: readonly string[] })[];
  /** How many distinct rows there are. */
  readonly total: number;
  /** Of all connections that match, each counted once. */
  readonly sum: Measures;
  readonly from: number;
  readonly to: number;
}

/** `GET /api/v1/seen?filter=…` */
export interface SeenReply {
  readonly first: number | null;
  readonly last: number | null;
  readonly total: number;
}

/** `added` and `gone` are of the window against its base; `volume` is bytes a second, or packets where bytes are unknown. */
export type ChangeKind = 'verdict' | 'added' | 'gone' | 'volume';

export interface ApiChange {
  readonly kind: ChangeKind;
  readonly now: ApiGroup | null;
  readonly then: ApiGroup | null;
  /** How many times as much a second; null where that is unknown or was none. */
  readonly ratio: number | null;
}

/** `GET /api/v1/compare` */
export interface CompareReply {
  readonly changes: readonly ApiChange[];
  readonly totals: Readonly<Record<ChangeKind, number>>;
  readonly window: { readonly from: number; readonly to: number };
  readonly base: { readonly from: number; readonly to: number };
}

/**
 * Any query asked for with `Accept: application/x-ndjson` answers in lines: how far it is, several times a second
 * where it takes long, and in the end its reply or its error.
 */
export type QueryLine<Reply> =
  | { readonly progress: number }
  | { readonly reply: Reply }
  | { readonly error: { readonly code: string; readonly message: string } };

/** A view that has a name, kept on the server. */
export interface SavedView {
  /** Short, in the address: letters, digits and dashes. */
  readonly id: string;
  readonly name: string;
  /** `flows`, `overview`, `policies` or `recommend`. */
  readonly page: string;
  /** The query string of the page's address, with its `?`; empty for the page as it is. */
  readonly search: string;
  readonly savedAt: number;
}

/** `GET /api/v1/views`, and the answer to every change of them. */
export interface ViewsReply {
  readonly views: readonly SavedView[];
  /** Id of the view that the bare address shows; null where none was chosen. */
  readonly first: string | null;
}
