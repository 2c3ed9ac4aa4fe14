/** There are as many at work and in line as may be. */
export class TooManyWaitingError extends Error {
  readonly code = 'too-many-waiting';

  constructor() {
    super('too many requests wait for an answer, try again later');
  }
}

/** Lets so many pieces of work go on at once; others wait in line, and no more than so many. */
export class Places {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #line: (() => void)[] = [];
  #taken = 0;

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** Does the work when there is a place, unless the signal is aborted before. Throws TooManyWaitingError. */
  async hold<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#taken < this.#most) this.#taken++;
    else {
      if (this.#line.length >= this.#mostWaiting) throw new TooManyWaitingError();
      // Who leaves hands the place on, so that nobody who comes just then can take it.
      await new Promise<void>((resolve) => this.#line.push(resolve));
    }
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = this.#line.shift();
      if (next === undefined) this.#taken--;
      else next();
    }
  }
}
