import { NONE, type SlotPool } from './slot-pool.js';

/** Walks through lists of slots that pause on the way and stay good when slots are let go of meanwhile. */
export class SlotWalks {
  readonly #slots: SlotPool;
  readonly #step: number;
  readonly #walks = new Set<{ next: number }>();

  /** `step`: how many slots there are between pauses. */
  constructor(slots: SlotPool, step: number) {
    this.#slots = slots;
    this.#step = step;
  }

  /** The slots from this one on, with NONE from time to time where a pause is due. */
  *from(first: number): Generator<number> {
    const walk = { next: first };
    this.#walks.add(walk);
    try {
      for (let seen = 1; walk.next !== NONE; seen++) {
        const slot = walk.next;
        walk.next = this.#slots.nextInBucket(slot);
        yield slot;
        if (seen % this.#step === 0) yield NONE;
      }
    } finally {
      this.#walks.delete(walk);
    }
  }

  /** The slot is about to be let go of. */
  removing(slot: number): void {
    for (const walk of this.#walks) if (walk.next === slot) walk.next = this.#slots.nextInBucket(slot);
  }
}
