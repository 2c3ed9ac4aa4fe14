import {
  EVIDENCE_NAMES,
  type Evidence,
  type Labels,
  NO_EVIDENCE,
  TALLY_CAP,
  type Tally,
} from '@vibrissa/model';
import type { HistoryKeys } from './history-keys.js';
import type { LoadedColumns, LoadedKey } from './loaded-columns.js';

/** Records of a piece at the least; a key's records stay together. */
const PIECE = 8_192;

const COUNTERS = 7;

/** A column each of the counters. */
export type Counted = readonly Float64Array[];

/** Gathers rows, key by key, into pieces. */
export class PieceBuilder {
  readonly #keys: HistoryKeys;
  readonly #bucketMs: number;
  readonly #evidence: EvidenceRows;
  #rows = new GrowingRows();
  #pieceKeys: LoadedKey[] = [];
  #labels: Labels[] = [null];
  #labelNumbers = new Map<number, number>([[0, 0]]);
  #key = 0;
  #keyRows = 0;
  #series = 0;
  #bucket = -1;

  constructor(keys: HistoryKeys, bucketMs: number, evidence: EvidenceRows) {
    this.#keys = keys;
    this.#bucketMs = bucketMs;
    this.#evidence = evidence;
  }

  /** True when the rows before this key's are a piece, to be taken first. */
  startsPiece(key: number): boolean {
    return key !== this.#key && this.#rows.length >= PIECE;
  }

  get empty(): boolean {
    return this.#rows.length === 0;
  }

  add(key: number, bucket: number, series: number, end: number, counters: Counted, row: number): void {
    if (key !== this.#key) {
      this.#endKey();
      this.#key = key;
      this.#series = 0;
    }
    // Late rows of one bucket come apart and follow each other here.
    if (series === this.#series && bucket === this.#bucket) {
      this.#rows.join(end, counters, row);
      return;
    }
    this.#series = series;
    this.#bucket = bucket;
    this.#keyRows++;
    const source = this.#label(this.#keys.seriesSourceLabels(series));
    const dest = this.#label(this.#keys.seriesDestLabels(series));
    this.#rows.push(bucket, end, source, dest, counters, row);
  }

  take(): LoadedColumns {
    this.#endKey();
    this.#key = 0;
    const piece = {
      bucketMs: this.#bucketMs,
      keys: this.#pieceKeys,
      labels: this.#labels,
      ...this.#rows.columns(),
    };
    this.#rows = new GrowingRows();
    this.#pieceKeys = [];
    this.#labels = [null];
    this.#labelNumbers = new Map([[0, 0]]);
    return piece;
  }

  #endKey(): void {
    if (this.#keyRows === 0) return;
    this.#pieceKeys.push({
      key: this.#keys.read(this.#key),
      firstSeen: this.#keys.firstSeen(this.#key),
      evidence: this.#evidence.of(this.#key),
      records: this.#keyRows,
    });
    this.#keyRows = 0;
  }

  #label(id: number): number {
    const known = this.#labelNumbers.get(id);
    if (known !== undefined) return known;
    const number = this.#labels.push(this.#keys.labels(id)) - 1;
    this.#labelNumbers.set(id, number);
    return number;
  }
}

/** Columns that grow. A key's rows stay together, so a piece may be longer than it should be. */
class GrowingRows {
  #bucket = new Uint32Array(PIECE * 2);
  #end = new Uint32Array(PIECE * 2);
  #source = new Uint32Array(PIECE * 2);
  #dest = new Uint32Array(PIECE * 2);
  #counters = Array.from({ length: COUNTERS }, () => new Float64Array(PIECE * 2));
  length = 0;

  push(bucket: number, end: number, source: number, dest: number, from: Counted, row: number): void {
    if (this.length === this.#bucket.length) this.#grow();
    const at = this.length++;
    this.#bucket[at] = bucket;
    this.#end[at] = end;
    this.#source[at] = source;
    this.#dest[at] = dest;
    for (let counter = 0; counter < COUNTERS; counter++)
      (this.#counters[counter] as Float64Array)[at] = (from[counter] as Float64Array)[row] as number;
  }

  /** Adds to the last row; unknown adds nothing. */
  join(end: number, from: Counted, row: number): void {
    const at = this.length - 1;
    this.#end[at] = Math.max(this.#end[at] as number, end);
    for (let counter = 0; counter < COUNTERS; counter++) {
      const more = (from[counter] as Float64Array)[row] as number;
      if (Number.isNaN(more)) continue;
      const column = this.#counters[counter] as Float64Array;
      const held = column[at] as number;
      column[at] = Number.isNaN(held) ? more : held + more;
    }
  }

  columns(): Pick<LoadedColumns, 'bucket' | 'end' | 'sourceLabels' | 'destLabels' | 'counters'> {
    return {
      bucket: this.#bucket.slice(0, this.length),
      end: this.#end.slice(0, this.length),
      sourceLabels: this.#source.slice(0, this.length),
      destLabels: this.#dest.slice(0, this.length),
      counters: this.#counters.map((column) => column.slice(0, this.length)),
    };
  }

  #grow(): void {
    this.#bucket = doubled(this.#bucket);
    this.#end = doubled(this.#end);
    this.#source = doubled(this.#source);
    this.#dest = doubled(this.#dest);
    this.#counters = this.#counters.map((column) => {
      const grown = new Float64Array(column.length * 2);
      grown.set(column);
      return grown;
    });
  }
}

function doubled(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(column.length * 2);
  grown.set(column);
  return grown;
}

/** Evidence in the order of keys and kinds, read by keys in rising order. */
export class EvidenceRows {
  #at = 0;

  constructor(
    readonly keys: HistoryKeys,
    readonly key: Uint32Array,
    readonly kind: Uint8Array,
    readonly value: Uint32Array,
    readonly mentions: Float64Array,
  ) {}

  of(key: number): Evidence {
    while ((this.key[this.#at] ?? Number.POSITIVE_INFINITY) < key) this.#at++;
    if (this.key[this.#at] !== key) return NO_EVIDENCE;
    const tallies: Partial<Record<keyof Evidence, Tally>> = {};
    while (this.key[this.#at] === key) {
      const kind = this.kind[this.#at] as number;
      const name = EVIDENCE_NAMES[kind];
      const tally = this.#tally(key, kind);
      if (name !== undefined) tallies[name] = tally;
    }
    return { ...NO_EVIDENCE, ...tallies };
  }

  #tally(key: number, kind: number): Tally {
    const kept: [string, number][] = [];
    let mentions = 0;
    for (; this.key[this.#at] === key && this.kind[this.#at] === kind; this.#at++) {
      const value = this.value[this.#at] as number;
      const count = this.mentions[this.#at] as number;
      mentions += count;
      if (value !== 0) kept.push([this.keys.texts.get(value), count]);
    }
    kept.sort(([a], [b]) => (a < b ? -1 : 1));
    return { kept: kept.slice(0, TALLY_CAP), mentions };
  }
}
