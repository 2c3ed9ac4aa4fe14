import type { Turns } from '@vibrissa/store';
import type { Logger } from '../logger.js';
import type { AcceptFlows } from './accept-flows.js';
import type { DurableReach, JournalKind, Replay, ReplayedEntry } from './journal.js';
import type { JournalPast } from './journal-past.js';
import { isOver, newestEnd } from './journal-retention.js';

/** What is known of the past besides the journal. */
export interface KnownPast {
  /** How far that goes; null where there is nothing else. */
  readonly reach: DurableReach | null;
  readonly isEmpty: boolean;
}

export interface JournalRestoreParts {
  readonly past: JournalPast;
  readonly accept: AcceptFlows;
  readonly turns: Turns;
  readonly log: Logger;
  readonly bucketMs: number;
  /** Brings back what is kept elsewhere, telling how far it is, 0 to 1; null where nothing is. It never rejects. */
  readonly recall: ((told: (done: number) => void, ending?: AbortSignal) => Promise<KnownPast>) | null;
  /** Nothing was ever kept: nobody has to wait until that is found to be so. */
  readonly isNew: boolean;
  /**
   * Is called before each segment of which nothing is known yet: all before the one with this number was taken in
   * again, and nothing of it.
   */
  readonly between?: (segment: number) => Promise<void>;
}

/**
 * Takes in again what an earlier run acknowledged and what is in no history, through the readers it came in by,
 * before anyone sends anew: then numbers of batches and recent updates are known again as well, and a repeat counts
 * nothing.
 */
export class JournalRestore {
  readonly #parts: JournalRestoreParts;
  readonly #replays = new Map<JournalKind, Replay>();
  #read = 0;
  #unread = 0;
  #progress: number | null = 0;
  #running: Promise<boolean> | null = null;

  constructor(parts: JournalRestoreParts) {
    this.#parts = parts;
    if (parts.isNew) this.#progress = null;
  }

  /** From 0 to 1 until all is read back; then, and where there is nothing to read, null. */
  get progress(): number | null {
    return this.#progress;
  }

  /** Entries that could not be read back, though their bytes are whole. */
  get unread(): number {
    return this.#unread;
  }

  /** Says who reads entries of this kind back; to be called before `run`. */
  onReplay(kind: JournalKind, replay: Replay): void {
    this.#replays.set(kind, replay);
  }

  /**
   * Reads everything back once; resolves with whether there was anything. Whoever calls again waits for the same.
   * `ending` breaks it off.
   */
  run(ending?: AbortSignal): Promise<boolean> {
    this.#running ??= this.#run(ending);
    return this.#running;
  }

  async #run(ending: AbortSignal | undefined): Promise<boolean> {
    const { past, accept, recall, between, isNew, log } = this.#parts;
    const share = recall === null ? 0 : 0.5;
    const known: KnownPast = (await recall?.((done) => {
      if (!isNew) this.#progress = done * share;
    }, ending)) ?? { reach: null, isEmpty: true };
    const records = await accept.restore(async () => {
      for await (const { segment, entries, bytes } of past.read()) {
        if (ending?.aborted === true) break;
        if (known.reach === null || segment >= known.reach.segment) await between?.(segment);
        await this.#parts.turns.run(this.#steps(segment, entries, known.reach, ending));
        this.#read += bytes;
        this.#progress = share + (1 - share) * Math.min(1, this.#read / past.bytes);
      }
    });
    this.#progress = null;
    if (past.bytes > 0) log.info({ records, bytes: this.#read }, 'flows restored');
    if (this.#unread > 0) log.warn({ entries: this.#unread }, 'entries of the journal were not read');
    return records > 0 || !known.isEmpty;
  }

  *#steps(
    segment: number,
    entries: Iterable<ReplayedEntry>,
    reach: DurableReach | null,
    ending: AbortSignal | undefined,
  ): Generator<void> {
    const { accept, bucketMs, log } = this.#parts;
    const until = reach !== null && segment < reach.segment ? reach.until : null;
    for (const entry of entries) {
      if (ending?.aborted === true) return;
      try {
        const replay = this.#replays.get(entry.kind);
        const isKnown =
          newestEnd(entry.head, bucketMs) <= accept.oldestTaken ||
          (reach !== null && isOver({ segment, head: entry.head }, reach, bucketMs));
        accept.readAgain(entry.head, until);
        if (replay === undefined) this.#unread++;
        else replay(entry, isKnown);
      } catch (error) {
        // One that was taken then and is refused now, as after a limit was lowered, must not end the rest.
        this.#unread++;
        log.debug({ err: error }, 'an entry of the journal was refused');
      }
      yield;
    }
  }
}
