/** Bytes before each message: its length. */
const PREFIX = 4;

/** Messages one after the other, each behind its length: a copy, to be kept. */
export function packMessages(messages: readonly Uint8Array[]): Buffer {
  let bytes = 0;
  for (const message of messages) bytes += PREFIX + message.byteLength;
  const packed = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const message of messages) {
    at = packed.writeUInt32LE(message.byteLength, at);
    packed.set(message, at);
    at += message.byteLength;
  }
  return packed;
}

/** The messages as views; a last one that is cut off is left out. */
export function* unpackMessages(packed: Buffer): Generator<Buffer> {
  let at = 0;
  while (packed.byteLength - at >= PREFIX) {
    const from = at + PREFIX;
    at = from + packed.readUInt32LE(at);
    if (at > packed.byteLength) return;
    yield packed.subarray(from, at);
  }
}
