import { type Millis, millis } from '@vibrissa/model';
import type { SeenAnswer } from './flow-store.js';

/** When connections were first and last seen; the same for every engine. */
export class SeenRange {
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #total = 0;

  /**
   * Takes a connection that matches: when the first of its flows began and the last ended, of everything held of
   * all its flows, in the window or not.
   */
  offer(first: Millis, last: Millis): void {
    this.#total++;
    if (first < this.#first) this.#first = first;
    if (last > this.#last) this.#last = last;
  }

  answer(): SeenAnswer {
    if (this.#total === 0) return { first: null, last: null, total: 0 };
    return { first: millis(this.#first), last: millis(this.#last), total: this.#total };
  }
}
