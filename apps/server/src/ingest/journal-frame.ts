import { crc32 } from 'node:zlib';
import { millis } from '@vibrissa/model';
import type { JournalKind, JournalMeta, ReplayedEntry } from './journal.js';

/** Their places are their codes in a frame: new kinds go to the end. */
const KINDS: readonly JournalKind[] = ['lines', 'array', 'goldmane', 'hubble', 'numbers', 'upstream'];

/**
 * Before each frame, big-endian: length of the body, its CRC-32, and a check of these two. With the check, a length
 * that points past the end of the file is known for what it is: right, the writer was killed; wrong, damage.
 */
export const PREFIX_BYTES = 12;

/**
 * A body begins with kind (1 byte), time of writing (8), length of the meta (4) and the head (8). Files of version 1
 * are without the last.
 */
export const BODY_HEAD_BYTES = 21;
const BODY_HEAD_BYTES_1 = 13;

/** Writes prefix and head of a frame at `at`, with the meta already in place behind them. */
export function writeHead(
  into: Buffer,
  at: number,
  about: {
    readonly kind: JournalKind;
    readonly at: number;
    readonly metaBytes: number;
    readonly head: number;
  },
): void {
  const body = at + PREFIX_BYTES;
  into[body] = KINDS.indexOf(about.kind);
  into.writeDoubleBE(about.at, body + 1);
  into.writeUInt32BE(about.metaBytes, body + 9);
  into.writeDoubleBE(about.head, body + 13);
}

/** Seals a frame at `at`, whose body is in place: `bytes` of it in the buffer, then `rest`. */
export function seal(into: Buffer, at: number, bytes: number, rest: Uint8Array | null): void {
  const body = at + PREFIX_BYTES;
  let sum = crc32(into.subarray(body, body + bytes));
  if (rest !== null) sum = crc32(rest, sum);
  const length = bytes + (rest?.length ?? 0);
  into.writeUInt32BE(length, at);
  into.writeUInt32BE(sum, at + 4);
  into.writeUInt32BE(check(length, sum), at + 8);
}

/**
 * The entries from `at` on, until the end, until one that was cut short by a kill, or until damage, which is told.
 */
export function* readFrames(
  content: Buffer,
  from: number,
  version: number,
  damaged: () => void,
): Generator<ReplayedEntry> {
  let at = from;
  while (at + PREFIX_BYTES <= content.length) {
    const length = content.readUInt32BE(at);
    const sum = content.readUInt32BE(at + 4);
    if (content.readUInt32BE(at + 8) !== check(length, sum)) return damaged();
    const body = content.subarray(at + PREFIX_BYTES, at + PREFIX_BYTES + length);
    if (body.length < length) return;
    const entry = crc32(body) === sum ? readBody(body, version) : null;
    if (entry === null) return damaged();
    yield entry;
    at += PREFIX_BYTES + length;
  }
}

function readBody(body: Buffer, version: number): ReplayedEntry | null {
  const kind = KINDS[body[0] ?? KINDS.length];
  const headBytes = version === 1 ? BODY_HEAD_BYTES_1 : BODY_HEAD_BYTES;
  if (kind === undefined || body.length < headBytes) return null;
  const payload = headBytes + body.readUInt32BE(9);
  // The checksum vouches that this is what `append` laid out.
  const meta: JournalMeta = JSON.parse(body.toString('utf8', headBytes, payload));
  const at = millis(body.readDoubleBE(1));
  const head = version === 1 ? at : millis(body.readDoubleBE(13));
  return { kind, meta, at, head, payload: body.subarray(payload) };
}

/** Never 0 for zeros, so that a hole in a file is damage and not an empty frame. */
function check(length: number, sum: number): number {
  return (Math.imul(length ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(sum, 0x85ebca6b)) >>> 0;
}
