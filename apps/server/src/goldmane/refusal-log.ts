import type { Clock, Millis } from '@vibrissa/model';
import type { RecordProblem } from '@vibrissa/protocol';
import type { Logger } from '../logger.js';

/** How often refused updates are told of, ms: one node can send thousands a second. */
const EVERY_MS = 5_000;

/** Tells why updates are refused, with one example for all of the last seconds. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  #toldAt: Millis | null = null;
  #untold = 0;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  refused(node: string, { field, reason, remedy }: RecordProblem): void {
    this.#untold++;
    const now = this.#clock.now();
    if (this.#toldAt !== null && now - this.#toldAt < EVERY_MS) return;
    this.#toldAt = now;
    this.#log.warn({ node, field, reason, remedy, updates: this.#untold }, 'an update is no flow: refused');
    this.#untold = 0;
  }
}
