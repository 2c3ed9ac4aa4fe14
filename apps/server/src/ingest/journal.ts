import type { Millis } from '@vibrissa/model';
import type { Trouble } from '@vibrissa/protocol/messages';

/**
 * What a journal keeps: `lines` is NDJSON of an agent or an HTTP sender, `array` a JSON array of records,
 * `goldmane` what a node sent on the Goldmane port, `hubble` and `upstream` what a followed Hubble or Goldmane told,
 * `numbers` how far each sender has got.
 */
export type JournalKind = 'lines' | 'array' | 'goldmane' | 'hubble' | 'numbers' | 'upstream';

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
  /** In the bucket that was being filled when it was taken in: no record of it lies beyond the next one. */
  readonly head: Millis;
}

/** How far what was taken in is kept elsewhere for good. */
export interface DurableReach {
  /** All that went to segments before this one is, as far as `until` goes. */
  readonly segment: number;
  /** Records that begin before this moment are; ms since epoch. */
  readonly until: Millis;
}

/** Keeps what was taken in until it is kept elsewhere, so that a killed server finds it again. */
export interface Journal {
  /** Never throws: where writing fails, the journal says so in the server's health and goes on. */
  append(entry: JournalEntry): void;
  /**
   * Resolves once everything appended so far is as safe as VIBRISSA_FSYNC wants it, or the journal has said that it
   * cannot be: only then may input be acknowledged. It never rejects.
   */
  flushed(): Promise<void>;
  /** Writes what is left and lets go of the folder. */
  close(): Promise<void>;
}

/** A journal as its owner sees it. */
export interface OwnedJournal extends Journal {
  /** At once: all that was appended before is in segments below this number, all that follows in it or later. */
  cut(): number;
  /** Numbers what is appended from now on at least so: a history may know of numbers that the folder has lost. */
  startFrom(segment: number): void;
  /**
   * What needs no longer be kept for its records' sake; null where nothing else keeps them. Until it is called
   * nothing goes for its age.
   */
  keptElsewhere(reach: DurableReach | null): void;
  /** Lets go of what is no longer needed; to be called about once a second. */
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

/**
 * Reads one kind of entry back at the start; it takes in what was acknowledged before. `isOver` says that each of its
 * records is known to the history: what matters is then only that a repeat is known for what it is.
 */
export type Replay = (entry: ReplayedEntry, isOver: boolean) => void;
