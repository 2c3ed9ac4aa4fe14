import type { Clock } from '@vibrissa/model';

/** Seconds a rate is averaged over. */
const SPAN = 10;

/** Counts per second over the last ten whole seconds. */
export class Rate {
  readonly #clock: Clock;
  readonly #counts = new Float64Array(SPAN + 1);
  #second: number;
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#second = this.#now();
    this.#since = this.#second;
  }

  add(count: number): void {
    this.#advance();
    const at = this.#second % this.#counts.length;
    this.#counts[at] = (this.#counts[at] as number) + count;
  }

  perSecond(): number {
    this.#advance();
    const current = this.#counts[this.#second % this.#counts.length] as number;
    const total = this.#counts.reduce((sum, count) => sum + count, 0) - current;
    return total / Math.max(1, Math.min(SPAN, this.#second - this.#since));
  }

  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #advance(): void {
    const now = this.#now();
    if (now - this.#second > SPAN || now < this.#second) this.#counts.fill(0);
    else for (let s = this.#second + 1; s <= now; s++) this.#counts[s % this.#counts.length] = 0;
    this.#second = now;
  }
}
