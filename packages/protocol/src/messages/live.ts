import type { Grouping, PolicyHit } from '@vibrissa/model';

/** The version of this protocol; a page that meets another one reloads itself. */
export const LIVE_VERSION = 2;

/** What the browser says on `GET /api/v1/live`. */
export type LiveRequest = Subscribe | Unsubscribe;

export interface Subscribe {
  readonly type: 'subscribe';
  /** Chosen by the browser; answers carry it. Subscribing again with the same id replaces. */
  readonly id: number;
  readonly filter: string;
  readonly grouping: Grouping;
  /** Start of the window: negative slides with now (ms), positive is absolute, 0 is the oldest held. */
  readonly since: number;
  /** End of a past window, ms since epoch; without it the window is live. */
  readonly until?: number;
  /** From an earlier `rows` message: only what changed after it is sent. */
  readonly cursor?: string;
  /** The most rows to hold, newest first; 50,000 at most. */
  readonly limit?: number;
  /** Which rows come first where there are more than `limit`; newest seen last where it is absent. */
  readonly sort?: { readonly column: string; readonly descending: boolean };
  /** Plays the window back; `since` and `until` then are what there is to play, both absolute. */
  readonly play?: Playback;
}

/** The rows of a short window whose end, the playhead, runs on by itself until it reaches the subscription's `until`. */
export interface Playback {
  /** Where the playhead begins, ms since epoch. */
  readonly at: number;
  /** Seconds of the past per second, 1 to 60. */
  readonly speed: number;
  /** How much before the playhead is shown, ms. */
  readonly spanMs: number;
}

export interface Unsubscribe {
  readonly type: 'unsubscribe';
  readonly id: number;
}

/** What the server says. */
export type LiveMessage = Hello | Rows | Progress | Skipped | LiveError | Health;

export interface Hello {
  readonly type: 'hello';
  readonly version: number;
  readonly now: number;
  /** ms; flows are counted per bucket. */
  readonly bucketMs: number;
  /** How far back the server holds flows in memory, ms: within it rows stream. */
  readonly horizonMs: number;
  /** How far back it keeps flows at most, ms; the same where it keeps nothing on disk. */
  readonly retentionMs: number;
}

/** `[kind, namespace, name, address]` as in Endpoint. */
export type WireEndpoint = readonly [kind: string, namespace: string, name: string, address: string];

/** What of a row does not change; sent once for each subscription. */
export interface RowDef {
  readonly id: number;
  readonly source: WireEndpoint;
  readonly dest: WireEndpoint;
  readonly port: number;
  readonly protocol: string;
  readonly service: readonly [namespace: string, name: string, portName: string, port: number] | null;
  readonly firstSeen: number;
  /** When the address outside the cluster was first seen, if it was never seen before; else null. */
  readonly newSince: number | null;
  /** Only with grouping `flow`. */
  readonly reporter?: string;
}

/** Verdicts on the wire. */
export const WIRE_VERDICTS = ['allow', 'deny', 'unknown'] as const;

/**
 * What of a row changes: totals over the window (not differences), so that a row sent twice is harmless.
 * Verdicts index WIRE_VERDICTS; deciders index `deciders`, −1 is none; null is unknown.
 * `recent` is the packets of the newest bucket, for the sparkline.
 */
export type RowUpdate = readonly [
  id: number,
  lastSeen: number,
  verdict: number,
  pending: number,
  decidedBy: number,
  pendingDecidedBy: number,
  bytesSent: number | null,
  bytesReceived: number | null,
  packetsSent: number | null,
  packetsReceived: number | null,
  connectionsStarted: number | null,
  connectionsLive: number | null,
  connectionsDenied: number | null,
  recentAt: number,
  recent: number,
  /** 1 where the verdict is unknown and a source says that packets were lost: on the way, not by a policy. */
  lossy: number,
];

/** How many buckets a sparkline shows (5 minutes of 15 s). */
export const SPARK_BUCKETS = 20;

export interface Rows {
  readonly type: 'rows';
  readonly id: number;
  /** `snapshot` messages come first, the last of them with `done`; then `live` ones, several a second. */
  readonly phase: 'snapshot' | 'live';
  /** On the first snapshot message when what the browser holds must be forgotten: no cursor was given, or it was too old. */
  readonly reset?: boolean;
  readonly done?: boolean;
  readonly defs: readonly RowDef[];
  readonly rows: readonly RowUpdate[];
  /** Packets per bucket, oldest first, ending with the bucket at `recentAt`; only in snapshots: `[id, ...counts]`. */
  readonly sparks?: readonly (readonly number[])[];
  /** With `done` when a cursor was resumed: every row that matches. The browser forgets the others. */
  readonly ids?: readonly number[];
  /** Rows that left the window or no longer match. */
  readonly gone: readonly number[];
  /** New entries of the dictionary of deciding hits. */
  readonly deciders: readonly (readonly [index: number, hit: PolicyHit])[];
  /** How many rows match in all; more than were sent when `limit` cut. */
  readonly total: number;
  readonly cursor: string;
  /** The server's clock; while a window is played back, the playhead. */
  readonly now: number;
  /** With `done` of a window that was read from history: what was read, and how often it will be read again, ms. */
  readonly history?: HistoryRead;
}

