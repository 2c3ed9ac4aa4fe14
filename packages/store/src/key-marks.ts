import { PagedWords } from './paged.js';

/** What is the matter with a key: it has changed, */
export const LISTED = 1;
/** the hand-over under way has still to visit it, */
export const VISITED_NEXT = 2;
/** it was seen earlier than was said, */
export const EARLIER = 4;
/** its index is in the list of those that changed, maybe for the key that had it before, */
const IN_LIST = 8;
/** or the history knew of it before this process began. */
const RESTORED = 16;

/** What is to be said of each key, and the list of those of which something is. */
export class KeyMarks {
  readonly #marks = new PagedWords(1);
  #changed: number[] = [];

  /** Makes room for a new key at this index. */
  add(key: number): void {
    this.#marks.reserve(key);
    this.clear(key);
  }

  /** The bits of a key. */
  of(key: number): number {
    return this.#marks.get(key, 0);
  }

  /** Forgets what is the matter with a key. */
  clear(key: number): void {
    this.#marks.set(key, 0, this.#marks.get(key, 0) & IN_LIST);
  }

  /** Takes bits off a key. */
  takeOff(key: number, bits: number): void {
    this.#marks.set(key, 0, this.#marks.get(key, 0) & ~bits);
  }

  /** Something is to be said of the key: that it changed, and `more`. */
  list(key: number, more: number): void {
    const marks = this.#marks.get(key, 0);
    this.#marks.set(key, 0, marks | LISTED | IN_LIST | more);
    if ((marks & IN_LIST) === 0) this.#changed.push(key);
  }

  /** The indices of keys of which something may have to be said. */
  get changed(): readonly number[] {
    return this.#changed;
  }

  /** Empties the list; its keys are to be visited by the hand-over that begins. */
  takeChanged(): readonly number[] {
    const changed = this.#changed;
    this.#changed = [];
    for (const key of changed) {
      const marks = this.#marks.get(key, 0);
      const next = marks & LISTED ? VISITED_NEXT : 0;
      this.#marks.set(key, 0, (marks & ~(LISTED | IN_LIST)) | next);
    }
    return changed;
  }

  /** The key comes from the history. */
  markRestored(key: number): void {
    this.#marks.set(key, 0, this.#marks.get(key, 0) | RESTORED);
  }

  isRestored(key: number): boolean {
    this.#marks.reserve(key);
    return (this.#marks.get(key, 0) & RESTORED) !== 0;
  }
}
