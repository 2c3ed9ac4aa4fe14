/** The least that is worth telling. */
const STEP = 0.01;

/** Tells a caller how far a query is: rising, in steps worth telling, whatever it is told itself. */
export class Progress {
  readonly #tell: ((done: number) => void) | undefined;
  #told = 0;
  #base = 0;
  #share = 1;

  constructor(tell: ((done: number) => void) | undefined) {
    this.#tell = tell;
  }

  /** From now on `at` speaks of this part of the whole. */
  part(from: number, to: number): void {
    this.#base = from;
    this.#share = to - from;
  }

  /** How much of the part is done, 0 to 1. */
  at(done: number): void {
    const whole = Math.min(1, this.#base + this.#share * done);
    if (whole - this.#told < STEP && !(whole === 1 && this.#told < 1)) return;
    this.#told = whole;
    this.#tell?.(whole);
  }
}
