/** Runs one after the other what must not overlap. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs it once all that came before is done, however that ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
