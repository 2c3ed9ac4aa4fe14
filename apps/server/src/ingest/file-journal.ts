import { unlink } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Millis } from '@vibrissa/model';
import type { Logger } from '../logger.js';
import { GroupSync } from './group-sync.js';
import type { DurableReach, JournalEntry, JournalStatus, OwnedJournal } from './journal.js';
import { JournalBatch } from './journal-batch.js';
import { JournalRetention } from './journal-retention.js';
import { newSegment, noteEntry, type Segment } from './journal-segments.js';
import { journalTroubles } from './journal-troubles.js';
import { promptWrite, type Write } from './journal-write.js';
import { SegmentWriter } from './segment-writer.js';

/** A segment is closed at this size, and sooner where the whole journal is small, bytes. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
const LEAST_SEGMENTS = 16;

/** As many segments at least share the time that is kept, so that what is too old goes bit by bit. */
const SEGMENTS_PER_HORIZON = 12;

/** What waits for a disk that does not answer; past it entries are skipped like on a full disk, bytes. */
const MOST_WAITING = 128 * 1024 * 1024;

/** How long after a failed write the next is tried, ms. */
const RETRY_MS = 1_000;

/** Empty batches kept for reuse. */
const MOST_RESTING = 3;

const DONE = Promise.resolve();

export interface FileJournalOptions {
  /** Where the segments are, in the folder for all that outlives the process. */
  readonly folder: string;
  /** What an earlier run left, oldest first. */
  readonly segments: readonly Segment[];
  readonly mostBytes: number;
  /** How long an entry is worth keeping where there is no history, ms. */
  readonly horizonMs: number;
  readonly bucketMs: number;
  /** Least time between two syncs, ms: 0 syncs whatever was written at once, null leaves it to the system. */
  readonly fsyncMs: number | null;
  /** The bucket that was being filled when the last records were taken in. */
  readonly head: () => Millis;
  readonly clock: Clock;
  readonly log: Logger;
  readonly unlock: () => void;
  readonly write?: Write;
  readonly sync?: (file: number) => Promise<void>;
}

/**
 * Keeps input in segment files. Everything appended in one turn of the event loop is written at once; while a
 * write is under way the next batch gathers. A written batch is with the operating system: it outlives the process,
 * killed or not. Only once it is synced, as VIBRISSA_FSYNC says, does it outlive a power cut too.
 *
 * Where the disk is full or broken, flows are worth more shown now than refused: they are taken in and acknowledged,
 * counted as skipped, and the server's health says so until a write succeeds again.
 */
export class FileJournal implements OwnedJournal {
  readonly #options: FileJournalOptions;
  readonly #sync: GroupSync;
  readonly #writer: SegmentWriter;
  readonly #retention: JournalRetention;
  readonly #segmentBytes: number;
  readonly #segmentMs: number;
  /** Those with a file, oldest first. */
  readonly #segments: Segment[];
  /** The one that entries are appended to; it gets its file with the first write. */
  #filling: Segment;
  /** What has been appended to it, written or not, bytes. */
  #filled = 0;
  #gathering = new JournalBatch();
  readonly #queue: JournalBatch[] = [];
  readonly #resting: JournalBatch[] = [];
  #writing: JournalBatch | null = null;
  #flushed = DONE;
  #waitingBytes = 0;
  #scheduled = false;
  #closed = false;
  #bytes: number;
  #skipped = 0;
  #droppedBytes = 0;
  #damaged = 0;
  #failure: { readonly why: string; readonly retryAt: number } | null = null;

