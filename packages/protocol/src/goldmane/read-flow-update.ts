import { hash } from 'node:crypto';
import {
  type Counters,
  type FlowKey,
  type FlowRecord,
  type Labels,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import { isProblem, type RecordProblem } from '../record-problem.js';
import { KnownBytes } from './known-bytes.js';
import { readFlowKey } from './read-flow-key.js';
import { WireError, WireReader } from './wire-reader.js';

/** Seconds: the last that a Date can hold. */
const LATEST = 8_640_000_000_000;
/** What a store can count of connections. */
const MOST_CONNECTIONS = 2 ** 32 - 2;
const MOST_LABELS = 64;
const LONGEST_LABEL = 512;

/** Two generations of these: enough for every flow of a large cluster within a few intervals. */
const KEYS = 200_000;
const KEY_BYTES = 96 * 2 ** 20;
const LABEL_SETS = 50_000;
const LABEL_BYTES = 32 * 2 ** 20;

/** A record and what stands for its key: equal for the same bytes, before and after a restart. */
export interface GoldmaneRecord extends FlowRecord {
  /** 52 bits of a digest of the key's bytes. */
  readonly keyDigest: number;
}

interface KnownKey {
  readonly key: FlowKey;
  readonly keyDigest: number;
  readonly repaired: boolean;
}

interface KnownLabels {
  readonly labels: Exclude<Labels, null>;
  readonly repaired: boolean;
}

const NO_LABELS: KnownLabels = { labels: Object.freeze([]), repaired: false };

/**
 * Reads Goldmane's flows. A key is found by its bytes, so that one that came before is not decoded again, and so are
 * labels; of most flows only the counters are read. Keys are frozen and come as the same object each time.
 *
 * What can be mended is: a counter that is negative or past 2^53 is unknown, an end before the start is the start, an
 * enum that nobody knows is unknown, labels too many or too long are left out. `repaired` counts such records.
 */
export class GoldmaneReader {
  readonly #wire = new WireReader();
  readonly #inner = new WireReader();
  readonly #keys = new KnownBytes<KnownKey>(KEYS, KEY_BYTES);
  readonly #labels = new KnownBytes<KnownLabels>(LABEL_SETS, LABEL_BYTES);
  #repaired = 0;
  #mended = false;

  /** Records that were taken although something about them was absurd. */
  get repaired(): number {
    return this.#repaired;
  }

  /** Reads a FlowUpdate, or says why it is no flow. Never throws. */
  readUpdate(message: Uint8Array): GoldmaneRecord | RecordProblem {
    return this.#read(message, 10);
  }

  /** Reads a FlowResult, of which the id means something only to the Goldmane that gave it. Never throws. */
  readResult(message: Uint8Array): GoldmaneRecord | RecordProblem {
    return this.#read(message, 18);
  }

  #read(message: Uint8Array, flowTag: number): GoldmaneRecord | RecordProblem {
    try {
      return this.#flowIn(bufferOf(message), flowTag);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return {
        field: '(message)',
        reason: error.message,
        remedy: 'Send protobuf as goldmane.proto describes it.',
      };
    }
  }

  #flowIn(bytes: Buffer, flowTag: number): GoldmaneRecord | RecordProblem {
    const wire = this.#wire;
    wire.open(bytes, 0, bytes.byteLength);
    let from = -1;
    let to = -1;
    let parts: Buffer[] | null = null;
    while (wire.at < wire.end) {
      const tag = wire.tag();
      if (tag !== flowTag) {
        wire.skip(tag);
        continue;
      }
      const length = wire.length();
      if (from >= 0) (parts ??= [bytes.subarray(from, to)]).push(bytes.subarray(wire.at, wire.at + length));
      from = wire.at;
      to = from + length;
      wire.at = to;
    }
    if (from < 0) return noFlow();
    // A message that comes in parts is what its parts are in a row.
    if (parts !== null) {
      const whole = Buffer.concat(parts);
      return this.#flow(whole, 0, whole.byteLength);
    }
    return this.#flow(bytes, from, to);
  }

  #flow(bytes: Buffer, from: number, to: number): GoldmaneRecord | RecordProblem {
    const wire = this.#wire;
    wire.open(bytes, from, to);
    let keyFrom = -1;
    let keyTo = -1;
    let keyParts: Buffer[] | null = null;
    let sourceFrom = 0;
    let sourceTo = 0;
    let destFrom = 0;
    let destTo = 0;
    let isScattered = false;
    let start = 0;
    let end = 0;
    let packetsIn = 0;
    let packetsOut = 0;
    let bytesIn = 0;
    let bytesOut = 0;
    let started = 0;
    let completed = 0;
    let live = 0;
    while (wire.at < to) {
      const at = wire.at;
      const tag = wire.tag();
      switch (tag) {
        case 10: {
          const length = wire.length();
          if (keyFrom >= 0)
            (keyParts ??= [bytes.subarray(keyFrom, keyTo)]).push(bytes.subarray(wire.at, wire.at + length));
          keyFrom = wire.at;
          keyTo = keyFrom + length;
          wire.at = keyTo;
          break;
        }
        case 16:
          start = wire.int64();
          break;
        case 24:
          end = wire.int64();
          break;
        case 34:
          if (sourceTo === 0) sourceFrom = at;
          else if (sourceTo !== at) isScattered = true;
          wire.skip(tag);
          sourceTo = wire.at;
          break;
        case 42:
          if (destTo === 0) destFrom = at;
          else if (destTo !== at) isScattered = true;
          wire.skip(tag);
          destTo = wire.at;
          break;
        case 48:
          packetsIn = wire.int64();
          break;
        case 56:
          packetsOut = wire.int64();
          break;
        case 64:
          bytesIn = wire.int64();
          break;
        case 72:
          bytesOut = wire.int64();
          break;
        case 80:
          started = wire.int64();
          break;
        case 88:
          completed = wire.int64();
          break;
        case 96:
          live = wire.int64();
          break;
        default:
          wire.skip(tag);
      }
    }
    if (keyFrom < 0) return noKey();
    if (!(start >= 0 && start <= LATEST)) return badStart();
    const known = keyParts === null ? this.#key(bytes, keyFrom, keyTo) : this.#keyOf(Buffer.concat(keyParts));
    if (isProblem(known)) return known;
    const { key, keyDigest } = known;
    const source = isScattered
      ? this.#scattered(bytes, from, to, 34)
      : this.#labelsOf(bytes, sourceFrom, sourceTo, 34);
    const dest = isScattered
      ? this.#scattered(bytes, from, to, 42)
      : this.#labelsOf(bytes, destFrom, destTo, 42);
    this.#mended = known.repaired || source.repaired || dest.repaired;
    const counters: Counters = {
      packetsIn: this.#count(packetsIn, Number.MAX_SAFE_INTEGER),
      packetsOut: this.#count(packetsOut, Number.MAX_SAFE_INTEGER),
      bytesIn: this.#count(bytesIn, Number.MAX_SAFE_INTEGER),
      bytesOut: this.#count(bytesOut, Number.MAX_SAFE_INTEGER),
      connectionsStarted: this.#count(started, MOST_CONNECTIONS),
      connectionsCompleted: this.#count(completed, MOST_CONNECTIONS),
      connectionsLive: this.#count(live, MOST_CONNECTIONS),
    };
    if (end < start || end > LATEST) {
      // Felix sends the start as the end; nobody sends none.
      this.#mended ||= end !== 0;
      end = start;
    }
    if (this.#mended) this.#repaired++;
    return {
      key,
      start: millis(start * 1000),
      end: millis(end * 1000),
      counters,
      // No labels are known of what is no part of the cluster.
      sourceLabels: key.source.kind === 'network' && source === NO_LABELS ? null : source.labels,
      destLabels: key.dest.kind === 'network' && dest === NO_LABELS ? null : dest.labels,
      evidence: NO_EVIDENCE,
      keyDigest,
    };
  }

  #count(value: number, most: number): number | null {
    if (value >= 0 && value <= most) return value;
    this.#mended = true;
    return null;
  }

  #key(bytes: Buffer, from: number, to: number): KnownKey | RecordProblem {
    const known = this.#keys.get(bytes, from, to);
    if (known !== undefined) return known;
    const inner = this.#inner;
    inner.open(bytes, from, to);
    const read = readFlowKey(inner);
    if (isProblem(read)) return read;
    const digest = hash('sha256', bytes.subarray(from, to), 'hex');
    const made: KnownKey = { ...read, keyDigest: Number.parseInt(digest.slice(0, 13), 16) };
    this.#keys.set(bytes, from, to, made);
    return made;
  }

  #keyOf(bytes: Buffer): KnownKey | RecordProblem {
    return this.#key(bytes, 0, bytes.byteLength);
  }

  /** The labels that stand in a row, tags and all. */
  #labelsOf(bytes: Buffer, from: number, to: number, labelTag: number): KnownLabels {
    if (to === 0) return NO_LABELS;
    const known = this.#labels.get(bytes, from, to);
    if (known !== undefined) return known;
    const labels = this.#scattered(bytes, from, to, labelTag);
    this.#labels.set(bytes, from, to, labels);
    return labels;
  }

  /** The labels among other fields. */
  #scattered(bytes: Buffer, from: number, to: number, labelTag: number): KnownLabels {
    const inner = this.#inner;
    inner.open(bytes, from, to);
    const labels: string[] = [];
    let repaired = false;
    while (inner.at < inner.end) {
      const tag = inner.tag();
      if (tag !== labelTag) {
        inner.skip(tag);
        continue;
      }
      const label = inner.text();
      if (labels.length < MOST_LABELS && label.length <= LONGEST_LABEL) labels.push(label);
      else repaired = true;
    }
    return labels.length === 0 && !repaired ? NO_LABELS : { labels: Object.freeze(labels.sort()), repaired };
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function noFlow(): RecordProblem {
  return { field: 'flow', reason: 'is missing', remedy: 'Send a FlowUpdate with a flow.' };
}

function noKey(): RecordProblem {
  return { field: 'flow.Key', reason: 'is missing', remedy: 'Send a flow with a key.' };
}

function badStart(): RecordProblem {
  return { field: 'flow.start_time', reason: 'is no time', remedy: 'Send seconds since 1970.' };
}
