import { readFile, truncate } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Checkpoint } from './sources/flow-source.js';

/** A batch as the spool keeps it. */
export interface SpooledBatch {
  readonly sequence: number;
  /** The number of each line in its file. */
  readonly numbers: readonly number[];
  readonly checkpoint: Checkpoint | null;
  /** The records, one a line. */
  readonly text: string;
}

/** Where a frame is in its segment, and what it holds. */
export interface Frame {
  readonly sequence: number;
  readonly records: number;
  readonly checkpoint: Checkpoint | null;
  readonly offset: number;
  readonly length: number;
}

/** Before each frame: the length of its payload and its CRC-32, both 32 bits, big-endian. */
const PREFIX_BYTES = 8;

/** A batch as bytes: prefix, a line of JSON with all but the records, the records. */
export function encodeFrame({ text, ...about }: SpooledBatch): Buffer {
  const payload = Buffer.from(`${JSON.stringify(about)}\n${text}`);
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.writeUInt32BE(crc32(payload), 4);
  payload.copy(frame, PREFIX_BYTES);
  return frame;
}

/** The batch in a frame's bytes; null when they are not whole. */
export function decodeFrame(bytes: Buffer): SpooledBatch | null {
  if (bytes.length < PREFIX_BYTES) return null;
  const payload = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + bytes.readUInt32BE(0));
  if (payload.length !== bytes.readUInt32BE(0) || crc32(payload) !== bytes.readUInt32BE(4)) return null;
  const end = payload.indexOf(10);
  // The checksum vouches that these are the bytes encodeFrame made.
  const about: Omit<SpooledBatch, 'text'> = JSON.parse(payload.toString('utf8', 0, end));
  return { ...about, text: payload.toString('utf8', end + 1) };
}

/**
 * The frames of a segment file, and its length. What a kill left half-written at its end is cut off;
 * `damaged` says that something was.
 */
export async function readSegment(
  path: string,
): Promise<{ readonly frames: readonly Frame[]; readonly bytes: number; readonly damaged: boolean }> {
  const content = await readFile(path);
  const frames: Frame[] = [];
  let offset = 0;
  while (offset < content.length) {
    const batch = decodeFrame(content.subarray(offset));
    if (batch === null) break;
    const length = PREFIX_BYTES + content.readUInt32BE(offset);
    const { sequence, numbers, checkpoint } = batch;
    frames.push({ sequence, records: numbers.length, checkpoint, offset, length });
    offset += length;
  }
  const damaged = offset < content.length;
  if (damaged) await truncate(path, offset);
  return { frames, bytes: offset, damaged };
}
