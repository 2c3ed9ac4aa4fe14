import { type Clock, type Millis, millis } from '@vibrissa/model';
import type { HistoryHealth, Trouble } from '@vibrissa/protocol/messages';
import type { FlowHistory, HandOverMark, HistoryStatus, TieredStore } from '@vibrissa/store';
import type { DurableReach, OwnedJournal } from '../ingest/journal.js';
import type { Logger } from '../logger.js';
import { waitWithin } from '../wait-within.js';

/** About how many flows there are to bring back: how far that is can only be guessed. */
const USUAL_FLOWS = 50_000;

/** How often what is too old or too much is let go of, ms. */
const TIDY_MS = 60_000;

/** What there is of the past besides the journal. */
export interface Recalled {
  readonly reach: DurableReach | null;
  readonly isEmpty: boolean;
}

const NOTHING_RECALLED: Recalled = { reach: null, isEmpty: true };

/** A history in the place of the real one. */
export interface PlayedHistory {
  /** Why nothing is taken into it, as a sentence; null when something is. */
  readonly obstacle: string | null;
  /** Gives the real one its place back. */
  end(): void;
}

export interface HistoryKeeperParts {
  /** Opens the history on disk; null where nothing is to be kept. */
  readonly open: (() => FlowHistory) | null;
  /** Opens one in memory, for a play. */
  readonly openPlay: (() => FlowHistory) | null;
  readonly store: Pick<TieredStore, 'useHistory' | 'restore' | 'handOver'>;
  /** Is called once flows of an earlier run are in memory again. */
  readonly recalled: () => Promise<void>;
  readonly journal: Pick<OwnedJournal, 'cut' | 'startFrom' | 'keptElsewhere'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bucketMs: number;
  readonly mostBytes: number;
  readonly retentionMs: number;
}

/**
 * Keeps the history fed from what memory and journal hold: opens it, brings the last hour back, hands over what is
 * complete, and tells the journal what need not be kept there any longer. Where the history cannot be used, the server
 * shows what is in memory and the journal keeps what it has room for.
 */
export class HistoryKeeper {
  readonly #parts: HistoryKeeperParts;
  #history: FlowHistory | null = null;
  /** The history of a play, in use instead. */
  #play: FlowHistory | null = null;
  #mark: HandOverMark | null = null;
  /** Is aborted when another history takes the place of the one in use: nobody waits for that any longer. */
  #inUse = new AbortController();
  #isBegun = false;
  #failed = false;
  #handingOver: Promise<void> | null = null;
  #tidiedAt: Millis | null = null;
  #tidying = false;

  constructor(parts: HistoryKeeperParts) {
    this.#parts = parts;
  }

  /** Whether flows are handed over by now. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  get isKept(): boolean {
    return this.#parts.open !== null;
  }

  /**
   * Opens the history and fills the memory from it. Resolves with how far it goes, null where it is not to be had, and
   * whether there is nothing in it. Never rejects.
   */
  async recall(told: (done: number) => void, signal?: AbortSignal): Promise<Recalled> {
    const { open, store, journal, log } = this.#parts;
    if (open === null) return NOTHING_RECALLED;
    try {
      const history = open();
      this.#history = history;
      store.useHistory(history);
      let flows = 0;
      this.#mark = await store.restore(signal, (so) => {
        flows = so;
        told(so / (so + USUAL_FLOWS));
      });
      const { state, oldest } = history.status();
      if (state !== 'open') return this.#giveUp(null);
      await this.#parts.recalled();
      if (this.#mark !== null) journal.startFrom(this.#mark.segment);
      log.info({ flows, oldest }, 'history opened');
      return { reach: this.#reach(), isEmpty: oldest === null };
    } catch (error) {
      return signal?.aborted === true ? NOTHING_RECALLED : this.#giveUp(error);
    }
  }

  /** From now on flows are handed over: everything that an earlier run left is in view again. */
  begin(): void {
    this.#isBegun = true;
    this.#parts.journal.keptElsewhere(this.isKept ? (this.#reach() ?? NOTHING) : null);
  }

  /** To be called about once a second. */
  tick(): void {
    void this.handOver(() => this.#parts.journal.cut());
    const now = this.#parts.clock.now();
    if (this.#tidiedAt !== null && now - this.#tidiedAt < TIDY_MS) return;
    this.#tidiedAt = now;
    void this.#tidy();
  }

  /** Hands over what is due, unless that is under way; never rejects. */
  handOver(cut: () => number): Promise<void> {
    this.#handingOver ??= this.#handOver(cut).finally(() => {
      this.#handingOver = null;
    });
    return this.#handingOver;
  }

