import { ftruncateSync, openSync, rmSync } from 'node:fs';
import type { Logger } from '../logger.js';
import type { GroupSync } from './group-sync.js';
import { type Segment, writeHeader } from './journal-segments.js';
import type { Write } from './journal-write.js';

export interface SegmentWriterParts {
  readonly write: Write;
  readonly sync: GroupSync;
  readonly log: Logger;
}

/** Appends to one segment's file at a time. What a failed write leaves is taken back before anything follows. */
export class SegmentWriter {
  readonly #parts: SegmentWriterParts;
  #file: { readonly number: number; readonly segment: Segment } | null = null;

  constructor(parts: SegmentWriterParts) {
    this.#parts = parts;
  }

  /** The segment whose file is open. */
  get open(): Segment | null {
    return this.#file?.segment ?? null;
  }

  /**
   * Appends the chunks to a segment, whose file is made with the first of them. `done` gets how many bytes the segment
   * has then, and the file; or what failed. Throws when the file cannot be opened.
   */
  write(
    segment: Segment,
    chunks: readonly Uint8Array[],
    done: (error: Error | null, end: number, file: number) => void,
  ): void {
    const file = this.#open(segment);
    const all = segment.bytes === 0 ? [writeHeader(segment.begun), ...chunks] : chunks;
    this.#writeAll(file, all, segment.bytes, (error, end) => {
      if (error !== null) this.#undo(file, segment);
      done(error, end, file);
    });
  }

  close(): void {
    if (this.#file === null) return;
    try {
      this.#parts.sync.close(this.#file.number);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'a file of the journal could not be closed');
    }
    this.#file = null;
  }

  #open(segment: Segment): number {
    if (this.#file?.segment === segment) return this.#file.number;
    this.close();
    const isNew = segment.bytes === 0;
    const number = openSync(segment.path, isNew ? 'wx' : 'r+', 0o600);
    this.#file = { number, segment };
    if (isNew) this.#parts.sync.made();
    else ftruncateSync(number, segment.bytes);
    return number;
  }

  #writeAll(
    file: number,
    chunks: readonly Uint8Array[],
    position: number,
    done: (error: Error | null, end: number) => void,
  ): void {
    this.#parts.write(file, chunks, position, (error, written) => {
      if (error !== null) return done(error, position);
      const rest = after(chunks, written);
      if (rest.length === 0) return done(null, position + written);
      if (written === 0) return done(new Error('nothing could be written'), position);
      this.#writeAll(file, rest, position + written, done);
    });
  }

  #undo(file: number, segment: Segment): void {
    try {
      ftruncateSync(file, segment.bytes);
      if (segment.bytes > 0) return;
      // A file without even its header would be in the way of the next with its number.
      this.close();
      rmSync(segment.path, { force: true });
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'what a failed write left in the journal could not be taken back');
      this.close();
    }
  }
}

/** What is left of the chunks once `written` bytes are. */
function after(chunks: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  for (const [at, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(at + 1)];
    left -= chunk.length;
  }
  return [];
}
