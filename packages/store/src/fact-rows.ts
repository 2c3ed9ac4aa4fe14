import { COUNTER_NAMES, type Counters } from '@vibrissa/model';
import type { FactColumns } from './flow-history.js';

const FIRST_ROOM = 1_024;

/** Rows of facts in columns that grow: 80 bytes each. */
export class FactRows {
  #length = 0;
  #key = new Uint32Array(FIRST_ROOM);
  #bucket = new Uint32Array(FIRST_ROOM);
  #sourceLabels = new Uint32Array(FIRST_ROOM);
  #destLabels = new Uint32Array(FIRST_ROOM);
  #end = new Float64Array(FIRST_ROOM);
  #counters = COUNTER_NAMES.map(() => new Float64Array(FIRST_ROOM));

  get length(): number {
    return this.#length;
  }

  /** Columns to write the counters of a row to, in the order of COUNTER_NAMES; NaN is unknown. */
  get counters(): readonly Float64Array[] {
    return this.#counters;
  }

  /** Adds a row, whose counters are still to be written, and returns its place. */
  add(key: number, bucket: number, sourceLabels: number, destLabels: number, end: number): number {
    const row = this.#length++;
    if (row === this.#key.length) this.#grow();
    this.#key[row] = key;
    this.#bucket[row] = bucket;
    this.#sourceLabels[row] = sourceLabels;
    this.#destLabels[row] = destLabels;
    this.#end[row] = end;
    return row;
  }

  writeCounters(row: number, counters: Counters): void {
    for (let at = 0; at < COUNTER_NAMES.length; at++) {
      const value = counters[COUNTER_NAMES[at] as keyof Counters];
      (this.#counters[at] as Float64Array)[row] = value ?? Number.NaN;
    }
  }

  /** Adds a row of others, under another key. */
  addFrom(other: FactRows, from: number, key: number): void {
    const row = this.add(
      key,
      other.bucket(from),
      other.sourceLabels(from),
      other.destLabels(from),
      other.end(from),
    );
    for (let at = 0; at < COUNTER_NAMES.length; at++)
      (this.#counters[at] as Float64Array)[row] = other.#counters[at]?.[from] as number;
  }

  key(row: number): number {
    return this.#key[row] as number;
  }

  bucket(row: number): number {
    return this.#bucket[row] as number;
  }

  sourceLabels(row: number): number {
    return this.#sourceLabels[row] as number;
  }

  destLabels(row: number): number {
    return this.#destLabels[row] as number;
  }

  end(row: number): number {
    return this.#end[row] as number;
  }

  /** A copy that shares no memory, so that it can be given away. */
  columns(): FactColumns {
    const { length } = this;
    return {
      length,
      key: this.#key.slice(0, length),
      bucket: this.#bucket.slice(0, length),
      sourceLabels: this.#sourceLabels.slice(0, length),
      destLabels: this.#destLabels.slice(0, length),
      end: this.#end.slice(0, length),
      counters: this.#counters.map((column) => column.slice(0, length)),
    };
  }

  clear(): void {
    this.#length = 0;
  }

  #grow(): void {
    const room = this.#key.length * 2;
    const words = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
      const grown = new Uint32Array(room);
      grown.set(old);
      return grown;
    };
    const floats = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(room);
      grown.set(old);
      return grown;
    };
    this.#key = words(this.#key);
    this.#bucket = words(this.#bucket);
    this.#sourceLabels = words(this.#sourceLabels);
    this.#destLabels = words(this.#destLabels);
    this.#end = floats(this.#end);
    this.#counters = this.#counters.map(floats);
  }
}