export interface HistoryRead {
  readonly from: number;
  readonly to: number;
  /** Null where the window lies in the past and stays as it is. */
  readonly refreshMs: number | null;
}

/** How far a long reading of history is, 0 to 1; rows follow. */
export interface Progress {
  readonly type: 'progress';
  readonly id: number;
  readonly done: number;
}

/** The reader was too slow: this many row updates were not sent. A fresh snapshot follows. */
export interface Skipped {
  readonly type: 'skipped';
  readonly id: number;
  readonly updates: number;
}

export interface LiveError {
  readonly type: 'error';
  readonly id?: number;
  readonly code: string;
  readonly message: string;
  /** For a filter that does not parse: where, as offsets into its text. */
  readonly span?: readonly [from: number, to: number];
}

/** Sent every second: the heartbeat, and what the header shows. */
export interface Health {
  readonly type: 'health';
  readonly now: number;
  /** Name of the cluster; empty when none was given. */
  readonly cluster: string;
  /** The scenario that plays, when no agent feeds the server. */
  readonly demo: string | null;
  readonly agentsConnected: number;
  /** Agents that were connected and are not. */
  readonly agentsAway: number;
  /** Each agent, those with a trouble first; cut where there are very many. */
  readonly agents: readonly AgentHealth[];
  /** Each source the server itself connects to, those with a trouble first. */
  readonly sources: readonly SourceHealth[];
  /** How much of the journal has been read back since the start, 0 to 1; null once nothing is left to read. */
  readonly restoring: number | null;
  /** What is wrong with the server itself and wants a hand; empty when all is well. */
  readonly troubles: readonly Trouble[];
  readonly recordsPerSecond: number;
  /** From the end of a record's interval to its being published, ms, the worst of the last seconds; null when idle. */
  readonly lagMs: number | null;
  readonly loss: Loss;
  /** Distinct flows held. */
  readonly flows: number;
  /** Start of the oldest bucket with data, in memory or on disk, ms since epoch; null when empty. */
  readonly oldest: number | null;
  /** What is kept on disk; null where nothing is. */
  readonly history: HistoryHealth | null;
}

export interface HistoryHealth {
  readonly state: 'opening' | 'open' | 'failed';
  readonly bytes: number;
  readonly mostBytes: number;
  readonly retentionMs: number;
  /** Start of the oldest bucket on disk; null when empty. */
  readonly oldest: number | null;
}

/** What sends to the server: its own agents, Felix on the Goldmane port, anything that speaks HTTP. */
export type SenderKind = 'agent' | 'felix' | 'http';

export interface AgentHealth {
  readonly name: string;
  readonly kind: SenderKind;
  readonly connected: boolean;
  readonly lastSeen: number;
  readonly recordsPerSecond: number;
  /** From the end of its newest record to its arrival, ms; null when idle, or where it is not measured. */
  readonly lagMs: number | null;
  /** How far the agent's clock is from the server's, ms; positive when it is behind. */
  readonly skewMs: number;
  /** Records the agent had to drop before it could send them. */
  readonly dropped: number;
}

/** What the server itself connects to. */
export type SourceKind = 'hubble' | 'goldmane';

/** `waiting` is between two tries; `failed` says that trying again cannot help until something is changed. */
export type SourceState = 'connecting' | 'live' | 'waiting' | 'failed';

export interface SourceHealth {
  readonly name: string;
  readonly kind: SourceKind;
  /** Where it is, as it was configured. */
  readonly target: string;
  readonly state: SourceState;
  /** Why the state is as it is, in words; null when there is nothing to say. */
  readonly detail: string | null;
  /** Since when it has been live, or has not been. */
  readonly since: number;
  /** When the next try is made, while waiting. */
  readonly retryAt: number | null;
  readonly recordsPerSecond: number;
  /** From the end of the newest record to its arrival, ms; null when idle. */
  readonly lagMs: number | null;
  /** Records received since the server started. */
  readonly records: number;
  /** Records the source says it lost before they could be sent. */
  readonly lost: number;
  readonly lostBy: Readonly<Record<string, number>>;
  /** Of a source that speaks for several nodes; null where it does not say. */
  readonly nodes: SourceNodes | null;
}

export interface SourceNodes {
  readonly connected: number;
  readonly unavailable: number;
  readonly gone: number;
}

export interface Trouble {
  readonly code: string;
  /** What is wrong and what to do about it, as a sentence. */
  readonly message: string;
}

/** Everything that was not shown, counted since the server started. */
export interface Loss {
  readonly rejected: number;
  readonly tooOld: number;
  /** Updates on the Goldmane port that were no flows. */
  readonly refused: number;
  readonly droppedByAgents: number;
  /** Records that sources the server connects to lost before they could send them. */
  readonly lostUpstream: number;
  readonly evicted: number;
}
