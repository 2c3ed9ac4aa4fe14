import type { FlowKey, FlowRecord, Millis } from '@vibrissa/model';
import type { FlowStore, QueryControl, RecordsQuery } from './flow-store.js';

/**
 * What outlives the process: everything that the hot ring has handed over, and, for the asking, what it still holds.
 * An engine answers the queries of a FlowStore from both.
 */
export interface FlowHistory
  extends Pick<FlowStore, 'flows' | 'hints' | 'series' | 'top' | 'seen' | 'compare' | 'records' | 'reduce'> {
  /**
   * Takes part of a hand-over, in order and without waiting: until it is on disk it is kept in memory and answers
   * queries. Parts up to one with a mark become durable together, or not at all. Never throws: where writing fails
   * it is tried again, `status` says so, and what no longer fits in memory is dropped and counted.
   */
  put(part: HandOverPart): void;
  /** What queries see beyond what was put, until the next call or the next mark: same form, never made durable. */
  tail(part: HandOverPart | null): void;
  /** The newest mark that is durable; null when there is none. Resolves once the history is open. */
  mark(): Promise<HandOverMark | null>;
  /**
   * Who is told of keys that were named, in a part or a tail, and that the history had seen earlier than was said; null
   * for nobody. Called some time after, and only for names with a generation.
   */
  onKnown(listener: KnownListener | null): void;
  /** What was put of buckets from this number on, for filling a ring after a restart, in pieces. */
  load(fromBucket: number, signal?: AbortSignal): AsyncIterable<LoadedPart>;
  /** Writes what `records` gives to a Parquet file, a row for each record; resolves with the number of rows. */
  parquet(query: RecordsQuery, path: string, control?: QueryControl): Promise<number>;
  /** Resolves when everything put so far, up to the last mark, is durable, or cannot be for now. */
  flushed(): Promise<void>;
  /** Lets go of what is too old or too much; to be called about once a minute. Resolves when done. */
  tidy(): Promise<void>;
  status(): HistoryStatus;
  /** Writes what is left as far as it can be and lets go of the file. */
  close(): Promise<void>;
}

/** How far a hand-over reached. Once it is durable, what the journal has of it need not be read back. */
export interface HandOverMark {
  /** All that entered the journal's segments before this one was handed over, as far as `bucket` goes. */
  readonly segment: number;
  /** Number of the newest bucket that was handed over; newer ones are still only in the ring. */
  readonly bucket: number;
}

/**
 * A piece of what the ring hands over. `key` and label set numbers are the ring's own and are reused there: a part
 * says what a number stands for from now on before its facts use it. Arrays of one object are parallel.
 */
export interface HandOverPart {
  readonly keys: readonly KeyNaming[];
  readonly labels: readonly LabelsNaming[];
  readonly facts: FactColumns;
  readonly evidence: EvidenceColumns;
  /** Keys that are now known to have been seen earlier. */
  readonly earlier: readonly { readonly key: number; readonly firstSeen: Millis }[];
  /** Closes a hand-over; null in all parts but the last. */
  readonly mark: HandOverMark | null;
}

export interface KeyNaming {
  readonly index: number;
  readonly key: FlowKey;
  readonly firstSeen: Millis;
  /** How many other keys had this index before; absent where it is not the ring's own. */
  readonly generation?: number;
}

/** A key as it was named, and when the history first saw it. */
export interface KnownKey {
  readonly index: number;
  readonly generation: number;
  readonly firstSeen: Millis;
}

export type KnownListener = (known: readonly KnownKey[]) => void;

/** Number 0 is "unknown labels" and never named. */
export interface LabelsNaming {
  readonly index: number;
  readonly labels: readonly string[];
}

/** What flows moved in buckets; the same key and bucket may come again, and adds up. */
export interface FactColumns {
  readonly length: number;
  readonly key: Uint32Array;
  /** Number of the bucket: its start, ms, by the bucket length. */
  readonly bucket: Uint32Array;
  readonly sourceLabels: Uint32Array;
  readonly destLabels: Uint32Array;
  /** When the last record in it ended, ms since epoch. */
  readonly end: Float64Array;
  /** Seven columns in the order of COUNTER_NAMES; NaN is unknown. */
  readonly counters: readonly Float64Array[];
}

/** What was seen of flows since the hand-over before; adds up. */
export interface EvidenceColumns {
  readonly length: number;
  readonly key: Uint32Array;
  /** Place in EVIDENCE_NAMES. */
  readonly kind: Uint8Array;
  /** Empty stands for mentions of values that were not kept. */
  readonly value: readonly string[];
  readonly mentions: Float64Array;
}

/** Flows as they were handed over: `records` of one key share `key` and one place. */
export interface LoadedPart {
  readonly flows: readonly LoadedFlow[];
}

export interface LoadedFlow {
  readonly key: FlowKey;
  readonly firstSeen: Millis;
  /** One a bucket and label sets, evidence all on the first. */
  readonly records: readonly FlowRecord[];
}

export interface HistoryStatus {
  readonly state: 'opening' | 'open' | 'failed' | 'closed';
  /** What is wrong and wants a hand, as a code and a sentence that says what to do. */
  readonly troubles: readonly { readonly code: string; readonly message: string }[];
  /** Of the file with what belongs to it, and how much of that is free for what comes, bytes. */
  readonly bytes: number;
  readonly freeBytes: number;
  /** Start of the oldest bucket held; null when empty. */
  readonly oldest: Millis | null;
  /** Rows of facts written since the start, and dropped since for want of memory while the disk could not be written. */
  readonly written: number;
  readonly dropped: number;
  /** Waiting to be written, bytes. */
  readonly waitingBytes: number;
  /** How long the slowest of the last hundred flushes took, ms. */
  readonly flushMs: number;
}
