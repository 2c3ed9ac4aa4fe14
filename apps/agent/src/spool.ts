import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint, Piece } from './sources/flow-source.js';
import { ignoreMissing } from './sources/open-log.js';
import { lockSpool } from './spool-lock.js';
import { decodeFrame, encodeFrame, type Frame, readSegment, type SpooledBatch } from './spool-segment.js';
import { readState, type SpoolState, writeState } from './spool-state.js';

export interface SpoolOptions {
  readonly folder: string;
  /** Most bytes of batches; past it the oldest segment goes. */
  readonly maxBytes: number;
  /** Names a new stream; differs each time. */
  readonly newStream: () => string;
  /** Told of records dropped for want of room, and of batches a kill or the disk spoilt. */
  readonly onLoss: (loss: 'full' | 'damaged', records: number) => void;
}

interface Segment {
  readonly path: string;
  bytes: number;
  /** Batches in it that are not done with. */
  live: number;
}

interface Entry extends Frame {
  readonly segment: Segment;
  acked: boolean;
}

const SEGMENT_NAME = /^\d{16}\.seg$/;
const MOST_SEGMENT_BYTES = 4_194_304;
/** More than a frame has beside its lines: prefix, names, checkpoint; and a line's number. */
const FRAME_EXTRA_BYTES = 512;
const LINE_EXTRA_BYTES = 18;

