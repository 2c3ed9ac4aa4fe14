import type { Counters } from '@vibrissa/model';
import { PagedFloats, PagedWords } from './paged.js';

/** No slot. */
export const NONE = 0xffff_ffff;
const UNKNOWN_COUNT = 0xffff_ffff;
const MOST_COUNT = 0xffff_fffe;
/** The top bit of the word that holds the bucket's number: that the slot has been handed over. */
const HANDED = 0x8000_0000;

const PACKETS_IN = 0;
const PACKETS_OUT = 1;
const BYTES_IN = 2;
const BYTES_OUT = 3;
const LAST_END = 4;

const STARTED = 0;
const COMPLETED = 1;
const LIVE = 2;
const KEY = 3;
const BUCKET = 4;
const OLDER = 5;
const NEWER = 6;
const NEXT_IN_BUCKET = 7;
const SOURCE_LABELS = 8;
const DEST_LABELS = 9;

/**
 * What one flow moved in one bucket, for millions of them: 80 bytes each in pages of numbers. Slots of a
 * key form a chain ordered by time, slots of a bucket a list. Unknown is NaN or the largest integer.
 */
export class SlotPool {
  readonly #floats = new PagedFloats(5);
  readonly #words = new PagedWords(10);
  readonly #free: number[] = [];
  #bound = 0;

  /** How many slots are in use. */
  get size(): number {
    return this.#bound - this.#free.length;
  }

  take(key: number, bucket: number, nextInBucket: number): number {
    const slot = this.#free.pop() ?? this.#bound++;
    this.#floats.reserve(slot);
    this.#words.reserve(slot);
    for (let i = PACKETS_IN; i <= BYTES_OUT; i++) this.#floats.set(slot, i, Number.NaN);
    this.#floats.set(slot, LAST_END, 0);
    for (let i = STARTED; i <= LIVE; i++) this.#words.set(slot, i, UNKNOWN_COUNT);
    this.#words.set(slot, KEY, key);
    this.#words.set(slot, BUCKET, bucket);
    this.#words.set(slot, OLDER, NONE);
    this.#words.set(slot, NEWER, NONE);
    this.#words.set(slot, NEXT_IN_BUCKET, nextInBucket);
    this.#words.set(slot, SOURCE_LABELS, 0);
    this.#words.set(slot, DEST_LABELS, 0);
    return slot;
  }

  release(slot: number): void {
    this.#free.push(slot);
  }

  add(slot: number, counters: Counters, end: number): void {
    this.#addFloat(slot, PACKETS_IN, counters.packetsIn);
    this.#addFloat(slot, PACKETS_OUT, counters.packetsOut);
    this.#addFloat(slot, BYTES_IN, counters.bytesIn);
    this.#addFloat(slot, BYTES_OUT, counters.bytesOut);
    this.#addCount(slot, STARTED, counters.connectionsStarted);
    this.#addCount(slot, COMPLETED, counters.connectionsCompleted);
    this.#addCount(slot, LIVE, counters.connectionsLive);
    if (end > this.#floats.get(slot, LAST_END)) this.#floats.set(slot, LAST_END, end);
  }

  #addFloat(slot: number, word: number, value: number | null): void {
    if (value === null) return;
    const held = this.#floats.get(slot, word);
    this.#floats.set(slot, word, Number.isNaN(held) ? value : held + value);
  }

  #addCount(slot: number, word: number, value: number | null): void {
    if (value === null) return;
    const held = this.#words.get(slot, word);
    this.#words.set(slot, word, Math.min(MOST_COUNT, held === UNKNOWN_COUNT ? value : held + value));
  }

  /** Adds the slot to running sums; see `Sums`. */
  addTo(slot: number, sums: Sums): void {
    const { values } = sums;
    for (let i = PACKETS_IN; i <= BYTES_OUT; i++) {
      const value = this.#floats.get(slot, i);
      if (Number.isNaN(value)) continue;
      values[i] = sums.known & (1 << i) ? (values[i] as number) + value : value;
      sums.known |= 1 << i;
    }
    for (let i = STARTED; i <= LIVE; i++) {
      const value = this.#words.get(slot, i);
      if (value === UNKNOWN_COUNT) continue;
      const at = i + 4;
      values[at] = sums.known & (1 << at) ? (values[at] as number) + value : value;
      sums.known |= 1 << at;
    }
  }

  /** Packets in and out, unknown as none; for sparklines. */
  packets(slot: number): number {
    const into = this.#floats.get(slot, PACKETS_IN);
    const out = this.#floats.get(slot, PACKETS_OUT);
    return (Number.isNaN(into) ? 0 : into) + (Number.isNaN(out) ? 0 : out);
  }

  lastEnd(slot: number): number {
    return this.#floats.get(slot, LAST_END);
  }

  key(slot: number): number {
    return this.#words.get(slot, KEY);
  }

  bucket(slot: number): number {
    return this.#words.get(slot, BUCKET) & ~HANDED;
  }

  /** Whether what the slot held when it was asked last has gone to the history. */
  isHanded(slot: number): boolean {
    return (this.#words.get(slot, BUCKET) & HANDED) !== 0;
  }

  markHanded(slot: number): void {
    this.#words.set(slot, BUCKET, this.#words.get(slot, BUCKET) | HANDED);
  }

  markUnhanded(slot: number): void {
    this.#words.set(slot, BUCKET, this.bucket(slot));
  }

  /** Writes what the slot holds into a row of columns in the order of COUNTER_NAMES; NaN is unknown. */
  copyCounters(slot: number, columns: readonly Float64Array[], row: number): void {
    for (let i = PACKETS_IN; i <= BYTES_OUT; i++)
      (columns[i] as Float64Array)[row] = this.#floats.get(slot, i);
    for (let i = STARTED; i <= LIVE; i++) {
      const value = this.#words.get(slot, i);
      (columns[i + 4] as Float64Array)[row] = value === UNKNOWN_COUNT ? Number.NaN : value;
    }
  }

  older(slot: number): number {
    return this.#words.get(slot, OLDER);
  }

  newer(slot: number): number {
    return this.#words.get(slot, NEWER);
  }

  nextInBucket(slot: number): number {
    return this.#words.get(slot, NEXT_IN_BUCKET);
  }

  sourceLabels(slot: number): number {
    return this.#words.get(slot, SOURCE_LABELS);
  }

  destLabels(slot: number): number {
    return this.#words.get(slot, DEST_LABELS);
  }

  setLabels(slot: number, source: number, dest: number): void {
    this.#words.set(slot, SOURCE_LABELS, source);
    this.#words.set(slot, DEST_LABELS, dest);
  }

  /** Makes `newer` follow `older` in their key's chain; either may be NONE. */
  link(older: number, newer: number): void {
    if (older !== NONE) this.#words.set(older, NEWER, newer);
    if (newer !== NONE) this.#words.set(newer, OLDER, older);
  }
}

/** Sums over slots: seven values in the order of COUNTER_NAMES, and a bit for each that is known. */
export interface Sums {
  readonly values: Float64Array;
  known: number;
}
