import { type Counters, millis, pendingVerdict, REPORTERS, type Verdict } from '@vibrissa/model';
import type { SeriesBucket, SeriesQuery } from './flow-store.js';
import type { HotRing } from './hot-ring.js';
import type { BucketRange } from './slot-chain.js';

/** Sent and received, for each side that reports. */
const SUMS = REPORTERS.length * 2;

/** Sums the ring's connections over time, one connection after the other. */
export class HotSeries {
  readonly #ring: HotRing;
  readonly #range: BucketRange;
  readonly #step: number;
  readonly #first: number;
  readonly #size: number;
  readonly #measure: 'lines' | 'bytes' | 'packets';
  /** For each step: deny, would be denied, allow, unknown. */
  readonly #points: Float64Array;
  readonly #seen: Uint8Array;
  readonly #sums: Float64Array;

  constructor(ring: HotRing, query: SeriesQuery, range: BucketRange) {
    this.#ring = ring;
    this.#range = range;
    this.#measure = query.measure ?? 'lines';
    this.#step = Math.max(1, Math.ceil(query.stepMs / ring.bucketMs));
    this.#first = Math.floor(range.from / this.#step);
    this.#size = Math.max(0, Math.ceil(Math.min(range.to, ring.head + 1) / this.#step) - this.#first);
    this.#points = new Float64Array(this.#size * 4);
    this.#seen = new Uint8Array(this.#size);
    this.#sums = new Float64Array(this.#measure === 'lines' ? 0 : this.#size * SUMS);
  }

  /** Takes the connection with this index. */
  add(connection: number): void {
    this.#seen.fill(0);
    this.#sums.fill(0);
    for (const key of this.#ring.groups.members(connection, 'connection')) this.#addFlow(key);
    for (let at = 0; at < this.#size; at++) {
      const bits = this.#seen[at] as number;
      if (bits === 0) continue;
      const point = at * 4 + worst(bits);
      this.#points[point] =
        (this.#points[point] as number) + (this.#measure === 'lines' ? 1 : this.#moved(at));
    }
  }

  points(): SeriesBucket[] {
    return Array.from({ length: this.#size }, (_, at) => ({
      at: millis((this.#first + at) * this.#step * this.#ring.bucketMs),
      deny: this.#points[at * 4] as number,
      pendingDeny: this.#points[at * 4 + 1] as number,
      allow: this.#points[at * 4 + 2] as number,
      unknown: this.#points[at * 4 + 3] as number,
    }));
  }

  #addFlow(key: number): void {
    const { tables } = this.#ring;
    const reporter = tables.reporter(key);
    const bit = verdictBit(tables.verdict(key), pendingVerdict(tables.trace(key)));
    const mark = (bucket: number): number => {
      // What came early is in a bucket past the newest step.
      const at = Math.min(this.#size - 1, Math.floor(bucket / this.#step) - this.#first);
      this.#seen[at] = (this.#seen[at] as number) | bit;
      return at;
    };
    if (this.#measure === 'lines') {
      this.#ring.eachBucket(key, this.#range, mark);
      return;
    }
    const [into, out] =
      this.#measure === 'bytes' ? (['bytesIn', 'bytesOut'] as const) : (['packetsIn', 'packetsOut'] as const);
    const side = REPORTERS.indexOf(reporter) * 2;
    this.#ring.eachCounters(key, this.#range, (bucket, counters: Counters) => {
      const place = mark(bucket) * SUMS + side;
      const [sent, received] = reporter === 'src' ? [out, into] : [into, out];
      this.#sums[place] = (this.#sums[place] as number) + (counters[sent] ?? 0);
      this.#sums[place + 1] = (this.#sums[place + 1] as number) + (counters[received] ?? 0);
    });
  }

  /** Both sides report the same traffic, so the larger report of each direction stands for it. */
  #moved(at: number): number {
    let sent = 0;
    let received = 0;
    for (let place = at * SUMS; place < (at + 1) * SUMS; place += 2) {
      sent = Math.max(sent, this.#sums[place] as number);
      received = Math.max(received, this.#sums[place + 1] as number);
    }
    return sent + received;
  }
}

function verdictBit(verdict: Verdict, pending: Verdict): number {
  if (verdict === 'deny') return 1;
  if (pending === 'deny') return 2;
  return verdict === 'allow' ? 4 : 8;
}

/** Which of deny, would be denied, allow, unknown (0 to 3) stands for a connection seen in several ways. */
function worst(bits: number): number {
  if (bits & 1) return 0;
  if (bits & 2) return 1;
  return bits & 4 ? 2 : 3;
}
