import {
  COUNTER_NAMES,
  type CounterName,
  type Counters,
  type FlowRecord,
  type Millis,
  millis,
  UNKNOWN_COUNTERS,
} from '@vibrissa/model';

/** (Key, bucket) pairs remembered: about 250 bytes each. */
const MOST_PAIRS = 400_000;

/** How far before the newest bucket is asked for again after a break, for what came late to it, ms. */
const OVERLAP_MS = 60_000;

const WIDTH = COUNTER_NAMES.length;

/** Of one key in one bucket: what was taken in ever, and what the stream at hand has told so far. */
interface Sums {
  readonly taken: Float64Array;
  readonly told: Float64Array;
  stream: number;
}

/** The sums of one bucket, by what stands for a key. */
interface Bucket {
  readonly end: Millis;
  readonly sums: Map<number, Sums>;
}

/**
 * What was taken in of the buckets that may be told again. Goldmane tells each key once a bucket, and again from
 * its beginning when it is asked anew; a result that adds to one told before in the same stream came late. So what
 * a stream tells adds up, and only what goes beyond all that was ever taken in is new.
 */
export class TakenSums {
  readonly #buckets = new Map<number, Bucket>();
  readonly #most: number;
  #pairs = 0;
  #stream = 0;
  #newest = -1;
  /** The end of the last bucket that was forgotten: none before it may be asked for again. */
  #floor = 0;

  constructor(most = MOST_PAIRS) {
    this.#most = most;
  }

  /** From when on a new stream is to tell: in no bucket that was forgotten. Null when nothing was taken in yet. */
  get resumeAt(): Millis | null {
    return this.#newest < 0 ? null : millis(Math.max(this.#floor, this.#newest - OVERLAP_MS));
  }

  /** A stream that tells its buckets from their beginnings. */
  newStream(): void {
    this.#stream++;
  }

  /** What of a result is new; null when all of it was taken in before. `keyDigest` stands for its key. */
  takeNew(record: FlowRecord, keyDigest: number): FlowRecord | null {
    // No stream was asked for this bucket since it was forgotten, so it was never told twice.
    if (record.start < this.#floor) return record;
    const bucket = this.#bucket(record);
    const known = bucket.sums.get(keyDigest);
    const sums = known ?? this.#add(bucket, keyDigest);
    if (sums.stream !== this.#stream) {
      sums.stream = this.#stream;
      sums.told.fill(0);
    }
    const counters = difference(record.counters, sums, known === undefined);
    while (this.#pairs > this.#most) this.#forget(this.#oldest());
    if (counters === null) return null;
    return counters === record.counters ? record : { ...record, counters };
  }

  #bucket({ start, end }: FlowRecord): Bucket {
    let bucket = this.#buckets.get(start);
    if (bucket === undefined) {
      bucket = { end: millis(Math.max(end, start + 1)), sums: new Map() };
      this.#buckets.set(start, bucket);
    }
    if (start > this.#newest) {
      this.#newest = start;
      for (const at of this.#buckets.keys()) if (at < start - OVERLAP_MS) this.#forget(at);
    }
    return bucket;
  }

  #add({ sums }: Bucket, keyDigest: number): Sums {
    const added = { taken: new Float64Array(WIDTH), told: new Float64Array(WIDTH), stream: this.#stream };
    sums.set(keyDigest, added);
    this.#pairs++;
    return added;
  }

  #oldest(): number {
    let oldest = this.#newest;
    for (const at of this.#buckets.keys()) oldest = Math.min(oldest, at);
    return oldest;
  }

  /** What is forgotten is not asked for again: better a late part lost than all of it counted twice. */
  #forget(at: number): void {
    const bucket = this.#buckets.get(at);
    if (bucket === undefined) return;
    this.#floor = Math.max(this.#floor, bucket.end);
    this.#pairs -= bucket.sums.size;
    this.#buckets.delete(at);
  }
}

/** Adds a result to what was told and gives what exceeds all that was taken; the counters themselves when all does. */
function difference(result: Counters, { taken, told }: Sums, isFirst: boolean): Counters | null {
  const rest: { -readonly [Name in keyof Counters]: number | null } = { ...UNKNOWN_COUNTERS };
  let isWhole = true;
  let isAny = isFirst;
  for (let at = 0; at < WIDTH; at++) {
    const name = COUNTER_NAMES[at] as CounterName;
    const value = result[name];
    if (value === null) continue;
    const before = taken[at] as number;
    const sum = (told[at] as number) + value;
    const more = Math.max(0, sum - before);
    told[at] = sum;
    taken[at] = Math.max(before, sum);
    rest[name] = more;
    if (more > 0) isAny = true;
    if (more !== value) isWhole = false;
  }
  if (!isAny) return null;
  return isWhole ? result : rest;
}
