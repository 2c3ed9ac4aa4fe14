import type { DuckDBDataChunk } from '@duckdb/node-api';
import { type Evidence, type FlowRecord, millis, NO_EVIDENCE } from '@vibrissa/model';
import { countersAt } from './counters-at.js';
import type { HistoryKeys } from './history-keys.js';
import { floats, words } from './read-columns.js';

/** Rows looked at before others may run. */
const STEP = 256;

/** Columns of the counters, after bucket and series. */
const FIRST_COUNTER = 2;
const END = 9;

interface OpenRecord {
  readonly key: number;
  readonly bucket: number;
  end: number;
  sourceLabels: number;
  destLabels: number;
  /** NaN is unknown. */
  readonly counters: Float64Array;
}

/**
 * Makes records of rows of (bucket, series, seven counters, end in the bucket), sorted by bucket: series of one flow
 * become one record.
 */
export class RecordFold {
  readonly #keys: HistoryKeys;
  readonly #bucketMs: number;
  readonly #chunks: readonly DuckDBDataChunk[];
  readonly #open: OpenRecord[] = [];

  constructor(keys: HistoryKeys, bucketMs: number, chunks: readonly DuckDBDataChunk[]) {
    this.#keys = keys;
    this.#bucketMs = bucketMs;
    this.#chunks = chunks;
  }

  /** Takes in the rows of the series that are wanted; to be run before anything is read. */
  *gather(isWanted: (series: number) => boolean): Generator<void> {
    let bucket = -1;
    const inBucket = new Map<number, OpenRecord>();
    for (const chunk of this.#chunks) {
      const [buckets, series, ends] = [words(chunk, 0), words(chunk, 1), words(chunk, END)];
      const counters = Array.from({ length: 7 }, (_, at) => floats(chunk, FIRST_COUNTER + at));
      for (let row = 0; row < chunk.rowCount; row++) {
        if (row % STEP === STEP - 1) yield;
        const own = series[row] as number;
        const key = this.#keys.seriesKey(own);
        if (!this.#keys.has(key) || !isWanted(own)) continue;
        if (buckets[row] !== bucket) {
          bucket = buckets[row] as number;
          inBucket.clear();
        }
        let record = inBucket.get(key);
        if (record === undefined) {
          const none = new Float64Array(counters.length).fill(Number.NaN);
          record = { key, bucket, end: 0, sourceLabels: 0, destLabels: 0, counters: none };
          inBucket.set(key, record);
          this.#open.push(record);
        }
        record.end = Math.max(record.end, ends[row] as number);
        record.sourceLabels = this.#keys.commonLabels(
          record.sourceLabels,
          this.#keys.seriesSourceLabels(own),
        );
        record.destLabels = this.#keys.commonLabels(record.destLabels, this.#keys.seriesDestLabels(own));
        for (const [at, column] of counters.entries()) addTo(record.counters, at, column[row] as number);
      }
    }
  }

  /** The keys of the records; some come again. */
  get keys(): readonly number[] {
    return this.#open.map(({ key }) => key);
  }

  /** The records in batches, made as they are asked for; `evidence` is asked of each, null for none. */
  *batches(size: number, evidence: (key: number) => Evidence | null): Generator<readonly FlowRecord[]> {
    for (let from = 0; from < this.#open.length; from += size) {
      const part = this.#open.slice(from, from + size);
      yield part.map((record) => this.#record(record, evidence(record.key)));
    }
  }

  #record(open: OpenRecord, evidence: Evidence | null): FlowRecord {
    const began = open.bucket * this.#bucketMs;
    const first = this.#keys.firstSeen(open.key);
    return {
      key: this.#keys.read(open.key),
      start: first >= began && first < began + this.#bucketMs ? first : millis(began),
      end: millis(began + open.end),
      counters: countersAt(open.counters, 0),
      sourceLabels: this.#keys.labels(open.sourceLabels),
      destLabels: this.#keys.labels(open.destLabels),
      evidence: evidence ?? NO_EVIDENCE,
    };
  }
}

function addTo(counters: Float64Array, at: number, more: number): void {
  if (Number.isNaN(more)) return;
  const known = counters[at] as number;
  counters[at] = Number.isNaN(known) ? more : known + more;
}
