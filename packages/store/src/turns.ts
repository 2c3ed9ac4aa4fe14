/** How long one piece of a long computation may hold the event loop, ms. */
const SLICE_MS = 4;

/** The same for what somebody waits for: longer, so that it is soon done, and still short of a stall. */
const URGENT_SLICE_MS = 6;

/**
 * Shares the event loop among long computations: each takes a slice, then lets I/O and the others run.
 * One slice a turn, however many computations are under way; urgent ones go before the others.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #urgent: (() => void)[] = [];
  #scheduled = false;

  /** Runs `steps` to the end in slices. Rejects with the signal's reason when it is aborted in between. */
  run(steps: Iterator<unknown>, signal?: AbortSignal): Promise<void> {
    return this.#run(steps, this.#waiting, SLICE_MS, signal);
  }

  /** The same, before all that is not urgent. */
  runUrgent(steps: Iterator<unknown>): Promise<void> {
    return this.#run(steps, this.#urgent, URGENT_SLICE_MS);
  }

  async #run(
    steps: Iterator<unknown>,
    queue: (() => void)[],
    sliceMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    for (;;) {
      await this.#turn(queue);
      signal?.throwIfAborted();
      const until = performance.now() + sliceMs;
      do {
        if (steps.next().done === true) return;
      } while (performance.now() < until);
    }
  }

  #turn(queue: (() => void)[]): Promise<void> {
    return new Promise((resolve) => {
      queue.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      (this.#urgent.shift() ?? this.#waiting.shift())?.();
      if (this.#urgent.length + this.#waiting.length > 0) this.#schedule();
    });
  }
}
