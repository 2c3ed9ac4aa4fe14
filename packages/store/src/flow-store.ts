import type { Filter, FlowGroup, FlowRecord, Grouping, Millis } from '@vibrissa/model';

/** Where flows are kept. Every engine passes the same contract suite. */
export interface FlowStore {
  /** Takes in records; the answer is parallel to them. */
  append(records: readonly FlowRecord[]): Placement[] | Promise<Placement[]>;
  /**
   * Flows folded at a grouping, newest first seen first, in pages that stay stable while flows come in. Counters
   * and labels are of the window; evidence and `firstSeen` of everything held of the flow.
   */
  flows(query: FlowsQuery, signal?: AbortSignal): Promise<FlowsPage>;
  /** For each field its values among connections that match the rest of the filter, most frequent first. */
  hints(query: HintsQuery, signal?: AbortSignal): Promise<Map<string, FieldValue[]>>;
  /** Connections per step by verdict, oldest first. */
  series(query: SeriesQuery, signal?: AbortSignal): Promise<SeriesBucket[]>;
  /** The oldest moment a record may begin at to be taken in. */
  readonly oldestHeld: Millis;
  close(): Promise<void>;
}

/** What became of a record: all but `too-old` are held and shown. */
export type Placement = 'current' | 'late' | 'early' | 'too-old';

/** A window that is widened to whole buckets. */
export interface Window {
  readonly from: Millis;
  readonly to: Millis;
}

export interface FlowsQuery extends Window {
  readonly filter: Filter;
  readonly grouping: Grouping;
  readonly limit: number;
  /** From the page before; it also pins that page's window. */
  readonly cursor?: string;
}

export interface FlowsPage extends Window {
  readonly groups: readonly FlowGroup[];
  readonly total: number;
  readonly next: string | null;
}

export interface HintsQuery extends Window {
  readonly filter: Filter;
  readonly fields: readonly string[];
  /** Only values that contain this, without regard to case. */
  readonly contains: string;
  readonly limit: number;
}

export interface FieldValue {
  readonly value: string;
  readonly count: number;
}

export interface SeriesQuery extends Window {
  readonly filter: Filter;
  /** A multiple of the bucket length, ms; others are rounded up to one. */
  readonly stepMs: number;
}

export interface SeriesBucket {
  readonly at: Millis;
  readonly allow: number;
  readonly deny: number;
  readonly pendingDeny: number;
  readonly unknown: number;
}

/** A cursor that this store did not hand out. */
export class BadCursorError extends Error {
  readonly code = 'bad-cursor';

  constructor() {
    super('the cursor is not one that this server handed out; leave it out to begin at the first page');
  }
}
