import { hash } from 'node:crypto';
import {
  type Counters,
  type FlowKey,
  type FlowRecord,
  type KeyPlace,
  type Labels,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import { isProblem, type RecordProblem } from '../record-problem.js';
import { DEST_LABEL, FlowFields, SOURCE_LABEL, type Stretch } from './flow-fields.js';
import { KnownBytes } from './known-bytes.js';
import { FlowKeyReader } from './read-flow-key.js';
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
  readonly place: KeyPlace;
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
  readonly #keyReader = new FlowKeyReader();
  readonly #fields = new FlowFields();
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
      if (from >= 0) {
        parts ??= [bytes.subarray(from, to)];
        parts.push(bytes.subarray(wire.at, wire.at + length));
      }
      from = wire.at;
      to = from + length;
      wire.at = to;
    }
    if (from < 0) return noFlow();
    if (parts === null) return this.#flow(bytes, from, to);
    // A message that comes in parts is what its parts are in a row.
    const whole = Buffer.concat(parts);
    return this.#flow(whole, 0, whole.byteLength);
  }

  #flow(bytes: Buffer, from: number, to: number): GoldmaneRecord | RecordProblem {
    const fields = this.#fields;
    this.#wire.open(bytes, from, to);
    fields.read(this.#wire);
    const { start } = fields;
    if (fields.key.to === 0) return noKey();
    if (!(start >= 0 && start <= LATEST)) return badStart();
    const { from: keyFrom, to: keyTo } = fields.key;
    let known = fields.keyParts === null ? this.#keys.get(bytes, keyFrom, keyTo) : undefined;
    if (known === undefined) {
      const read = this.#readKey(bytes);
      if (isProblem(read)) return read;
      known = read;
    }
    const source = this.#labelsOf(bytes, from, to, fields.sourceLabels, SOURCE_LABEL);
    const dest = this.#labelsOf(bytes, from, to, fields.destLabels, DEST_LABEL);
    this.#mended = known.repaired || source.repaired || dest.repaired;
    const counters = this.#counters();
    const end = this.#end();
    if (this.#mended) this.#repaired++;
    const { key, place, keyDigest } = known;
    return {
      key,
      place,
      start: millis(start * 1000),
      end: millis(end * 1000),
      counters,
      // Nothing is known of the labels of what is no part of the cluster.
      sourceLabels: source === NO_LABELS && key.source.kind === 'network' ? null : source.labels,
      destLabels: dest === NO_LABELS && key.dest.kind === 'network' ? null : dest.labels,
      evidence: NO_EVIDENCE,
      keyDigest,
    };
  }

  /** Felix sends the start as the end; nobody sends less, or none. */
  #end(): number {
    const { start, end } = this.#fields;
    if (end >= start && end <= LATEST) return end;
    if (end !== 0) this.#mended = true;
    return start;
  }

  #counters(): Counters {
    const fields = this.#fields;
    return {
      packetsIn: this.#count(fields.packetsIn, Number.MAX_SAFE_INTEGER),
      packetsOut: this.#count(fields.packetsOut, Number.MAX_SAFE_INTEGER),
      bytesIn: this.#count(fields.bytesIn, Number.MAX_SAFE_INTEGER),
      bytesOut: this.#count(fields.bytesOut, Number.MAX_SAFE_INTEGER),
      connectionsStarted: this.#count(fields.started, MOST_CONNECTIONS),
      connectionsCompleted: this.#count(fields.completed, MOST_CONNECTIONS),
      connectionsLive: this.#count(fields.live, MOST_CONNECTIONS),
    };
  }

  #count(value: number, most: number): number | null {
    if (value >= 0 && value <= most) return value;
    this.#mended = true;
    return null;
  }

  #readKey(bytes: Buffer): KnownKey | RecordProblem {
    const { key, keyParts } = this.#fields;
    if (keyParts === null) return this.#newKey(bytes, key.from, key.to);
    const whole = Buffer.concat(keyParts);
    return this.#keys.get(whole, 0, whole.byteLength) ?? this.#newKey(whole, 0, whole.byteLength);
  }

  #newKey(bytes: Buffer, from: number, to: number): KnownKey | RecordProblem {
    const read = this.#keyReader.read(bytes, from, to);
    if (isProblem(read)) return read;
    const digest = hash('sha256', bytes.subarray(from, to), 'hex');
    const place: KeyPlace = { owner: null, index: 0, generation: 0 };
    const made: KnownKey = { ...read, place, keyDigest: Number.parseInt(digest.slice(0, 13), 16) };
    this.#keys.set(bytes, from, to, made);
    return made;
  }

  #labelsOf(bytes: Buffer, from: number, to: number, row: Stretch, labelTag: number): KnownLabels {
    if (row.to === 0) return NO_LABELS;
    if (this.#fields.isScattered) return this.#readLabels(bytes, from, to, labelTag);
    const known = this.#labels.get(bytes, row.from, row.to);
    if (known !== undefined) return known;
    const labels = this.#readLabels(bytes, row.from, row.to, labelTag);
    this.#labels.set(bytes, row.from, row.to, labels);
    return labels;
  }

  #readLabels(bytes: Buffer, from: number, to: number, labelTag: number): KnownLabels {
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
    return { labels: Object.freeze(labels.sort()), repaired };
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
