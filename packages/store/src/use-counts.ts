import { PagedWords } from './paged.js';

/** How often each id is used; what is used no more may be forgotten at any time. */
export class UseCounts {
  readonly #counts = new PagedWords(1);
  #cursor = 0;

  use(id: number): void {
    this.#counts.reserve(id);
    this.#counts.set(id, 0, this.#counts.get(id, 0) + 1);
  }

  drop(id: number): void {
    this.#counts.set(id, 0, this.#counts.get(id, 0) - 1);
  }

  /**
   * Looks at `budget` more ids below `bound`, from where the last call stopped, and calls `forget` with those
   * that are not used. True when the end was reached. Id 0 always stays.
   */
  sweep(bound: number, budget: number, forget: (id: number) => void): boolean {
    const end = Math.min(bound, this.#cursor + budget);
    if (bound > 0) this.#counts.reserve(bound - 1);
    for (let id = Math.max(1, this.#cursor); id < end; id++) if (this.#counts.get(id, 0) === 0) forget(id);
    const done = end >= bound;
    this.#cursor = done ? 0 : end;
    return done;
  }
}
