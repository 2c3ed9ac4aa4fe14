import { type Clock, type Millis, millis } from '@vibrissa/model';

/** How far a slower sample moves the estimate. */
const GIVE = 0.05;

/**
 * What time it is at the server. Every message says when it was sent; the one that travelled fastest is
 * nearest the truth, and a little give follows clocks that drift.
 */
export class ServerClock implements Clock {
  #offset: number | null = null;

  constructor(private readonly local: Clock) {}

  /** Takes note of what the server's clock said in a message that has just come in. */
  sample(serverNow: number): void {
    const offset = serverNow - this.local.now();
    if (this.#offset === null || offset > this.#offset) this.#offset = offset;
    else this.#offset += (offset - this.#offset) * GIVE;
  }

  now(): Millis {
    return millis(this.local.now() + (this.#offset ?? 0));
  }
}
