import type { HandOverPart } from '../flow-history.js';

/** About what a fact takes as it was handed over. */
const FACT_BYTES = 84;

interface Entry {
  readonly part: HandOverPart | null;
  readonly isTail: boolean;
}

/** Parts in the order they came, taken one after the other; of tails that wait only the last counts. */
export class PartQueue {
  readonly #take: (part: HandOverPart | null, isTail: boolean) => Promise<void>;
  readonly #entries: Entry[] = [];
  readonly #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #added = 0;
  #taken = 0;
  #running = false;

  /** `take` must not reject. */
  constructor(take: (part: HandOverPart | null, isTail: boolean) => Promise<void>) {
    this.#take = take;
  }

  get bytes(): number {
    return this.#entries.reduce((sum, { part }) => sum + (part?.facts.length ?? 0) * FACT_BYTES, 0);
  }

  add(part: HandOverPart | null, isTail: boolean): void {
    const last = this.#entries.at(-1);
    // A tail that another follows was never seen; what it named must still be heard.
    if (isTail && last?.isTail === true && namesNothing(last.part)) {
      this.#entries.pop();
      this.#added--;
    }
    this.#entries.push({ part, isTail });
    this.#added++;
    if (!this.#running) void this.#run();
  }

  /** Resolves when all that was added before has been taken; what is added later is not waited for. */
  settled(): Promise<void> {
    if (this.#taken >= this.#added) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ upTo: this.#added, resolve }));
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let entry = this.#entries.shift(); entry !== undefined; entry = this.#entries.shift()) {
      await this.#take(entry.part, entry.isTail);
      this.#taken++;
      while ((this.#waiting[0]?.upTo ?? Number.POSITIVE_INFINITY) <= this.#taken)
        this.#waiting.shift()?.resolve();
    }
    this.#running = false;
  }
}

function namesNothing(part: HandOverPart | null): boolean {
  return part === null || part.keys.length + part.labels.length + part.earlier.length === 0;
}
