import type { Filter, FlowGroup, FlowRecord, Grouping, LineReducer, Millis } from '@vibrissa/model';

/** Where flows are kept. Every engine passes the same contract suite. */
export interface FlowStore {
  /** Takes in records; the answer is parallel to them. */
  append(records: readonly FlowRecord[]): Placement[] | Promise<Placement[]>;
  /**
   * Flows folded at a grouping, in pages that stay stable while flows come in: newest first seen first, or as
   * `sort` says. Counters and labels are of the window; evidence and `firstSeen` of everything held of the flow.
   */
  flows(query: FlowsQuery, control?: QueryControl): Promise<FlowsPage>;
  /** For each field its values among connections that match the rest of the filter, most frequent first. */
  hints(query: HintsQuery, control?: QueryControl): Promise<Map<string, FieldValue[]>>;
  /** Connections per step by verdict, or what they moved, oldest first. */
  series(query: SeriesQuery, control?: QueryControl): Promise<SeriesBucket[]>;
  /** What connections that match have in one or two fields, with the most of a measure first. */
  top(query: TopQuery, control?: QueryControl): Promise<TopAnswer>;
  /** When connections that match were first and last seen, and how many there are. */
  seen(query: SeenQuery, control?: QueryControl): Promise<SeenAnswer>;
  /** What differs between two windows, line by line, the gravest first. */
  compare(query: CompareQuery, control?: QueryControl): Promise<CompareAnswer>;
  /**
   * What is held of every flow of the connections that match, a record for each bucket in which it moved something,
   * oldest bucket first, in batches: appended to an empty store they give the same answers for the window.
   */
  records(query: RecordsQuery, control?: QueryControl): AsyncIterable<readonly FlowRecord[]>;
  /**
   * Every line of a window at the grouping `connection`, each once, given to a reducer where the lines are: for a
   * history in its own thread, so that only the result travels. Rejects with what the reducer throws.
   */
  reduce<Result>(query: ReduceQuery, reduction: Reduction<Result>, control?: QueryControl): Promise<Result>;
  /** The oldest moment a record may begin at to be taken in. */
  readonly oldestHeld: Millis;
  close(): Promise<void>;
}

/** How a caller follows a query, and ends it. */
export interface QueryControl {
  /** Rejects with the signal's reason when it is aborted. */
  readonly signal?: AbortSignal;
  /** Told from time to time how much is done, 0 to 1, rising. */
  readonly progress?: (done: number) => void;
  /**
   * The moment that is now for the query: what is newest, and how old flows are. It is for a history in a thread of
   * its own, whose clock has gone on, or is another; without it, and elsewhere, a store asks its clock.
   */
  readonly now?: Millis;
}

/** What became of a record: all but `too-old` are held and shown. */
export type Placement = 'current' | 'late' | 'early' | 'too-old';

/** A window that is widened to whole buckets. */
export interface Window {
  readonly from: Millis;
  readonly to: Millis;
}

/**
 * What lines can be sorted by. `attention`: denied before would-be-denied before all else; `source` and `dest` as
 * `endpointText` has them; `policy`: the name of the one that decided, or would deny. Texts compare by code unit,
 * unknown comes last either way, and ties go to the newer id.
 */
export const SORT_COLUMNS = [
  'firstSeen',
  'lastSeen',
  'attention',
  'policy',
  'source',
  'dest',
  'port',
  'protocol',
  'bytes',
  'bytesSent',
  'bytesReceived',
  'packets',
  'connections',
  'denied',
] as const;

export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface FlowSort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

export interface FlowsQuery extends Window {
  readonly filter: Filter;
  readonly grouping: Grouping;
  readonly limit: number;
  /** Newest first seen first where it is absent. */
  readonly sort?: FlowSort;
  /** From the page before; it also pins that page's window. */
  readonly cursor?: string;
  /** The most steps of the small curve that comes with each group; none where it is absent. */
  readonly spark?: number;
}

