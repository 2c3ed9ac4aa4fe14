import { closeSync, ftruncateSync, openSync, unlink } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Millis } from '@vibrissa/model';
import type { Trouble } from '@vibrissa/protocol/messages';
import type { Logger } from '../logger.js';
import type { JournalEntry, JournalStatus, OwnedJournal } from './journal.js';
import { JournalBatch } from './journal-batch.js';
import { type Segment, segmentPath, writeHeader } from './journal-segments.js';
import { promptWrite, type Write } from './journal-write.js';

/** A segment is closed at this size, and sooner where the whole journal is small, bytes. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
const LEAST_SEGMENTS = 16;

/** As many segments at least share the time that is kept, so that what is too old goes bit by bit. */
const SEGMENTS_PER_HORIZON = 12;

/** What waits for a disk that does not answer; past it entries are skipped like on a full disk, bytes. */
const MOST_WAITING = 128 * 1024 * 1024;

/** How long after a failed write the next is tried, ms. */
const RETRY_MS = 1_000;

const DONE = Promise.resolve();

export interface FileJournalOptions {
  /** Where the segments are, in the folder for all that outlives the process. */
  readonly folder: string;
  /** What an earlier run left, oldest first. */
  readonly segments: readonly Segment[];
  readonly mostBytes: number;
  /** How long an entry is worth keeping, ms. */
  readonly horizonMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly unlock: () => void;
  readonly write?: Write;
}

/**
 * Keeps input in segment files. Everything appended in one turn of the event loop is written at once; while a
 * write is under way the next batch gathers. A written batch is with the operating system: it outlives the process,
 * killed or not; it may not outlive a power cut, which would take an fsync per batch.
 *
 * Where the disk is full or broken, flows are worth more shown now than refused: they are taken in and acknowledged,
 * counted as skipped, and the server's health says so until a write succeeds again.
 */
export class FileJournal implements OwnedJournal {
  readonly #options: FileJournalOptions;
  readonly #write: Write;
  readonly #segmentBytes: number;
  readonly #segmentMs: number;
  readonly #segments: Segment[];
  #file: number | null = null;
  #gathering = new JournalBatch();
  #resting = new JournalBatch();
  #writing: JournalBatch | null = null;
  #scheduled = false;
  #closed = false;
  #newest: Millis;
  #bytes: number;
  #skipped = 0;
  #droppedBytes = 0;
  #damaged = 0;
  #failure: { readonly why: string; readonly retryAt: number } | null = null;

  constructor(options: FileJournalOptions) {
    this.#options = options;
    this.#write = options.write ?? promptWrite();
    this.#segmentBytes = Math.min(SEGMENT_BYTES, Math.ceil(options.mostBytes / LEAST_SEGMENTS));
    this.#segmentMs = options.horizonMs / SEGMENTS_PER_HORIZON;
    this.#segments = [...options.segments];
    this.#newest = options.clock.now();
    this.#bytes = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    this.tidy();
  }

  append(entry: JournalEntry): void {
    const now = this.#options.clock.now();
    const isHopeless = this.#failure !== null && now < this.#failure.retryAt;
    if (this.#closed || isHopeless || this.#gathering.bytes > MOST_WAITING) {
      this.#skipped++;
      if (!this.#closed && !isHopeless) this.#fail('the disk does not answer', 0);
      return;
    }
    this.#gathering.add(entry, now);
    this.#newest = now;
    if (this.#scheduled || this.#writing !== null) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commit();
    });
  }

