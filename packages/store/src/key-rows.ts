import { type Millis, millis } from '@vibrissa/model';
import { PagedFloats, PagedWords } from './paged.js';
import { NONE } from './slot-pool.js';

const NEWEST = 0;
const OLDEST = 1;
const EVIDENCE = 2;
const VERSION = 3;

/** What the ring knows of each key beside the key itself, and which keys changed since somebody asked. */
export class KeyRows {
  readonly #words = new PagedWords(4);
  readonly #firstSeen = new PagedFloats(1);
  #changed: number[] = [];
  #version = 1;

  /** Begins the row of a key that has nothing yet. */
  add(key: number, firstSeen: Millis): void {
    this.#words.reserve(key);
    this.#firstSeen.reserve(key);
    this.#words.set(key, NEWEST, NONE);
    this.#words.set(key, OLDEST, NONE);
    this.#words.set(key, EVIDENCE, NONE);
    this.#words.set(key, VERSION, 0);
    this.#firstSeen.set(key, 0, firstSeen);
  }

  /** The newest slot of the key, or NONE. */
  newest(key: number): number {
    return this.#words.get(key, NEWEST);
  }

  setNewest(key: number, slot: number): void {
    this.#words.set(key, NEWEST, slot);
  }

  /** The oldest slot of the key, or NONE. */
  oldest(key: number): number {
    return this.#words.get(key, OLDEST);
  }

  setOldest(key: number, slot: number): void {
    this.#words.set(key, OLDEST, slot);
  }

  /** Head of the key's list of evidence. */
  evidence(key: number): number {
    return this.#words.get(key, EVIDENCE);
  }

  setEvidence(key: number, head: number): void {
    this.#words.set(key, EVIDENCE, head);
  }

  firstSeen(key: number): Millis {
    return millis(this.#firstSeen.get(key, 0));
  }

  setFirstSeen(key: number, at: Millis): void {
    this.#firstSeen.set(key, 0, at);
  }

  /** The version in which the key changed last. */
  version(key: number): number {
    return this.#words.get(key, VERSION);
  }

  /** Says that the key has changed. */
  touch(key: number): void {
    if (this.#words.get(key, VERSION) === this.#version) return;
    this.#words.set(key, VERSION, this.#version);
    this.#changed.push(key);
  }

  /** Keys changed since the last call, and the version that stands for "up to here". */
  takeChanges(): { readonly keys: readonly number[]; readonly version: number } {
    const keys = this.#changed;
    this.#changed = [];
    return { keys, version: this.#version++ };
  }
}
