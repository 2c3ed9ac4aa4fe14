/** How long one piece of a long computation may hold the event loop, ms. */
const SLICE_MS = 4;

/**
 * Shares the event loop among long computations: each takes a slice, then lets I/O and the others run.
 * One slice a turn, however many computations are under way.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Runs `steps` to the end in slices. Rejects with the signal's reason when it is aborted in between. */
  async run(steps: Iterator<unknown>, signal?: AbortSignal): Promise<void> {
    for (;;) {
      await this.#turn();
      signal?.throwIfAborted();
      const until = performance.now() + SLICE_MS;
      do {
        if (steps.next().done === true) return;
      } while (performance.now() < until);
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#next());
    });
  }

  #next(): void {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
  }
}
