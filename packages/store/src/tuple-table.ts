import { PagedWords } from './paged.js';

const SHARDS = 16;
const EMPTY = 0;

/**
 * A hash table from tuples of unsigned 32-bit words to small indices, which are reused once removed.
 * It is split into shards that grow on their own, so that no growth rehashes everything at once.
 */
export class TupleTable {
  readonly #words: PagedWords;
  readonly #hashes = new PagedWords(1);
  readonly #shards: { slots: Uint32Array; used: number }[];
  readonly #free: number[] = [];
  #bound = 0;

  constructor(readonly width: number) {
    this.#words = new PagedWords(width);
    this.#shards = Array.from({ length: SHARDS }, () => ({ slots: new Uint32Array(256), used: 0 }));
  }

  /** How many tuples are held. */
  get size(): number {
    return this.#bound - this.#free.length;
  }

  /** One more than the largest index ever given. */
  get bound(): number {
    return this.#bound;
  }

  word(index: number, at: number): number {
    return this.#words.get(index, at);
  }

  /** The index of the tuple; when it is new it is added and `−1 − index` is returned. */
  upsert(tuple: Uint32Array): number {
    const hash = this.#hash(tuple);
    const shard = this.#shards[hash & (SHARDS - 1)] as { slots: Uint32Array; used: number };
    if (shard.used * 4 >= shard.slots.length * 3) this.#grow(shard);
    const { slots } = shard;
    const mask = slots.length - 1;
    for (let at = (hash >>> 4) & mask; ; at = (at + 1) & mask) {
      const entry = slots[at] as number;
      if (entry === EMPTY) {
        const index = this.#free.pop() ?? this.#bound++;
        this.#words.reserve(index);
        this.#hashes.reserve(index);
        for (let i = 0; i < this.width; i++) this.#words.set(index, i, tuple[i] as number);
        this.#hashes.set(index, 0, hash);
        slots[at] = index + 1;
        shard.used++;
        return -1 - index;
      }
      if (this.#hashes.get(entry - 1, 0) === hash && this.#equal(entry - 1, tuple)) return entry - 1;
    }
  }

  /** Removes a tuple by its index. */
  remove(index: number): void {
    const hash = this.#hashes.get(index, 0);
    const shard = this.#shards[hash & (SHARDS - 1)] as { slots: Uint32Array; used: number };
    const { slots } = shard;
    const mask = slots.length - 1;
    let at = (hash >>> 4) & mask;
    while (slots[at] !== index + 1) at = (at + 1) & mask;
    // Close the gap: pull back every later entry of the run that may stand here.
    let gap = at;
    for (let next = (gap + 1) & mask; slots[next] !== EMPTY; next = (next + 1) & mask) {
      const home = (this.#hashes.get((slots[next] as number) - 1, 0) >>> 4) & mask;
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        slots[gap] = slots[next] as number;
        gap = next;
      }
    }
    slots[gap] = EMPTY;
    shard.used--;
    this.#free.push(index);
  }

  #equal(index: number, tuple: Uint32Array): boolean {
    for (let i = 0; i < this.width; i++) if (this.#words.get(index, i) !== tuple[i]) return false;
    return true;
  }

  #hash(tuple: Uint32Array): number {
    let hash = 0x9e3779b9;
    for (let i = 0; i < this.width; i++) {
      hash = Math.imul(hash ^ (tuple[i] as number), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0xc2b2ae35);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  #grow(shard: { slots: Uint32Array; used: number }): void {
    const slots = new Uint32Array(shard.slots.length * 2);
    const mask = slots.length - 1;
    for (const entry of shard.slots) {
      if (entry === EMPTY) continue;
      let at = (this.#hashes.get(entry - 1, 0) >>> 4) & mask;
      while (slots[at] !== EMPTY) at = (at + 1) & mask;
      slots[at] = entry;
    }
    shard.slots = slots;
  }
}
