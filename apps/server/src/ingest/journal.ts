import type { Millis } from '@vibrissa/model';
import type { Trouble } from '@vibrissa/protocol/messages';

/**
 * What a journal keeps: `lines` is NDJSON of an agent or an HTTP sender, `array` a JSON array of records,
 * `goldmane` what a node sent on the Goldmane port, `hubble` what a followed Hubble told.
 */
export type JournalKind = 'lines' | 'array' | 'goldmane' | 'hubble';

/** What belongs to the payload and is not in it: who sent it, its number, how far the sender's clock is off. */
export type JournalMeta = Readonly<Record<string, string | number | boolean | null>>;

/** Input as it came in, so that reading it back goes through the same readers. */
export interface JournalEntry {
  readonly kind: JournalKind;
  /** Small: it is laid out as JSON with every entry. */
  readonly meta: JournalMeta;
  /** Must not change until `flushed()` resolves. */
  readonly payload: string | Uint8Array;
}

/** An entry as it is read back, and when it was written by the server's clock. */
export interface ReplayedEntry {
  readonly kind: JournalKind;
  readonly meta: JournalMeta;
  readonly payload: Buffer;
  readonly at: Millis;
}

/** Keeps what was taken in until it is older than the server holds, so that a killed server finds it again. */
export interface Journal {
  /** Never throws: where writing fails, the journal says so in the server's health and goes on. */
  append(entry: JournalEntry): void;
  /**
   * Resolves once everything appended so far is with the operating system, or the journal has said that it
   * cannot be: only then may input be acknowledged. It never rejects.
   */
  flushed(): Promise<void>;
  /** Writes what is left and lets go of the folder. */
  close(): Promise<void>;
}

/** A journal as its owner sees it. */
export interface OwnedJournal extends Journal {
  /** Lets what is too old go; to be called about once a second. */
  tidy(): void;
  status(): JournalStatus;
}

/** All counted since the start, except `bytes`, which is what the folder holds. */
export interface JournalStatus {
  readonly bytes: number;
  /** Entries that were taken in and could not be written. */
  readonly skipped: number;
  /** Bytes that went before their time for want of room. */
  readonly droppedBytes: number;
  /** Segments that were found damaged, and read only up to there. */
  readonly damaged: number;
  readonly troubles: readonly Trouble[];
}

/** Reads one kind of entry back at the start; it takes in what was acknowledged before. */
export type Replay = (entry: ReplayedEntry) => void;
