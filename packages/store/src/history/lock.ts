/** Lets one in at a time, in the order they came. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // The next one's turn comes however this one ends; who asked hears of the failure.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
