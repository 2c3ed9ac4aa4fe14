import type { Clock, Millis } from '@vibrissa/model';

/** What ended longer ago is told of the past, not late, ms. */
const STALE_MS = 60_000;

/** How long the worst lag is remembered, ms. */
const MEMORY_MS = 5_000;

/** The worst of the last seconds from the end of a record's interval to its arrival. */
export class Lag {
  readonly #clock: Clock;
  #ms = 0;
  #at: Millis | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a record that arrives `now`. */
  note(end: Millis, now = this.#clock.now()): void {
    const ms = Math.max(0, now - end);
    if (ms >= STALE_MS || (ms < this.#ms && this.#isFresh(now))) return;
    this.#ms = ms;
    this.#at = now;
  }

  /** ms; null when idle. */
  get ms(): number | null {
    return this.#isFresh(this.#clock.now()) ? this.#ms : null;
  }

  #isFresh(now: Millis): boolean {
    return this.#at !== null && now - this.#at <= MEMORY_MS;
  }
}