  /** Resolves when what was handed over is written, or cannot be for now, or another history is in use instead. */
  async flushed(): Promise<void> {
    const history = this.#play ?? this.#usable;
    if (history !== null) await waitWithin(history.flushed(), { signals: [this.#inUse.signal] });
  }

  /** Puts a history in memory in the place of the real one. */
  beginPlay(): PlayedHistory {
    const play = this.#parts.openPlay?.() ?? null;
    this.#play = play;
    this.#use(play);
    return {
      get obstacle() {
        return play === null ? 'there is no history for a play' : obstacleOf(play.status());
      },
      end: () => {
        if (play === null || this.#play !== play) return;
        this.#play = null;
        this.#use(this.#usable);
        play.close().catch((error: unknown) => this.#warn(error, 'the history of the play did not end well'));
      },
    };
  }

  #use(history: FlowHistory | null): void {
    this.#parts.store.useHistory(history);
    this.#inUse.abort();
    this.#inUse = new AbortController();
  }

  /** What the header shows; null where nothing is kept. */
  get health(): HistoryHealth | null {
    if (!this.isKept) return null;
    const { mostBytes, retentionMs } = this.#parts;
    const status = this.#history?.status();
    const state = this.#failed ? 'failed' : (status?.state ?? 'opening');
    return {
      state: state === 'closed' ? 'failed' : state,
      bytes: status?.bytes ?? 0,
      mostBytes,
      retentionMs,
      oldest: status?.oldest ?? null,
    };
  }

  /** Start of the oldest bucket of the history in use; null when there is none, or nothing in it. */
  get oldest(): Millis | null {
    return (this.#play ?? this.#history)?.status().oldest ?? null;
  }

  get status(): HistoryStatus | null {
    return this.#history?.status() ?? null;
  }

  get troubles(): readonly Trouble[] {
    return this.#history?.status().troubles ?? [];
  }

  /** Hands over what can be, and closes. */
  async close(): Promise<void> {
    await this.#handingOver;
    await this.#play?.close().catch((error: unknown) => this.#warn(error, 'a history was not closed'));
    await this.#history?.close().catch((error: unknown) => this.#warn(error, 'the history was not closed'));
  }

  get #usable(): FlowHistory | null {
    return this.#failed ? null : this.#history;
  }

  async #handOver(cut: () => number): Promise<void> {
    try {
      await this.#parts.store.handOver(cut);
      await this.#readMark();
    } catch (error) {
      this.#warn(error, 'flows could not be handed to the history');
    }
  }

  /** What is durable by now the journal need not keep. */
  async #readMark(): Promise<void> {
    const history = this.#usable;
    if (history === null || this.#play !== null || history.status().state !== 'open') return;
    const mark = await waitWithin(history.mark(), { signals: [this.#inUse.signal] });
    if (mark === null || (mark.segment === this.#mark?.segment && mark.bucket === this.#mark.bucket)) return;
    this.#mark = mark;
    if (this.#isBegun) this.#parts.journal.keptElsewhere(this.#reach() ?? NOTHING);
  }

  #reach(): DurableReach | null {
    if (this.#mark === null) return null;
    const { segment, bucket } = this.#mark;
    return { segment, until: millis((bucket + 1) * this.#parts.bucketMs) };
  }

  async #tidy(): Promise<void> {
    const history = this.#usable;
    if (this.#tidying || history === null || history.status().state !== 'open') return;
    this.#tidying = true;
    try {
      await history.tidy();
    } catch (error) {
      this.#warn(error, 'the history could not be tidied');
    } finally {
      this.#tidying = false;
    }
  }

  #giveUp(error: unknown): Recalled {
    this.#failed = true;
    this.#use(null);
    const [trouble] = this.troubles;
    this.#parts.log.error(
      { err: error, code: trouble?.code },
      trouble?.message ?? 'the history cannot be used',
    );
    return NOTHING_RECALLED;
  }

  #warn(error: unknown, message: string): void {
    this.#parts.log.warn({ err: error }, message);
  }
}

function obstacleOf({ state, troubles, dropped }: HistoryStatus): string | null {
  const [trouble] = troubles;
  if (state === 'failed' || state === 'closed') return trouble?.message ?? 'the history is closed';
  return dropped === 0 ? null : (trouble?.message ?? `${dropped} rows could not be taken in`);
}

/** All that is in the journal is in no history: it is kept as long as there is room. */
const NOTHING: DurableReach = { segment: 0, until: millis(0) };
