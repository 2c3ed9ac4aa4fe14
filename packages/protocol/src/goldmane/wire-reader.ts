/** Bytes that are no protobuf message. */
export class WireError extends Error {
  readonly code = 'wire';
  override readonly name = 'WireError';
}

/** How a field's value is written; the low three bits of its tag. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const MOST_GROUPS = 32;
const MOST_VARINT_BYTES = 10;
const NOTHING = Buffer.alloc(0);

/**
 * Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) from a stretch of bytes. Nothing is copied
 * but texts. One reader serves any number of messages; everything throws WireError.
 */
export class WireReader {
  bytes: Buffer = NOTHING;
  at = 0;
  end = 0;

  open(bytes: Buffer, from: number, to: number): void {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** Field number times eight plus wire type. */
  tag(): number {
    const { bytes } = this;
    if (this.at < this.end) {
      const first = bytes[this.at] as number;
      if (first < 0x80) {
        if (first < 8) throw new WireError('a field has the number 0');
        this.at++;
        return first;
      }
    }
    const begun = this.at;
    const tag = this.uint32();
    const length = this.at - begun;
    if (length > 5 || (length === 5 && (bytes[this.at - 1] as number) > 0x0f) || tag < 8) {
      throw new WireError('a field has no valid number');
    }
    return tag;
  }

  /** The low 32 bits of a varint. */
  uint32(): number {
    const { bytes } = this;
    let value = 0;
    let shift = 0;
    for (let read = 0; read < MOST_VARINT_BYTES; read++) {
      if (this.at >= this.end) throw new WireError('a number is cut off');
      const byte = bytes[this.at++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
      shift += 7;
    }
    throw new WireError('a number is longer than 10 bytes');
  }

  /** A signed 32-bit number, as enums are. */
  int32(): number {
    return this.uint32() | 0;
  }

  /** A signed 64-bit number; ±Infinity for one that is not exact as a double. */
  int64(): number {
    const { bytes, end } = this;
    let value = 0;
    let unit = 1;
    // Seven bytes hold 49 bits: no rounding up to there.
    for (let read = 0; read < 7; read++) {
      if (this.at >= end) throw new WireError('a number is cut off');
      const byte = bytes[this.at++] as number;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 128;
    }
    return this.#long(value);
  }

  #long(low: number): number {
    let value = BigInt(low);
    for (let read = 7; read < MOST_VARINT_BYTES; read++) {
      if (this.at >= this.end) throw new WireError('a number is cut off');
      const byte = this.bytes[this.at++] as number;
      value |= BigInt(byte & 0x7f) << BigInt(read * 7);
      if (byte >= 0x80) continue;
      const number = Number(BigInt.asIntN(64, value));
      if (Number.isSafeInteger(number)) return number;
      return number < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    throw new WireError('a number is longer than 10 bytes');
  }

  /** The length of what follows, bytes; all of it is there. */
  length(): number {
    const first = this.at < this.end ? (this.bytes[this.at] as number) : 0x80;
    let length = first;
    if (first < 0x80) this.at++;
    else length = this.uint32();
    if (length > this.end - this.at) throw new WireError('a field is cut off');
    return length;
  }

  text(): string {
    const length = this.length();
    const from = this.at;
    this.at += length;
    const text = this.bytes.toString('utf8', from, this.at);
    // What is no UTF-8 turns into U+FFFD, which may also stand in the text itself.
    if (text.includes('\ufffd') && !isRoundTrip(text, this.bytes, from, length)) {
      throw new WireError('a text is not UTF-8');
    }
    return text;
  }

  /** Passes over the value of a field that is of no interest. */
  skip(tag: number): void {
    const type = tag & 7;
    if (type === WireType.bytes) this.#pass(this.length());
    else if (type === WireType.varint) this.uint32();
    else if (type === WireType.fixed64) this.#pass(8);
    else if (type === WireType.fixed32) this.#pass(4);
    else if (type === WireType.groupStart) this.#skipGroup(tag, MOST_GROUPS);
    else throw new WireError('a field has no valid type');
  }

  #skipGroup(begun: number, groups: number): void {
    if (groups === 0) throw new WireError('groups nest too deep');
    for (;;) {
      const tag = this.tag();
      const type = tag & 7;
      if (type === WireType.groupEnd) {
        if (tag >>> 3 !== begun >>> 3) throw new WireError('a group ends that did not begin');
        return;
      }
      if (type === WireType.groupStart) this.#skipGroup(tag, groups - 1);
      else this.skip(tag);
    }
  }

  #pass(length: number): void {
    if (length > this.end - this.at) throw new WireError('a field is cut off');
    this.at += length;
  }
}

function isRoundTrip(text: string, bytes: Buffer, from: number, length: number): boolean {
  return Buffer.from(text).equals(bytes.subarray(from, from + length));
}
