import type { KnownBytes } from '../goldmane/known-bytes.js';
import { type WireReader, WireType } from '../goldmane/wire-reader.js';

/** Of anything repeated in one message, how much is kept. */
const MOST_REPEATS = 256;

/** What a flow without a time has. */
export const NO_TIME = -1;

/** The tag of a field of bytes, text or a message. */
export function bytesTag(number: number): number {
  return number * 8 + WireType.bytes;
}

/** The tag of a field of a number or enum. */
export function numberTag(number: number): number {
  return number * 8 + WireType.varint;
}

/** Reads the message that is the value of the field at hand; `read` goes on until `reader.end`. */
export function inside<Value>(reader: WireReader, read: (reader: WireReader) => Value): Value {
  const length = reader.length();
  const { end } = reader;
  reader.end = reader.at + length;
  const value = read(reader);
  reader.end = end;
  return value;
}

/** Likewise, into something that is there already. */
export function insideInto<Into>(
  reader: WireReader,
  read: (reader: WireReader, into: Into) => void,
  into: Into,
): void {
  const length = reader.length();
  const { end } = reader;
  reader.end = reader.at + length;
  read(reader, into);
  reader.end = end;
}

/** The value of the field at hand, not read again where equal bytes were read before. */
export function known<Value>(
  reader: WireReader,
  values: KnownBytes<Value>,
  read: (reader: WireReader) => Value,
): Value {
  const length = reader.length();
  const from = reader.at;
  const to = from + length;
  const found = values.get(reader.bytes, from, to);
  if (found !== undefined) {
    reader.at = to;
    return found;
  }
  const { end } = reader;
  reader.end = to;
  const value = read(reader);
  reader.end = end;
  values.set(reader.bytes, from, to, value);
  return value;
}

/** The list with one more, unless it is as long as any honest one. */
export function added<Value>(list: readonly Value[], value: Value): readonly Value[] {
  return list.length >= MOST_REPEATS ? list : [...list, value];
}

/** A google.protobuf.Timestamp as ms since the epoch; NO_TIME for one before it or beyond counting. */
export function readTime(reader: WireReader): number {
  let seconds = 0;
  let nanos = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) seconds = reader.int64();
    else if (tag === numberTag(2)) nanos = reader.int32();
    else reader.skip(tag);
  }
  const time = seconds * 1000 + Math.floor(nanos / 1e6);
  return time >= 0 && time <= Number.MAX_SAFE_INTEGER ? time : NO_TIME;
}

/** Field 1 of a message that is there for it alone, such as google.protobuf.BoolValue. */
export function readNumber(reader: WireReader): number {
  let value = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) value = reader.int32();
    else reader.skip(tag);
  }
  return value;
}
