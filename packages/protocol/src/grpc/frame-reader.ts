import { PREFIX } from './frame.js';
import { GrpcError, GrpcStatus } from './status.js';
import { tooLong, unpackMessage } from './unpack-message.js';

/** What is set aside at first for a message still on its way, bytes: a length is believed as its bytes arrive. */
const FIRST_BYTES = 64 * 1024;

/**
 * Puts messages together from chunks cut anywhere. A message that lies in one chunk is a view of it; one that does
 * not is copied once (twice at most while its buffer grows). `deliver` gets all messages that a chunk completes at
 * once, also those before a fault; the fault is thrown after.
 */
export class FrameReader {
  readonly #most: number;
  readonly #deliver: (batch: Uint8Array[]) => void;
  #encoding = 'identity';
  /** The message under way, with its prefix: `#filled` bytes of the `#need` known so far. */
  #pending: Buffer | null = null;
  #filled = 0;
  #need = 0;
  #batch: Uint8Array[] = [];
  #unpacked = 0;

  constructor(messageBytes: number, deliver: (batch: Uint8Array[]) => void) {
    this.#most = messageBytes;
    this.#deliver = deliver;
  }

  /** What `grpc-encoding` says. */
  set encoding(encoding: string) {
    this.#encoding = encoding;
  }

  /** Bytes set aside for an unfinished message. */
  get held(): number {
    return this.#pending?.byteLength ?? 0;
  }

  /** Throws GrpcError for a message too long or malformed; nothing more may be pushed then. */
  push(chunk: Buffer): void {
    try {
      let at = this.#continue(chunk);
      while (chunk.byteLength - at >= PREFIX) {
        const end = at + PREFIX + this.#lengthAt(chunk, at);
        if (end > chunk.byteLength) break;
        this.#take(chunk, at, end);
        at = end;
      }
      if (at < chunk.byteLength) this.#keep(chunk, at);
    } catch (error) {
      this.#flush();
      throw error;
    }
    this.#flush();
  }

  /** The chunks are over: throws INTERNAL if that cut a message off. */
  finish(): void {
    if (this.#pending === null) return;
    throw new GrpcError(
      GrpcStatus.internal,
      `the stream ended inside a message: ${this.#filled} of ${this.#need} bytes came`,
    );
  }

  /** Forgets what is unfinished. */
  clear(): void {
    this.#pending = null;
  }

  /** Adds to the message under way; gives where the next one begins. */
  #continue(chunk: Buffer): number {
    let at = 0;
    while (this.#pending !== null && at < chunk.byteLength) {
      const take = Math.min(this.#need - this.#filled, chunk.byteLength - at);
      const into = this.#room(this.#pending, this.#filled + take);
      chunk.copy(into, this.#filled, at, at + take);
      this.#pending = into;
      this.#filled += take;
      at += take;
      if (this.#filled === PREFIX) this.#need = PREFIX + this.#lengthAt(into, 0);
      if (this.#filled < this.#need) continue;
      this.#pending = null;
      this.#take(into, 0, this.#need);
    }
    return at;
  }

  #room(buffer: Buffer, wanted: number): Buffer {
    if (wanted <= buffer.byteLength) return buffer;
    const larger = Buffer.allocUnsafe(
      Math.min(this.#need, Math.max(wanted, 2 * buffer.byteLength, FIRST_BYTES)),
    );
    buffer.copy(larger, 0, 0, this.#filled);
    return larger;
  }

  #keep(chunk: Buffer, at: number): void {
    const rest = chunk.byteLength - at;
    this.#need = rest < PREFIX ? PREFIX : PREFIX + chunk.readUInt32BE(at + 1);
    this.#pending = Buffer.allocUnsafe(Math.max(rest, Math.min(this.#need, FIRST_BYTES)));
    chunk.copy(this.#pending, 0, at);
    this.#filled = rest;
  }

  #lengthAt(buffer: Buffer, at: number): number {
    const flag = buffer[at];
    if (flag !== 0 && flag !== 1) {
      throw new GrpcError(
        GrpcStatus.internal,
        `a message begins with ${flag}: neither plain (0) nor compressed (1)`,
      );
    }
    const length = buffer.readUInt32BE(at + 1);
    if (length > this.#most) throw tooLong(this.#most, `has ${length}`);
    return length;
  }

  #take(buffer: Buffer, at: number, end: number): void {
    const body = buffer.subarray(at + PREFIX, end);
    if (buffer[at] === 0) {
      this.#batch.push(body);
      return;
    }
    const message = unpackMessage(body, this.#encoding, this.#most);
    this.#batch.push(message);
    this.#unpacked += message.byteLength;
    // A few bytes can unpack to many: what one chunk holds is not all held unpacked at once.
    if (this.#unpacked > this.#most) this.#flush();
  }

  #flush(): void {
    const batch = this.#batch;
    this.#unpacked = 0;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#deliver(batch);
  }
}