export interface FlowsPage extends Window {
  readonly groups: readonly FlowGroup[];
  readonly total: number;
  readonly next: string | null;
  /**
   * With `spark`, parallel to `groups`: packets in each step of the page's window, oldest first, both ways. A step
   * is as few whole buckets as fit the window into that many steps, the first begins with the window. What sources
   * and what others report are summed apart, and in each step the larger is told; unknown counts as none.
   */
  readonly sparks?: readonly (readonly number[])[];
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

/** `lines` counts connections; the others sum what both directions of them moved, unknown as none. */
export type SeriesMeasure = 'lines' | 'bytes' | 'packets';

export interface SeriesQuery extends Window {
  readonly filter: Filter;
  /** A multiple of the bucket length, ms; others are rounded up to one. */
  readonly stepMs: number;
  /** `lines` where it is absent. */
  readonly measure?: SeriesMeasure;
}

/** In each step a connection is of the gravest verdict it had there. */
export interface SeriesBucket {
  readonly at: Millis;
  readonly allow: number;
  readonly deny: number;
  readonly pendingDeny: number;
  readonly unknown: number;
}

/** `flows` counts connections; `denied` the denied among the connections started. Unknown counts as none. */
export const TOP_MEASURES = ['flows', 'bytes', 'packets', 'connections', 'denied'] as const;

export type TopMeasure = (typeof TOP_MEASURES)[number];

export interface TopQuery extends Window {
  readonly filter: Filter;
  /** One or two fields of the filter language. A connection with several values counts for each of them. */
  readonly by: readonly string[];
  readonly measure: TopMeasure;
  readonly limit: number;
}

export type TopRow = Readonly<Record<TopMeasure, number>> & {
  /** Parallel to `by`; empty where the connection has none. */
  readonly values: readonly string[];
};

export interface TopAnswer {
  readonly rows: readonly TopRow[];
  /** How many distinct rows there are. */
  readonly total: number;
  /** Of all connections that match, each counted once. */
  readonly sum: Readonly<Record<TopMeasure, number>>;
}

export interface SeenQuery extends Window {
  readonly filter: Filter;
}

export interface SeenAnswer {
  /** Of everything held of all flows of the connections, in the window or not; null when none matches. */
  readonly first: Millis | null;
  readonly last: Millis | null;
  readonly total: number;
}

/** What became of a line from the base window to the other: it appeared, went, changed verdict, or moved far more or less. */
export type ChangeKind = 'verdict' | 'added' | 'gone' | 'volume';

export const CHANGE_KINDS: readonly ChangeKind[] = ['verdict', 'added', 'gone', 'volume'];

export interface CompareQuery extends Window {
  /** A line is compared when it matches in either window, and then as it is in both. */
  readonly filter: Filter;
  readonly grouping: Grouping;
  /** The window to compare with. */
  readonly base: Window;
  /** Bytes a second must have risen or fallen this many times to be a change of volume; packets where bytes are unknown. */
  readonly factor: number;
  /** The most changes of each kind. */
  readonly limit: number;
}

export interface Change {
  readonly kind: ChangeKind;
  /** Null when it is gone. */
  readonly now: FlowGroup | null;
  /** Null when it is new. */
  readonly then: FlowGroup | null;
  /** How many times as much a second as in the base window; null where that is unknown or was none. */
  readonly ratio: number | null;
}

export interface CompareAnswer {
  /** Kind by kind in the order of CHANGE_KINDS; denied lines first, then those that moved most. */
  readonly changes: readonly Change[];
  readonly totals: Readonly<Record<ChangeKind, number>>;
}

export interface ReduceQuery extends Window {
  readonly filter: Filter;
  /** As in FlowsQuery. */
  readonly spark?: number;
}

/** A reducer that can be begun here, and by name in another thread: both must be the same. */
export interface Reduction<Result> {
  readonly begin: () => LineReducer<Result>;
  /** A module whose export `begin(options)` gives the same reducer. Only the server's own code names one. */
  readonly module: URL;
  /** Plain data that can be copied to another thread. */
  readonly options: unknown;
}

export interface RecordsQuery extends Window {
  readonly filter: Filter;
}

/** What a store that has a history can do besides. */
export interface ParquetWriter {
  /**
   * Writes what `records` gives to a Parquet file that does not exist yet, a row for each record; resolves with the
   * number of rows. Throws HistoryUnavailableError where there is no history, or it cannot be read.
   */
  parquet(query: RecordsQuery, path: string, control?: QueryControl): Promise<number>;
}

/** What was asked for wants a history, and there is none that can be read. */
export class HistoryUnavailableError extends Error {
  readonly code = 'history-unavailable';
}

/** A cursor that this store did not hand out. */
export class BadCursorError extends Error {
  readonly code = 'bad-cursor';

  constructor() {
    super('the cursor is not one that this server handed out; leave it out to begin at the first page');
  }
}