  constructor(options: FileJournalOptions) {
    this.#options = options;
    this.#sync = new GroupSync({
      folder: options.folder,
      everyMs: options.fsyncMs,
      failed: (error, entries) => this.#fail(reasonOf(error), entries),
      ...(options.sync === undefined ? {} : { sync: options.sync }),
    });
    this.#writer = new SegmentWriter({
      write: options.write ?? promptWrite(),
      sync: this.#sync,
      log: options.log,
    });
    this.#retention = new JournalRetention(options);
    this.#segmentBytes = Math.min(SEGMENT_BYTES, Math.ceil(options.mostBytes / LEAST_SEGMENTS));
    this.#segmentMs = options.horizonMs / SEGMENTS_PER_HORIZON;
    this.#segments = [...options.segments];
    this.#filling = this.#nextSegment((this.#segments.at(-1)?.number ?? 0) + 1);
    this.#bytes = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    this.tidy();
  }

  append(entry: JournalEntry): void {
    const now = this.#options.clock.now();
    const isHopeless = this.#failure !== null && now < this.#failure.retryAt;
    if (this.#closed || isHopeless || this.#waitingBytes > MOST_WAITING) {
      this.#skipped++;
      if (!this.#closed && !isHopeless) this.#fail('the disk does not answer', 0);
      return;
    }
    if (this.#filled >= this.#segmentBytes || now - this.#filling.begun >= this.#segmentMs) this.cut();
    if (this.#filled === 0) this.#filling = this.#nextSegment(this.#filling.number);
    const batch = this.#gathering;
    const before = batch.bytes;
    const head = this.#options.head();
    batch.segment = this.#filling;
    batch.add(entry, now, head);
    noteEntry(this.#filling, entry, now, head);
    this.#filled += batch.bytes - before;
    this.#waitingBytes += batch.bytes - before;
    if (this.#scheduled || this.#writing !== null) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commit();
    });
  }

  flushed(): Promise<void> {
    return this.#gathering.entries > 0 ? this.#gathering.done : this.#flushed;
  }

  cut(): number {
    if (this.#filled === 0) return this.#filling.number;
    this.#filling = this.#nextSegment(this.#filling.number + 1);
    this.#filled = 0;
    if (this.#gathering.entries > 0) this.#queue.push(this.#nextBatch());
    return this.#filling.number;
  }

  startFrom(segment: number): void {
    this.cut();
    if (segment > this.#filling.number) this.#filling = this.#nextSegment(segment);
  }

  keptElsewhere(reach: DurableReach | null): void {
    this.#retention.keptElsewhere(reach);
  }

  tidy(): void {
    const { clock, mostBytes } = this.#options;
    const isIdle = this.#writing === null && this.#queue.length === 0 && this.#gathering.entries === 0;
    const { open } = this.#writer;
    if (open !== null && isIdle) {
      if (this.#retention.idle([open], clock.now()).length > 0) this.cut();
      if (open !== this.#filling) this.#writer.close();
    }
    for (const segment of this.#retention.idle(this.#segments, clock.now())) this.#remove(segment);
    for (const segment of [...this.#segments]) {
      if (this.#bytes <= mostBytes) return;
      if (this.#remove(segment) && !this.#retention.isOver(segment)) this.#dropEarly(segment);
    }
  }

  status(): JournalStatus {
    return {
      bytes: this.#bytes,
      skipped: this.#skipped,
      droppedBytes: this.#droppedBytes,
      damaged: this.#damaged,
      troubles: journalTroubles(dirname(this.#options.folder), this.#failure?.why ?? null, this.#damaged),
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
    this.#sync.hurry();
    while (this.#gathering.entries > 0 || this.#queue.length > 0 || this.#writing !== null) {
      this.#commit();
      await this.flushed();
    }
    await this.flushed();
    this.#closed = true;
    this.#writer.close();
    this.#options.unlock();
  }

  #commit(): void {
    if (this.#writing !== null) return;
    const batch = this.#queue.shift() ?? (this.#gathering.entries > 0 ? this.#nextBatch() : null);
    if (batch === null || batch.segment === null) return;
    this.#writing = batch;
    const { segment } = batch;
    try {
      this.#writer.write(segment, batch.chunks(), (error, end, file) => {
        if (error === null) this.#written(segment, end);
        else this.#fail(reasonOf(error), batch.entries);
        this.#settle(batch, error === null ? file : null);
      });
    } catch (error) {
      this.#fail(reasonOf(error), batch.entries);
      this.#settle(batch, null);
    }
  }

  /** The batch that gathered; what comes next goes to another. */
  #nextBatch(): JournalBatch {
    const batch = this.#gathering;
    this.#gathering = this.#resting.pop() ?? new JournalBatch();
    this.#flushed = batch.done;
    return batch;
  }

  #settle(batch: JournalBatch, file: number | null): void {
    const { entries, bytes } = batch;
    this.#waitingBytes -= bytes;
    this.#sync.wrote(file, entries, batch.settle());
    if (this.#resting.length < MOST_RESTING) this.#resting.push(batch);
    this.#writing = null;
    this.#commit();
  }

  #written(segment: Segment, end: number): void {
    if (segment.bytes === 0) this.#segments.push(segment);
    this.#bytes += end - segment.bytes;
    segment.bytes = end;
    if (this.#failure !== null) {
      this.#options.log.info({ skipped: this.#skipped }, 'the journal can be written again');
      this.#failure = null;
    }
    if (this.#bytes > this.#options.mostBytes) this.tidy();
  }

  /** False for one that is still written to. */
  #remove(segment: Segment): boolean {
    const isInUse =
      this.#writer.open === segment || [this.#writing, ...this.#queue].some((b) => b?.segment === segment);
    if (isInUse) return false;
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    this.#bytes -= segment.bytes;
    unlink(segment.path, (error) => {
      if (error !== null)
        this.#options.log.warn({ err: error }, 'a file of the journal could not be removed');
    });
    return true;
  }

  #nextSegment(number: number): Segment {
    return newSegment(this.#options.folder, number, this.#options.clock.now());
  }

  #fail(why: string, entries: number): void {
    this.#skipped += entries;
    if (this.#failure === null) this.#options.log.error({ why }, 'the journal cannot be written');
    this.#failure = { why, retryAt: this.#options.clock.now() + RETRY_MS };
  }

  #dropEarly({ bytes, begun }: Segment): void {
    this.#droppedBytes += bytes;
    this.#options.log.warn(
      { bytes, begun, mostBytes: this.#options.mostBytes },
      'the journal is full: its oldest flows would not outlive a restart; raise VIBRISSA_JOURNAL_BYTES',
    );
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
