import type { Millis } from '@vibrissa/model';

const SHARDS = 64;
/** Words of an entry: two of the print, then when it came, s. */
const WIDTH = 3;
const FIRST_SLOTS = 256;

/**
 * A set of 64-bit prints that remembers each for a span of time from when it first came. Two generations of as long
 * as the span; when the younger is full before, the older goes before its time. Integers only, in shards that grow on
 * their own, so that no growth holds up the event loop.
 */
export class RecentPrints {
  readonly #most: number;
  readonly #spanMs: number;
  #young = new Generation();
  #old = new Generation();
  #begun: Millis | null = null;
  #forgottenEarly = 0;

  constructor(most: number, spanMs: number) {
    this.#most = most;
    this.#spanMs = spanMs;
  }

  /** Prints that went before their time. */
  get forgottenEarly(): number {
    return this.#forgottenEarly;
  }

  /** True when the print did not come within the span before `now`; it has come now. */
  add(high: number, low: number, now: Millis): boolean {
    this.#turn(now);
    const second = Math.floor(now / 1000);
    const since = Math.floor((now - this.#spanMs) / 1000);
    // The last bit tells an entry from an empty slot.
    const mark = (low | 1) >>> 0;
    if (this.#old.cameAt(high, mark) > since) return false;
    return this.#young.add(high, mark, second, since);
  }

  #turn(now: Millis): void {
    if (this.#begun === null) this.#begun = now;
    const age = now - this.#begun;
    const isFull = this.#young.size >= this.#most;
    if (age < this.#spanMs && !isFull) return;
    if (age < this.#spanMs) this.#forgottenEarly += this.#old.size;
    this.#old = age < 2 * this.#spanMs ? this.#young : new Generation();
    this.#young = new Generation();
    this.#begun = now;
  }
}

class Generation {
  readonly #shards: Shard[] = Array.from({ length: SHARDS }, () => new Shard());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** When the print came, s; 0 when it did not. */
  cameAt(high: number, mark: number): number {
    return this.#shard(high).cameAt(high, mark);
  }

  /** False when the print came after `since`, s. */
  add(high: number, mark: number, second: number, since: number): boolean {
    const shard = this.#shard(high);
    const before = shard.used;
    const isNew = shard.add(high, mark, second, since);
    this.#size += shard.used - before;
    return isNew;
  }

  #shard(high: number): Shard {
    return this.#shards[high & (SHARDS - 1)] as Shard;
  }
}

class Shard {
  #words = new Uint32Array(FIRST_SLOTS * WIDTH);
  used = 0;

  cameAt(high: number, mark: number): number {
    return this.#words[this.#find(this.#words, high, mark) + 2] as number;
  }

  add(high: number, mark: number, second: number, since: number): boolean {
    if (this.used * 4 * WIDTH >= this.#words.length * 3) this.#grow();
    const words = this.#words;
    const at = this.#find(words, high, mark);
    if ((words[at + 2] as number) > since) return false;
    if (words[at + 1] === 0) {
      this.used++;
      words[at] = high;
      words[at + 1] = mark;
    }
    words[at + 2] = second;
    return true;
  }

  /** Where the print stands, or should. */
  #find(words: Uint32Array, high: number, mark: number): number {
    const mask = words.length / WIDTH - 1;
    for (let slot = (high >>> 6) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WIDTH;
      if (words[at + 1] === 0 || (words[at + 1] === mark && words[at] === high)) return at;
    }
  }

  #grow(): void {
    const from = this.#words;
    const words = new Uint32Array(from.length * 2);
    for (let at = 0; at < from.length; at += WIDTH) {
      if (from[at + 1] === 0) continue;
      const to = this.#find(words, from[at] as number, from[at + 1] as number);
      words.set(from.subarray(at, at + WIDTH), to);
    }
    this.#words = words;
  }
}
