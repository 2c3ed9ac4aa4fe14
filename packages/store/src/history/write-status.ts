import type { Millis } from '@vibrissa/model';
import type { HistoryStatus } from '../flow-history.js';
import type { HistoryError } from './history-error.js';
import type { FileSize } from './history-file.js';

/** How many flushes are remembered. */
const FLUSHES = 100;

/** Counts and troubles of the write side. */
export class WriteStatus {
  readonly #troubles = new Map<string, HistoryError>();
  readonly #flushes: number[] = [];
  #state: HistoryStatus['state'] = 'opening';
  #written = 0;
  #dropped = 0;
  size: FileSize = { bytes: 0, freeBytes: 0 };
  oldestBucket: number | null = null;
  waitingBytes = 0;
  failure: HistoryError | null = null;

  /** True when nothing is taken any more. */
  get over(): boolean {
    return this.#state === 'failed' || this.#state === 'closed';
  }

  open(): void {
    if (this.#state === 'opening') this.#state = 'open';
  }

  failOpening(error: HistoryError): void {
    this.#state = 'failed';
    this.failure = error;
    this.#troubles.set('open', error);
  }

  close(): void {
    this.#state = 'closed';
  }

  /** Says that something did not work; until the same is cleared. */
  fail(what: string, error: HistoryError): void {
    this.#troubles.set(what, error);
  }

  clear(what: string): void {
    this.#troubles.delete(what);
  }

  /** Says a trouble or, with null, that it is over. */
  tell(what: string, error: HistoryError | null): void {
    if (error === null) this.clear(what);
    else this.fail(what, error);
  }

  drop(facts: number): void {
    this.#dropped += facts;
  }

  wrote(facts: number, ms: number): void {
    this.#written += facts;
    this.#flushes.push(ms);
    if (this.#flushes.length > FLUSHES) this.#flushes.shift();
    this.clear('write');
    this.clear('take');
  }

  sawBuckets(buckets: Uint32Array): void {
    for (const bucket of buckets) if (bucket < (this.oldestBucket ?? bucket + 1)) this.oldestBucket = bucket;
  }

  status(startOf: (bucket: number) => Millis, queuedBytes: number): HistoryStatus {
    const troubles = new Map(
      [...this.#troubles.values()].map(({ code, message }) => [message, { code, message }]),
    );
    return {
      state: this.#state,
      troubles: [...troubles.values()],
      ...this.size,
      oldest: this.oldestBucket === null ? null : startOf(this.oldestBucket),
      written: this.#written,
      dropped: this.#dropped,
      waitingBytes: this.waitingBytes + queuedBytes,
      flushMs: Math.max(0, ...this.#flushes),
    };
  }
}
