import { millis } from '@vibrissa/model';
import { flowUpdateBytes } from '@vibrissa/protocol';
import { frame } from '@vibrissa/protocol/grpc';
import { Cluster, LARGE } from './cluster.js';

/** Felix's interval, s. */
const INTERVAL_S = 15;
/** How far back the first interval lies, s: as many passes as fit into what the server holds. */
const BACK_S = 3_300;
/** One connection in so many of a cluster leaves it; what leaves is no flow of its own to Goldmane. */
const OUTSIDE_EVERY = 20;
/** Times of this size take five bytes. */
const TIME_BYTES = 5;

/**
 * Framed updates of numbered flows, in one piece of memory. Each pass over them is the next interval of Felix, so that
 * none is a repeat: only the times are written anew.
 */
export class GoldmaneUpdates {
  readonly #bytes: Buffer;
  readonly #starts: Uint32Array;
  /** Where the times of each begin: the start is here, the end a byte after it. */
  readonly #times: Uint32Array;
  readonly #now = Math.floor(Date.now() / 1000);
  /** What all flows have moved in one interval. */
  readonly bytesPerPass: number;

  constructor(first: number, count: number) {
    const cluster = new Cluster({ ...LARGE, paired: false });
    const time = varint(this.#now);
    const frames: Uint8Array[] = [];
    this.#starts = new Uint32Array(count + 1);
    this.#times = new Uint32Array(count);
    let bytes = 0;
    let moved = 0;
    for (let at = 0; at < count; at++) {
      const record = cluster.record(inside(first + at), this.#now * 1000, 0);
      moved += (record.counters.bytesIn ?? 0) + (record.counters.bytesOut ?? 0);
      const framed = frame(flowUpdateBytes({ ...record, start: millis(this.#now * 1000), end: record.end }));
      const timeAt = Buffer.from(framed.buffer, framed.byteOffset, framed.byteLength).lastIndexOf(time);
      frames.push(framed);
      this.#times[at] = bytes + timeAt - TIME_BYTES - 1;
      bytes += framed.byteLength;
      this.#starts[at + 1] = bytes;
    }
    this.#bytes = Buffer.concat(frames);
    this.bytesPerPass = moved;
  }

  get count(): number {
    return this.#times.length;
  }

  get meanBytes(): number {
    return this.#bytes.byteLength / this.count;
  }

  /**
   * Updates `from` to `to` of a pass. They are views: the same ones may be asked for again once these have been
   * answered.
   */
  take(pass: number, from: number, to: number): Buffer {
    const start = this.#now - BACK_S + pass * INTERVAL_S;
    if (start > this.#now) throw new Error('so many passes do not fit into what the server holds');
    for (let at = from; at < to; at++) {
      const time = this.#times[at] as number;
      writeTime(this.#bytes, time, start);
      writeTime(this.#bytes, time + TIME_BYTES + 1, start);
    }
    return this.#bytes.subarray(this.#starts[from], this.#starts[to]);
  }
}

function inside(flow: number): number {
  return flow + Math.floor(flow / (OUTSIDE_EVERY - 1)) + 1;
}

function varint(value: number): Buffer {
  const bytes = Buffer.alloc(TIME_BYTES);
  writeTime(bytes, 0, value);
  return bytes;
}

function writeTime(bytes: Buffer, at: number, value: number): void {
  bytes[at] = (value & 0x7f) | 0x80;
  bytes[at + 1] = ((value >>> 7) & 0x7f) | 0x80;
  bytes[at + 2] = ((value >>> 14) & 0x7f) | 0x80;
  bytes[at + 3] = ((value >>> 21) & 0x7f) | 0x80;
  bytes[at + 4] = value >>> 28;
}