/**
 * Batches on disk, numbered, from being read to being taken by the server. An append returns when the disk has
 * it; with each batch goes the place in its source, so that after a kill no line is missing and none is double.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #unlock: () => Promise<void>;
  readonly #segmentBytes: number;
  #state: SpoolState;
  #segments: Segment[] = [];
  #entries = new Map<number, Entry>();
  #current: { readonly segment: Segment; readonly handle: FileHandle } | null = null;
  #bytes = 0;
  #pendingRecords = 0;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(options: SpoolOptions, state: SpoolState, unlock: () => Promise<void>) {
    this.#options = options;
    this.#state = state;
    this.#unlock = unlock;
    this.#segmentBytes = Math.min(MOST_SEGMENT_BYTES, Math.floor(options.maxBytes / 8));
  }

  /** Opens a folder's spool or makes it. Throws AgentError `spool-in-use` or `bad-spool`, or the system's error. */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.folder, { recursive: true });
    const unlock = await lockSpool(options.folder);
    const found = await readState(options.folder);
    const fresh = {
      version: 1 as const,
      stream: options.newStream(),
      passed: 0,
      last: 0,
      dropped: 0,
      checkpoint: null,
    };
    const spool = new Spool(options, found ?? fresh, unlock);
    if (found === null) await writeState(options.folder, spool.#state);
    await spool.#load();
    return spool;
  }

  get stream(): string {
    return this.#state.stream;
  }
  /** Where the source goes on: after everything in the spool. */
  get checkpoint(): Checkpoint | null {
    return this.#state.checkpoint;
  }
  /** Where a source other than the flow-log file goes on. */
  checkpointOf(source: string): Checkpoint | null {
    return this.#state.others?.[source] ?? null;
  }
  /** Records dropped since the stream began. */
  get dropped(): number {
    return this.#state.dropped;
  }
  get bytes(): number {
    return this.#bytes;
  }
  /** Records that wait to be sent or acknowledged. */
  get pendingRecords(): number {
    return this.#pendingRecords;
  }
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** True when a batch can be added without dropping one that is not done with. */
  hasRoomFor({ lines }: Piece): boolean {
    let bytes = FRAME_EXTRA_BYTES;
    for (const line of lines) bytes += Buffer.byteLength(line) + LINE_EXTRA_BYTES;
    return this.isEmpty || this.#bytes + bytes <= this.#options.maxBytes;
  }

  /** Adds a batch; resolves with its number when the disk has it. Makes room by dropping the oldest. */
  append(piece: Piece): Promise<number> {
    return this.#alone(async () => {
      const sequence = this.#state.last + 1;
      const { lines, numbers, checkpoint } = piece;
      const bytes = encodeFrame({ sequence, numbers, checkpoint, text: lines.join('\n') });
      while (this.#bytes + bytes.length > this.#options.maxBytes && this.#segments.length > 0)
        await this.#dropOldest();
      const { segment, handle } = await this.#segmentFor(sequence);
      await handle.write(bytes, 0, bytes.length, segment.bytes);
      await handle.datasync();
      this.#add(
        { sequence, records: lines.length, checkpoint, offset: segment.bytes, length: bytes.length },
        segment,
      );
      segment.bytes += bytes.length;
      this.#bytes += bytes.length;
      return sequence;
    });
  }

  /** The number of the first batch after `sequence` that is not done with; null when there is none. */
  after(sequence: number): number | null {
    const [first] = this.#entries.keys();
    if (first === undefined) return null;
    for (let at = Math.max(first, sequence + 1); at <= this.#state.last; at++) {
      if (this.#entries.get(at)?.acked === false) return at;
    }
    return null;
  }

  /** A batch; null when it was dropped meanwhile. */
  async read(sequence: number): Promise<SpooledBatch | null> {
    const entry = this.#entries.get(sequence);
    const handle = entry === undefined ? null : await open(entry.segment.path, 'r').catch(ignoreMissing);
    if (entry === undefined || handle === null) return null;
    try {
      const { buffer } = await handle.read(Buffer.allocUnsafe(entry.length), 0, entry.length, entry.offset);
      return decodeFrame(buffer);
    } finally {
      await handle.close();
    }
  }

  /** Done with one batch. */
  acknowledge(sequence: number): Promise<void> {
    return this.#alone(async () => {
      const entry = this.#entries.get(sequence);
      if (entry !== undefined) entry.acked = true;
      await this.#letGo();
    });
  }

  /** Done with every batch up to this one; new ones get greater numbers. */
  acknowledgeThrough(sequence: number): Promise<void> {
    return this.#alone(async () => {
      for (const entry of this.#entries.values()) {
        if (entry.sequence > sequence) break;
        entry.acked = true;
      }
      if (sequence > this.#state.last) this.#state = { ...this.#state, last: sequence };
      await this.#letGo();
    });
  }

  /** Counts a batch as dropped: one that the server will never take. */
  giveUp(sequence: number): Promise<void> {
    const records = this.#entries.get(sequence)?.records ?? 0;
    this.#state = { ...this.#state, dropped: this.#state.dropped + records };
    return this.acknowledge(sequence);
  }

  async close(): Promise<void> {
    await this.#alone(async () => {
      await this.#save();
      await this.#current?.handle.close();
      this.#current = null;
    });
    await this.#unlock();
  }

  async #load(): Promise<void> {
    const names = (await readdir(this.#options.folder)).filter((name) => SEGMENT_NAME.test(name)).sort();
    for (const name of names) {
      const path = join(this.#options.folder, name);
      const { frames, bytes, damaged } = await readSegment(path);
      if (damaged) this.#options.onLoss('damaged', 0);
      const segment = { path, bytes, live: 0 };
      for (const frame of frames) if (frame.sequence > this.#state.passed) this.#add(frame, segment);
      if (segment.live === 0) {
        await rm(path, { force: true });
      } else {
        this.#segments.push(segment);
        this.#bytes += bytes;
      }
    }
  }

  #add(frame: Frame, segment: Segment): void {
    this.#entries.set(frame.sequence, { ...frame, segment, acked: false });
    segment.live++;
    this.#pendingRecords += frame.records;
    const { checkpoint } = frame;
    const source = checkpoint?.source;
    this.#state = {
      ...this.#state,
      last: Math.max(this.#state.last, frame.sequence),
      ...(checkpoint === null
        ? {}
        : source === undefined
          ? { checkpoint }
          : { others: { ...this.#state.others, [source]: checkpoint } }),
    };
  }

  async #segmentFor(sequence: number): Promise<{ readonly segment: Segment; readonly handle: FileHandle }> {
    if (this.#current !== null && this.#current.segment.bytes < this.#segmentBytes) return this.#current;
    await this.#retire();
    const path = join(this.#options.folder, `${String(sequence).padStart(16, '0')}.seg`);
    const segment = { path, bytes: 0, live: 0 };
    this.#current = { segment, handle: await open(path, 'w') };
    this.#segments.push(segment);
    return this.#current;
  }

  /** Stops writing to the current segment. */
  async #retire(): Promise<void> {
    await this.#current?.handle.close();
    this.#current = null;
    await this.#letGo();
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#segments;
    if (oldest === undefined) return;
    if (this.#current?.segment === oldest) {
      await this.#current.handle.close();
      this.#current = null;
    }
    let records = 0;
    for (const entry of this.#entries.values()) {
      if (entry.segment !== oldest) break;
      if (!entry.acked) records += entry.records;
      entry.acked = true;
    }
    this.#state = { ...this.#state, dropped: this.#state.dropped + records };
    if (records > 0) this.#options.onLoss('full', records);
    await this.#letGo();
  }

  /** Forgets what is done with from the front, and removes segments that hold nothing else. */
  async #letGo(): Promise<void> {
    let { passed } = this.#state;
    for (const entry of this.#entries.values()) {
      if (!entry.acked) break;
      this.#entries.delete(entry.sequence);
      entry.segment.live--;
      this.#pendingRecords -= entry.records;
      passed = entry.sequence;
    }
    this.#state = { ...this.#state, passed };
    const done = this.#segments.filter((segment) => segment.live === 0 && segment !== this.#current?.segment);
    if (done.length === 0 && this.#entries.size > 0) return;
    // The state goes first: a segment without it would be sent again, a state without the segment loses nothing.
    await this.#save();
    for (const segment of done) {
      this.#bytes -= segment.bytes;
      await rm(segment.path, { force: true });
    }
    this.#segments = this.#segments.filter((segment) => !done.includes(segment));
  }

  #save(): Promise<void> {
    return writeState(this.#options.folder, this.#state);
  }

  /** Runs one change of the spool after another. */
  #alone<T>(change: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(change);
    this.#tail = run.catch(() => {});
    return run;
  }
}
