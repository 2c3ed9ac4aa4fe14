import { once } from './once.js';

/** The most row updates that wait for one reader. */
const MOST_WAITING = 20_000;

/** What waits for a reader: a message laid out but for the subscription's id, and how many rows are in it. */
export interface Waiting {
  readonly body: string;
  readonly rows: number;
  /** Stands for everything up to and with this message. */
  readonly cursor: string;
}

/** A bounded queue before one reader. When it is full the reader is told what it missed and starts over. */
export class Subscriber {
  #queue: Waiting[] = [];
  #waiting = 0;
  #skipped = 0;
  #stale: 'skipped' | 'changed' | 'reset' | null = null;
  #wake: (() => void) | null = null;

  push(message: Waiting): void {
    if (this.#stale === 'skipped') this.#skipped += message.rows;
    else if (this.#waiting + message.rows > MOST_WAITING) this.#overflow(message.rows);
    else {
      this.#queue.push(message);
      this.#waiting += message.rows;
    }
    this.#wake?.();
  }

  /** The reader's picture can no longer be mended by updates: it wants a new one. */
  expire(why: 'changed' | 'reset'): void {
    if (this.#stale !== 'skipped') this.#stale = this.#stale === 'reset' ? 'reset' : why;
    this.#wake?.();
  }

  /** Waits for something to say. `null` once the signal is aborted. */
  async next(signal: AbortSignal): Promise<Waiting | Stale | null> {
    while (!signal.aborted) {
      if (this.#stale !== null) return this.#takeStale(this.#stale);
      const message = this.#queue.shift();
      if (message !== undefined) {
        this.#waiting -= message.rows;
        return message;
      }
      await once((wake) => {
        this.#wake = wake;
      }, signal);
      this.#wake = null;
    }
    return null;
  }

  #overflow(rows: number): void {
    this.#skipped += this.#waiting + rows;
    this.#stale = 'skipped';
    this.#clear();
  }

  #takeStale(why: 'skipped' | 'changed' | 'reset'): Stale {
    const stale: Stale = { stale: why, skipped: this.#skipped };
    this.#stale = null;
    this.#skipped = 0;
    this.#clear();
    return stale;
  }

  #clear(): void {
    this.#queue = [];
    this.#waiting = 0;
  }
}

/** Why a reader starts over, and how many row updates it did not get. */
export interface Stale {
  readonly stale: 'skipped' | 'changed' | 'reset';
  readonly skipped: number;
}
