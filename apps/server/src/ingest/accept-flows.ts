import { type Clock, type FlowRecord, type Millis, millis } from '@vibrissa/model';
import type { LineError } from '@vibrissa/protocol/messages';
import type { HotRing, Placement } from '@vibrissa/store';
import type { Metrics } from '../metrics.js';
import { newestEnd } from './journal-retention.js';
import type { KnownDestinations } from './known-destinations.js';
import { Lag } from './lag.js';
import { Rate } from './rate.js';
import type { ReadLines } from './read-lines.js';

/** A clock that differs by more than this is taken to be wrong, and records are moved by the difference, ms. */
const TRUSTED_SKEW_MS = 5_000;

/** Takes in the records of one batch, one by one; a refused one is answered with the reason. */
export type Take = (record: FlowRecord, line: number) => LineError | null;

/** What became of a batch, and the latest end of its records by our clock; null when there was none. */
export interface TakenBatch extends ReadLines {
  readonly newestEnd: Millis | null;
}

/** Where records go. */
export interface TakesFlows {
  take(record: FlowRecord): Placement;
  /** The same for one that is read back, and whose flow the history knows in part. */
  replay(record: FlowRecord): Placement;
  /** The oldest moment a record may begin at to be taken. */
  readonly oldestHeld: Millis;
}

/** How an entry of the journal is read again. */
interface ReadAgain {
  /** In the bucket that was being filled when it was taken in. */
  readonly head: Millis;
  /** Records that begin before this moment are known to the history already; null where none is. */
  readonly until: Millis | null;
}

/**
 * The one door: whatever sends flows, they come in here, already validated and in our form. They are moved to
 * the server's clock where the sender's is wrong, noted, counted and stored; the live hub sees the change.
 */
export class AcceptFlows {
  readonly #store: TakesFlows;
  readonly #ring: Pick<HotRing, 'advance' | 'head' | 'bucketMs'>;
  readonly #destinations: KnownDestinations;
  readonly #metrics: Metrics;
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #lag: Lag;
  #tooOld = 0;
  #rejected = 0;
  #refused = 0;
  #lostUpstream = 0;
  /** Records read back from an earlier run; null when none are being read. */
  #restored: number | null = null;
  #again: ReadAgain | null = null;
  #head: Millis;
  /** Records that begin from here on lie further ahead than clocks may differ; ms since epoch. */
  #early = 0;
  #onFirstReal: (() => void) | null = null;

  constructor(parts: {
    readonly store: TakesFlows;
    readonly ring: Pick<HotRing, 'advance' | 'head' | 'bucketMs'>;
    readonly clock: Clock;
    readonly destinations: KnownDestinations;
    readonly metrics: Metrics;
  }) {
    this.#store = parts.store;
    this.#ring = parts.ring;
    this.#head = millis(parts.ring.head * parts.ring.bucketMs);
    this.#destinations = parts.destinations;
    this.#metrics = parts.metrics;
    this.#rate = new Rate(parts.clock);
    this.#clock = parts.clock;
    this.#lag = new Lag(parts.clock);
  }

  /** Records refused because they began before the oldest moment held. */
  get tooOld(): number {
    return this.#tooOld;
  }

  /** Lines that were no records. */
  get rejected(): number {
    return this.#rejected;
  }

  /** Updates on the Goldmane port that were no flows. */
  get refused(): number {
    return this.#refused;
  }

  /** Events that lines say were lost before they could be written down. */
  get lostUpstream(): number {
    return this.#lostUpstream;
  }

  /** The oldest moment a record may begin at to be taken. */
  get oldestTaken(): Millis {
    return this.#store.oldestHeld;
  }

  /** Start of the bucket that was being filled when the last batch came. */
  get head(): Millis {
    return this.#head;
  }

  get recordsPerSecond(): number {
    return this.#rate.perSecond();
  }

  /** The worst of the last seconds from the end of a record's interval to its arrival, ms; null when idle. */
  get lagMs(): number | null {
    return this.#lag.ms;
  }

  /** Calls back once, before the first record that is not simulated is stored. */
  onFirstReal(callback: () => void): void {
    this.#onFirstReal = callback;
  }

