import { PagedWords } from '../paged.js';

const SHARDS = 16;
const EMPTY = 0;

/**
 * Tuples of unsigned 32-bit words by id, and back. Ids are counted from 1 and never given again; what is loaded may
 * leave some out. Split into shards that grow on their own, so that no growth rehashes everything at once.
 */
export class IdTable {
  readonly #words: PagedWords;
  readonly #shards: { slots: Uint32Array; used: number }[];
  readonly #tuple: Uint32Array;
  #bound = 1;
  #size = 0;

  constructor(readonly width: number) {
    this.#words = new PagedWords(width);
    this.#tuple = new Uint32Array(width);
    this.#shards = Array.from({ length: SHARDS }, () => ({ slots: new Uint32Array(256), used: 0 }));
  }

  get size(): number {
    return this.#size;
  }

  /** One more than the largest id. */
  get bound(): number {
    return this.#bound;
  }

  /** A word of the tuple; 0 where the id is not held. */
  word(id: number, at: number): number {
    return this.#words.get(id, at);
  }

  /** The tuple's id; 0 when it is not held. */
  find(tuple: Uint32Array): number {
    const hash = hashOf(tuple);
    const { slots } = this.#shardOf(hash);
    const mask = slots.length - 1;
    for (let at = (hash >>> 4) & mask; ; at = (at + 1) & mask) {
      const id = slots[at] as number;
      if (id === EMPTY || this.#equal(id, tuple)) return id;
    }
  }

  /** The tuple's id; `−id` when it is new. */
  upsert(tuple: Uint32Array): number {
    const known = this.find(tuple);
    if (known !== 0) return known;
    const id = this.#bound;
    this.put(id, tuple);
    return -id;
  }

  /** Puts a tuple that is not held at an id that is not given yet. */
  put(id: number, tuple: Uint32Array): void {
    if (id < 1) throw new RangeError(`ids are counted from 1, not ${id}`);
    this.#words.reserve(id);
    for (let at = 0; at < this.width; at++) this.#words.set(id, at, tuple[at] as number);
    const hash = hashOf(tuple);
    const shard = this.#shardOf(hash);
    if (shard.used * 4 >= shard.slots.length * 3) this.#grow(shard);
    insert(shard.slots, hash, id);
    shard.used++;
    this.#size++;
    this.#bound = Math.max(this.#bound, id + 1);
  }

  #shardOf(hash: number): { slots: Uint32Array; used: number } {
    return this.#shards[hash & (SHARDS - 1)] as { slots: Uint32Array; used: number };
  }

  #equal(id: number, tuple: Uint32Array): boolean {
    for (let at = 0; at < this.width; at++) if (this.#words.get(id, at) !== tuple[at]) return false;
    return true;
  }

  #grow(shard: { slots: Uint32Array; used: number }): void {
    const slots = new Uint32Array(shard.slots.length * 2);
    for (const id of shard.slots) {
      if (id === EMPTY) continue;
      for (let at = 0; at < this.width; at++) this.#tuple[at] = this.#words.get(id, at);
      insert(slots, hashOf(this.#tuple), id);
    }
    shard.slots = slots;
  }
}

function insert(slots: Uint32Array, hash: number, id: number): void {
  const mask = slots.length - 1;
  let at = (hash >>> 4) & mask;
  while (slots[at] !== EMPTY) at = (at + 1) & mask;
  slots[at] = id;
}

function hashOf(tuple: Uint32Array): number {
  let hash = 0x9e3779b9;
  for (const word of tuple) {
    hash = Math.imul(hash ^ word, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}
