import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Millis, millis } from '@vibrissa/model';
import type { JournalEntry } from './journal.js';
import { makeFolder } from './make-folder.js';

/** The version of the files' layout; older ones are read, and what a newer server wrote is not touched. */
export const VERSION = 2;
const MAGIC = Buffer.from('VIBJRNL\n');

/** Magic, version (4 bytes) and time of the first entry (8). */
export const HEADER_BYTES = MAGIC.length + 12;

/** One file of the journal. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  /** When its first entry was written, by the server's clock. */
  readonly begun: Millis;
  /** Its header is damaged; when it was last written stands for its begin. */
  readonly isSpoilt: boolean;
  readonly version: number;
  /** What is on disk. */
  bytes: number;
  /** When its last entry was written; of an earlier run's not known before it is read back. */
  ended: Millis;
  /** The newest head of its entries; likewise. */
  head: Millis;
  /** Whether it tells how far each sender has got. */
  hasNumbers: boolean;
  /** Whether batches in it have numbers of their own. */
  hasNumbered: boolean;
  /** Whether something in it may be told again, and is only known from here. */
  hasRepeats: boolean;
  /** When each of what the server follows last told something in it. */
  readonly told: Map<string, Millis>;
}

/** A segment without entries. */
export function newSegment(folder: string, number: number, begun: Millis): Segment {
  return {
    number,
    path: segmentPath(folder, number),
    begun,
    isSpoilt: false,
    version: VERSION,
    bytes: 0,
    ended: begun,
    head: millis(0),
    hasNumbers: false,
    hasNumbered: false,
    hasRepeats: false,
    told: new Map(),
  };
}

/** Takes note of an entry that is in a segment, now or since an earlier run. */
export function noteEntry(
  segment: Segment,
  { kind, meta }: Pick<JournalEntry, 'kind' | 'meta'>,
  at: Millis,
  head: Millis,
): void {
  if (at > segment.ended) segment.ended = at;
  if (head > segment.head) segment.head = head;
  if (kind === 'numbers') segment.hasNumbers = true;
  if (typeof meta.sequence === 'number') segment.hasNumbered = true;
  if (kind === 'goldmane' || kind === 'hubble' || kind === 'upstream') segment.hasRepeats = true;
  if (kind === 'hubble' || kind === 'upstream') segment.told.set(`${kind}/${meta.source}`, at);
}

/** The journal's folder cannot be used; the message says which and what to do. */
export class JournalError extends Error {
  readonly code: string;

  constructor(code: 'in-use' | 'newer-format' | 'unusable', data: string, why: string) {
    super(`VIBRISSA_DATA=${JSON.stringify(data)}: ${why}`);
    this.code = code;
  }
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(12, '0')}.journal`);
}

export function writeHeader(begun: Millis): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(VERSION, MAGIC.length);
  header.writeDoubleBE(begun, MAGIC.length + 4);
  return header;
}

/**
 * The segments in a folder, oldest first; it is made where there is none. Throws JournalError `newer-format`, and
 * what the file system says.
 */
export function listSegments(folder: string): Segment[] {
  makeFolder(folder);
  const segments: Segment[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!/^\d{12}\.journal$/.test(name)) continue;
    const path = join(folder, name);
    const { size: bytes, mtimeMs } = statSync(path);
    if (bytes < HEADER_BYTES) {
      // A server that was killed while it began the file has acknowledged nothing in it.
      rmSync(path, { force: true });
      continue;
    }
    const header = readHeader(path);
    const isSpoilt = !header.subarray(0, MAGIC.length).equals(MAGIC);
    const version = isSpoilt ? VERSION : header.readUInt32BE(MAGIC.length);
    if (version > VERSION) {
      throw new JournalError(
        'newer-format',
        dirname(folder),
        'was written by a newer server; run that one, or name another folder',
      );
    }
    const begun = millis(isSpoilt ? mtimeMs : header.readDoubleBE(MAGIC.length + 4));
    segments.push({ ...newSegment(folder, Number.parseInt(name, 10), begun), isSpoilt, version, bytes });
  }
  return segments;
}

function readHeader(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    return header;
  } finally {
    closeSync(file);
  }
}
