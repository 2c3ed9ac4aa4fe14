import type { ReplayedEntry } from './journal.js';

/** What an earlier run left in the journal, in the order it was written. */
export interface JournalPast {
  /** How much there is to read, bytes. */
  readonly bytes: number;
  /** Entries segment by segment, each with how many bytes it takes. */
  read(): AsyncIterable<{
    readonly segment: number;
    readonly entries: Iterable<ReplayedEntry>;
    readonly bytes: number;
  }>;
}

/** Nothing to read back. */
export const NO_PAST: JournalPast = { bytes: 0, async *read() {} };
