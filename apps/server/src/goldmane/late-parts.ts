import { COUNTER_NAMES, type Counters } from '@vibrissa/model';

/** Bucket, flow index, flow id and seven counters. */
const WIDTH = 10;
const FIRST_PARTS = 1_024;

/** How many late parts are remembered for readers, 80 bytes each. */
export const MOST_LATE_PARTS = 100_000;

/** What came for a bucket after it had ended. */
export interface LatePart {
  readonly bucket: number;
  /** The flow's index in the ring, which may have another flow by now: its id tells. */
  readonly key: number;
  readonly id: number;
  readonly counters: Counters;
}

/** The last late parts in the order they came, known by a number that only grows. */
export class LateParts {
  #words = new Float64Array(FIRST_PARTS * WIDTH);
  #end = 0;
  #base = 0;

  /** The number of the next part. */
  get end(): number {
    return this.#end;
  }

  /** The number of the oldest part that is remembered. */
  get begin(): number {
    return Math.max(this.#base, this.#end - this.#words.length / WIDTH);
  }

  add(bucket: number, key: number, id: number, counters: Counters): void {
    const room = this.#words.length / WIDTH;
    if (this.#end - this.#base >= room && room < MOST_LATE_PARTS)
      this.#grow(Math.min(MOST_LATE_PARTS, room * 4));
    const at = this.#at(this.#end++);
    this.#words[at] = bucket;
    this.#words[at + 1] = key;
    this.#words[at + 2] = id;
    for (let i = 0; i < COUNTER_NAMES.length; i++) {
      // Unknown is not zero: a number stands for neither.
      this.#words[at + 3 + i] = counters[COUNTER_NAMES[i] as keyof Counters] ?? Number.NaN;
    }
  }

  bucket(part: number): number {
    return this.#words[this.#at(part)] as number;
  }

  key(part: number): number {
    return this.#words[this.#at(part) + 1] as number;
  }

  read(part: number): LatePart {
    const at = this.#at(part);
    const count = (i: number) => {
      const value = this.#words[at + 3 + i] as number;
      return Number.isNaN(value) ? null : value;
    };
    return {
      bucket: this.#words[at] as number,
      key: this.#words[at + 1] as number,
      id: this.#words[at + 2] as number,
      counters: {
        packetsIn: count(0),
        packetsOut: count(1),
        bytesIn: count(2),
        bytesOut: count(3),
        connectionsStarted: count(4),
        connectionsCompleted: count(5),
        connectionsLive: count(6),
      },
    };
  }

  /** Forgets all, as when nobody listens any more; numbers go on. */
  clear(): void {
    this.#words = new Float64Array(FIRST_PARTS * WIDTH);
    this.#base = this.#end;
  }

  #at(part: number): number {
    return (part % (this.#words.length / WIDTH)) * WIDTH;
  }

  #grow(room: number): void {
    const old = this.#words;
    const oldRoom = old.length / WIDTH;
    this.#words = new Float64Array(room * WIDTH);
    for (let part = this.#end - oldRoom; part < this.#end; part++) {
      const from = (part % oldRoom) * WIDTH;
      this.#words.set(old.subarray(from, from + WIDTH), this.#at(part));
    }
  }
}
