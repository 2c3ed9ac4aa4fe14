import { PagedFloats, PagedWords } from './paged.js';
import { NONE } from './slot-pool.js';
import { TupleTable } from './tuple-table.js';

const GROUP = 0;
const NEXT = 1;
const PREVIOUS = 2;

/** Keys gathered into groups by a tuple of four integers; members of a group form a list. */
export class GroupTable {
  readonly #groups = new TupleTable(4);
  readonly #heads = new PagedWords(1);
  readonly #ids = new PagedFloats(1);
  readonly #members = new PagedWords(3);
  #lastId = 0;

  get size(): number {
    return this.#groups.size;
  }

  /** One more than the largest group index. */
  get bound(): number {
    return this.#groups.bound;
  }

  /** Puts a key into the group of its tuple. */
  add(key: number, tuple: Uint32Array): void {
    const found = this.#groups.upsert(tuple);
    const group = found < 0 ? -1 - found : found;
    this.#members.reserve(key);
    if (found < 0) {
      this.#heads.reserve(group);
      this.#ids.reserve(group);
      this.#heads.set(group, 0, NONE);
      this.#ids.set(group, 0, ++this.#lastId);
    }
    const head = this.#heads.get(group, 0);
    this.#members.set(key, GROUP, group);
    this.#members.set(key, NEXT, head);
    this.#members.set(key, PREVIOUS, NONE);
    if (head !== NONE) this.#members.set(head, PREVIOUS, key);
    this.#heads.set(group, 0, key);
  }

  /** Takes a key out; a group without members is forgotten. */
  remove(key: number): void {
    const group = this.groupOf(key);
    const next = this.#members.get(key, NEXT);
    const previous = this.#members.get(key, PREVIOUS);
    if (next !== NONE) this.#members.set(next, PREVIOUS, previous);
    if (previous !== NONE) this.#members.set(previous, NEXT, next);
    else this.#heads.set(group, 0, next);
    if (this.#heads.get(group, 0) === NONE) {
      this.#ids.set(group, 0, 0);
      this.#groups.remove(group);
    }
  }

  groupOf(key: number): number {
    return this.#members.get(key, GROUP);
  }

  /** The group's id, never reused; 0 when the index is free. */
  id(group: number): number {
    return this.#ids.get(group, 0);
  }

  /** One integer of the group's tuple. */
  word(group: number, at: number): number {
    return this.#groups.word(group, at);
  }

  /** The first member key, or NONE; the others by `next`. */
  first(group: number): number {
    return this.#heads.get(group, 0);
  }

  next(key: number): number {
    return this.#members.get(key, NEXT);
  }
}