  flushed(): Promise<void> {
    if (this.#gathering.entries > 0) return this.#gathering.done;
    return this.#writing?.done ?? DONE;
  }

  tidy(): void {
    const { clock, mostBytes, horizonMs } = this.#options;
    const now = clock.now();
    if (this.#file !== null && this.#writing === null && now - this.#newest > horizonMs) this.#closeFile();
    for (;;) {
      const [oldest, next] = this.#segments;
      // The one that is written to is the last, and stays.
      if (oldest === undefined || (next === undefined && this.#file !== null)) return;
      const isOld = now - (next?.begun ?? this.#newest) > horizonMs;
      if (!isOld && this.#bytes <= mostBytes) return;
      this.#segments.shift();
      this.#bytes -= oldest.bytes;
      if (!isOld) this.#dropEarly(oldest);
      unlink(oldest.path, (error) => {
        if (error !== null)
          this.#options.log.warn({ err: error }, 'a file of the journal could not be removed');
      });
    }
  }

  status(): JournalStatus {
    return {
      bytes: this.#bytes,
      skipped: this.#skipped,
      droppedBytes: this.#droppedBytes,
      damaged: this.#damaged,
      troubles: [...this.#failureTrouble(), ...this.#damageTrouble()],
    };
  }

  /** What there is to read back, oldest first. */
  kept(): readonly Segment[] {
    return [...this.#segments];
  }

  /** Takes note of a segment that was found damaged. */
  noteDamage(path: string): void {
    this.#damaged++;
    this.#options.log.warn({ path }, 'a file of the journal is damaged; what follows in it is not read');
  }

  async close(): Promise<void> {
    while (this.#gathering.entries > 0 || this.#writing !== null) {
      this.#commit();
      await this.#writing?.done;
    }
    this.#closed = true;
    this.#closeFile();
    this.#options.unlock();
  }

  #commit(): void {
    if (this.#writing !== null || this.#gathering.entries === 0) return;
    const batch = this.#gathering;
    this.#gathering = this.#resting;
    this.#writing = batch;
    try {
      const { file, segment, header } = this.#open();
      const chunks = header === null ? batch.chunks() : [header, ...batch.chunks()];
      this.#writeAll(file, chunks, segment.bytes, (error, end) => {
        if (error === null) this.#written(segment, end);
        else this.#undo(file, segment, error, batch.entries);
        this.#settle(batch);
      });
    } catch (error) {
      this.#fail(reasonOf(error), batch.entries);
      this.#settle(batch);
    }
  }

  #settle(batch: JournalBatch): void {
    batch.settle();
    this.#resting = batch;
    this.#writing = null;
    this.#commit();
  }

  /** The file to write to next: a new one, with its header, where the last is full or old. */
  #open(): { readonly file: number; readonly segment: Segment; readonly header: Buffer | null } {
    const now = this.#options.clock.now();
    const last = this.#segments.at(-1);
    const isSpent =
      last === undefined || last.bytes >= this.#segmentBytes || now - last.begun >= this.#segmentMs;
    if (this.#file !== null && isSpent) this.#closeFile();
    if (this.#file !== null && last !== undefined) return { file: this.#file, segment: last, header: null };
    const number = (last?.number ?? 0) + 1;
    const path = segmentPath(this.#options.folder, number);
    this.#file = openSync(path, 'wx', 0o600);
    const segment: Segment = { number, path, begun: now, isSpoilt: false, bytes: 0 };
    this.#segments.push(segment);
    return { file: this.#file, segment, header: writeHeader(now) };
  }

  #writeAll(
    file: number,
    chunks: readonly Uint8Array[],
    position: number,
    done: (error: Error | null, end: number) => void,
  ): void {
    this.#write(file, chunks, position, (error, written) => {
      if (error !== null) return done(error, position);
      const rest = after(chunks, written);
      if (rest.length === 0) return done(null, position + written);
      if (written === 0) return done(new Error('nothing could be written'), position);
      this.#writeAll(file, rest, position + written, done);
    });
  }

  #written(segment: Segment, end: number): void {
    this.#bytes += end - segment.bytes;
    segment.bytes = end;
    if (this.#failure !== null) {
      this.#options.log.info({ skipped: this.#skipped }, 'the journal can be written again');
      this.#failure = null;
    }
    if (this.#bytes > this.#options.mostBytes) this.tidy();
  }

  /** Takes back what a failed write has left, so that what is written later can be read past it. */
  #undo(file: number, segment: Segment, error: Error, entries: number): void {
    try {
      ftruncateSync(file, segment.bytes);
    } catch {
      this.#closeFile();
    }
    if (segment.bytes === 0) this.#abandon(segment);
    this.#fail(reasonOf(error), entries);
  }

  /** A file without even its header would be in the way of the next with its number. */
  #abandon(segment: Segment): void {
    this.#closeFile();
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    unlink(segment.path, () => {});
  }

  #fail(why: string, entries: number): void {
    this.#skipped += entries;
    if (this.#failure === null) this.#options.log.error({ why }, 'the journal cannot be written');
    this.#failure = { why, retryAt: this.#options.clock.now() + RETRY_MS };
  }

  #closeFile(): void {
    if (this.#file === null) return;
    try {
      closeSync(this.#file);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'a file of the journal could not be closed');
    }
    this.#file = null;
  }

  #dropEarly({ bytes, begun }: Segment): void {
    this.#droppedBytes += bytes;
    this.#options.log.warn(
      { bytes, begun, mostBytes: this.#options.mostBytes },
      'the journal is full: its oldest flows would not outlive a restart; raise VIBRISSA_JOURNAL_BYTES',
    );
  }

  #failureTrouble(): Trouble[] {
    if (this.#failure === null) return [];
    const { why } = this.#failure;
    const message = `VIBRISSA_DATA=${JSON.stringify(dirname(this.#options.folder))} cannot be written (${why}): flows are shown, but a restart would lose those of now. Make room or repair the disk.`;
    return [{ code: 'journal-not-written', message }];
  }

  #damageTrouble(): Trouble[] {
    if (this.#damaged === 0) return [];
    const parts = this.#damaged === 1 ? 'A file' : `${this.#damaged} files`;
    const message = `${parts} in VIBRISSA_DATA=${JSON.stringify(dirname(this.#options.folder))} turned out damaged: some flows from before the restart are missing.`;
    return [{ code: 'journal-damaged', message }];
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

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
