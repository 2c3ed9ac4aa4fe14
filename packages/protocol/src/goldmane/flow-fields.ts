import type { WireReader } from './wire-reader.js';

/** Tags of the labels: field number times eight plus wire type. */
export const SOURCE_LABEL = 34;
export const DEST_LABEL = 42;

/** Where something stands among the bytes of a message; `to` is 0 when it does not. */
export interface Stretch {
  from: number;
  to: number;
}

/**
 * The fields of a Flow: numbers as they are, key and labels only by where they stand. One object serves any number of
 * flows.
 */
export class FlowFields {
  readonly key: Stretch = { from: 0, to: 0 };
  /** All parts of a key that came in more than one; null when it came in one. */
  keyParts: Buffer[] | null = null;
  readonly sourceLabels: Stretch = { from: 0, to: 0 };
  readonly destLabels: Stretch = { from: 0, to: 0 };
  /** True when labels of one side do not stand in a row. */
  isScattered = false;
  /** Seconds. */
  start = 0;
  end = 0;
  packetsIn = 0;
  packetsOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  started = 0;
  completed = 0;
  live = 0;

  #reset(): void {
    this.key.to = 0;
    this.keyParts = null;
    this.sourceLabels.to = 0;
    this.destLabels.to = 0;
    this.isScattered = false;
    this.start = 0;
    this.end = 0;
    this.packetsIn = 0;
    this.packetsOut = 0;
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.started = 0;
    this.completed = 0;
    this.live = 0;
  }

  /** Reads from where the reader stands to its end. Throws WireError. */
  read(wire: WireReader): void {
    this.#reset();
    while (wire.at < wire.end) {
      const at = wire.at;
      const tag = wire.tag();
      switch (tag) {
        case 10:
          this.#readKey(wire);
          break;
        case 16:
          this.start = wire.int64();
          break;
        case 24:
          this.end = wire.int64();
          break;
        case SOURCE_LABEL:
          wire.skip(tag);
          this.#extend(this.sourceLabels, at, wire.at);
          break;
        case DEST_LABEL:
          wire.skip(tag);
          this.#extend(this.destLabels, at, wire.at);
          break;
        case 48:
          this.packetsIn = wire.int64();
          break;
        case 56:
          this.packetsOut = wire.int64();
          break;
        case 64:
          this.bytesIn = wire.int64();
          break;
        case 72:
          this.bytesOut = wire.int64();
          break;
        case 80:
          this.started = wire.int64();
          break;
        case 88:
          this.completed = wire.int64();
          break;
        case 96:
          this.live = wire.int64();
          break;
        default:
          wire.skip(tag);
      }
    }
  }

  #readKey(wire: WireReader): void {
    const { key } = this;
    const length = wire.length();
    if (key.to !== 0) {
      this.keyParts ??= [wire.bytes.subarray(key.from, key.to)];
      this.keyParts.push(wire.bytes.subarray(wire.at, wire.at + length));
    }
    key.from = wire.at;
    key.to = wire.at + length;
    wire.at = key.to;
  }

  #extend(row: Stretch, from: number, to: number): void {
    if (row.to === 0) row.from = from;
    else if (row.to !== from) this.isScattered = true;
    row.to = to;
  }
}