  /**
   * Runs `replay`; what comes in meanwhile was counted by an earlier run, so it is stored and counts as nothing
   * new. Resolves with how many records were stored.
   */
  async restore(replay: () => Promise<void>): Promise<number> {
    this.#restored = 0;
    try {
      await replay();
      return this.#restored;
    } finally {
      this.#restored = null;
      this.#again = null;
    }
  }

  /**
   * Says of which entry of the journal the next batches are: they go where they went when they first came, and what
   * the history knows of them is not stored again.
   */
  readAgain(head: Millis, until: Millis | null): void {
    this.#again = { head, until };
  }

  /** Records of the simulated cluster; those of its past are no traffic of now and do not count as such. */
  acceptSimulated(records: readonly FlowRecord[], past: boolean): void {
    const now = this.#clock.now();
    this.#begin();
    for (const record of records) this.#take(record, now);
    if (!past) this.#count(records.length);
  }

  /**
   * A batch of real records, taken one by one as `read` reads them: a record that is stored before the next is
   * read costs half of one that has to be kept. `skewMs` is how far the sender's clock is behind ours.
   */
  batch(skewMs: number, read: (take: Take) => ReadLines): TakenBatch {
    const shift = Math.abs(skewMs) > TRUSTED_SKEW_MS ? skewMs : 0;
    const now = this.#clock.now();
    this.#begin();
    let tooOld = 0;
    let newest = Number.NEGATIVE_INFINITY;
    const lines = read((record, line) => {
      this.#endDemo();
      if (record.end > newest) newest = record.end;
      if (this.#take(shift === 0 ? record : shifted(record, shift), now)) return null;
      tooOld++;
      return this.#refusal(line);
    });
    const newestEnd = Number.isFinite(newest) ? millis(newest + shift) : null;
    const { accepted, errors, aside, lost } = lines;
    const outcome = { accepted, errors, aside, lost, newestEnd };
    if (this.#restored !== null) return outcome;
    this.#tooOld += tooOld;
    this.#metrics.tooOld(tooOld);
    this.#reject(outcome.errors.length - tooOld);
    this.#lostUpstream += outcome.lost;
    this.#metrics.aside(outcome.aside);
    this.#count(outcome.accepted - outcome.aside);
    return outcome;
  }

  /** Counts updates on the Goldmane port that were no flows. */
  refuse(updates: number): void {
    if (this.#restored !== null) return;
    this.#refused += updates;
    this.#metrics.refused(updates);
  }

  #endDemo(): void {
    if (this.#onFirstReal === null) return;
    this.#onFirstReal();
    this.#onFirstReal = null;
  }

  #reject(lines: number): void {
    this.#rejected += lines;
    this.#metrics.rejected(lines);
  }

  #begin(): void {
    this.#ring.advance();
    const { head, bucketMs } = this.#ring;
    this.#head = this.#again?.head ?? millis(head * bucketMs);
    this.#early = newestEnd(this.#head, bucketMs);
  }

  #take(record: FlowRecord, now: Millis): boolean {
    const noted = this.#destinations.note(this.#unlessEarly(record));
    const until = this.#again?.until ?? null;
    if (until !== null && noted.start < until) return true;
    const placement = until === null ? this.#store.take(noted) : this.#store.replay(noted);
    if (placement === 'too-old') return false;
    if (this.#restored === null) this.#lag.note(record.end, now);
    else this.#restored++;
    return true;
  }

  /**
   * A record that lies further ahead than clocks may differ is of now. It is said here, by the bucket of the batch, so
   * that the same record goes to the same bucket when it is read back after a restart.
   */
  #unlessEarly(record: FlowRecord): FlowRecord {
    if (record.start < this.#early) return record;
    const { bucketMs } = this.#ring;
    return { ...record, start: millis(Math.floor(this.#head / bucketMs) * bucketMs) };
  }

  #refusal(line: number): LineError {
    const oldest = new Date(this.#store.oldestHeld).toISOString();
    return {
      line,
      field: 'start',
      reason: `is older than the server holds (oldest: ${oldest})`,
      remedy: `send records that start at ${oldest} or later, or let the agent stamp them with the time of reading (--stamp=now)`,
    };
  }

  #count(records: number): void {
    this.#rate.add(records);
    this.#metrics.accepted(records);
  }
}

function shifted(record: FlowRecord, ms: number): FlowRecord {
  return { ...record, start: millis(record.start + ms), end: millis(record.end + ms) };
}
