import type { Turns } from '@vibrissa/store';
import type { Logger } from '../logger.js';
import type { AcceptFlows } from './accept-flows.js';
import type { JournalKind, Replay, ReplayedEntry } from './journal.js';

/** What an earlier run left, in the order it was written. */
export interface JournalHistory {
  /** How much there is to read, bytes. */
  readonly bytes: number;
  /** Entries piece by piece, each piece with how many bytes it took. */
  read(): AsyncIterable<{ readonly entries: Iterable<ReplayedEntry>; readonly bytes: number }>;
}

/** Nothing to read back. */
export const NO_HISTORY: JournalHistory = { bytes: 0, async *read() {} };

/**
 * Takes in again what an earlier run acknowledged, through the readers it came in by, before anyone sends anew:
 * then numbers of batches and recent updates are known again as well, and a repeat counts nothing.
 */
export class JournalRestore {
  readonly #history: JournalHistory;
  readonly #accept: AcceptFlows;
  readonly #turns: Turns;
  readonly #log: Logger;
  readonly #replays = new Map<JournalKind, Replay>();
  #read = 0;
  #unread = 0;
  #progress: number | null = 0;
  #running: Promise<number> | null = null;

  constructor(parts: {
    readonly history: JournalHistory;
    readonly accept: AcceptFlows;
    readonly turns: Turns;
    readonly log: Logger;
  }) {
    this.#history = parts.history;
    this.#accept = parts.accept;
    this.#turns = parts.turns;
    this.#log = parts.log;
    if (parts.history.bytes === 0) this.#progress = null;
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

  /** Reads everything back once; resolves with how many records came of it. Whoever calls again waits for the same.
   * `ending` breaks it off. */
  run(ending?: AbortSignal): Promise<number> {
    this.#running ??= this.#run(ending);
    return this.#running;
  }

  async #run(ending: AbortSignal | undefined): Promise<number> {
    const records = await this.#accept.restore(async () => {
      for await (const { entries, bytes } of this.#history.read()) {
        await this.#turns.run(this.#steps(entries, ending));
        if (ending?.aborted === true) break;
        this.#read += bytes;
        this.#progress = Math.min(1, this.#read / this.#history.bytes);
      }
    });
    this.#progress = null;
    if (this.#history.bytes > 0) this.#log.info({ records, bytes: this.#read }, 'flows restored');
    if (this.#unread > 0) this.#log.warn({ entries: this.#unread }, 'entries of the journal were not read');
    return records;
  }

  *#steps(entries: Iterable<ReplayedEntry>, ending: AbortSignal | undefined): Generator<void> {
    for (const entry of entries) {
      if (ending?.aborted === true) return;
      try {
        const replay = this.#replays.get(entry.kind);
        if (replay === undefined) this.#unread++;
        else replay(entry);
      } catch (error) {
        // One that was taken then and is refused now, as after a limit was lowered, must not end the rest.
        this.#unread++;
        this.#log.debug({ err: error }, 'an entry of the journal was refused');
      }
      yield;
    }
  }
}
