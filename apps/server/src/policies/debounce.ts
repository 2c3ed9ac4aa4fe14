export interface Pauses {
  /** Runs once nothing was touched for so long, ms. */
  readonly quietMs: number;
  /** Runs so long after the first touch at the latest, ms. */
  readonly mostMs: number;
  /** Runs no sooner than so long after it ran last, ms. */
  readonly restMs: number;
}

/** Does something once after many touches. */
export class Debounce {
  #quiet: NodeJS.Timeout | undefined;
  #most: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  #isTouched = false;
  #isEnded = false;

  constructor(
    private readonly pauses: Pauses,
    private readonly run: () => void,
  ) {}

  touch(): void {
    if (this.#isEnded) return;
    this.#isTouched = true;
    if (this.#rest !== undefined) return;
    const { quietMs, mostMs } = this.pauses;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(this.#go, quietMs);
    this.#most ??= setTimeout(this.#go, mostMs);
  }

  /** Runs no more. */
  end(): void {
    this.#isEnded = true;
    for (const timer of [this.#quiet, this.#most, this.#rest]) clearTimeout(timer);
  }

  readonly #go = () => {
    clearTimeout(this.#quiet);
    clearTimeout(this.#most);
    this.#most = undefined;
    this.#isTouched = false;
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      if (this.#isTouched) this.touch();
    }, this.pauses.restMs);
    this.run();
  };
}
