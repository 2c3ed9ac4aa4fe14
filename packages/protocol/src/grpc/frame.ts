/** Bytes before each message: a flag for compression, then the length. */
export const PREFIX = 5;

/** A message as it goes over the wire: not compressed, behind its prefix. */
export function frame(message: Uint8Array): Uint8Array {
  const framed = Buffer.allocUnsafe(PREFIX + message.byteLength);
  framed[0] = 0;
  framed.writeUInt32BE(message.byteLength, 1);
  framed.set(message, PREFIX);
  return framed;
}
