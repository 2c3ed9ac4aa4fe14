import { millis } from '@vibrissa/model';
import type {
  HandOverMark,
  HandOverPart,
  HistoryStatus,
  KnownListener,
  LoadedPart,
} from '../flow-history.js';
import { Turns } from '../turns.js';
import { EvidenceCompaction } from './evidence-compaction.js';
import { fileTrouble } from './file-trouble.js';
import { FileWriter } from './file-writer.js';
import type { HistoryContext } from './history-context.js';
import { HistoryError } from './history-error.js';
import { HistoryFile } from './history-file.js';
import type { HistoryOptions } from './history-options.js';
import { LiveRows } from './live-rows.js';
import { loadFlows } from './load-flows.js';
import { loadKeys } from './load-keys.js';
import { type LoadedColumns, loadedPart } from './loaded-columns.js';
import { removeOrphans } from './orphans.js';
import { PartQueue } from './part-queue.js';
import { pieces } from './pieces.js';
import { Reclaim } from './reclaim.js';
import { Retention } from './retention.js';
import { readOldest } from './retention-limits.js';
import { WriteStatus } from './write-status.js';

/** The log is worked into the file once it has this many bytes: a start reads it back at some 50 MB a second. */
const CHECKPOINT_BYTES = 32 * 2 ** 20;

/** How long after a failure writing is tried again, ms. */
const RETRY_MS = 3_000;

/** What is there once the file is open. */
export interface OpenHistory {
  readonly context: HistoryContext;
  readonly live: LiveRows;
  readonly writer: FileWriter;
  readonly compaction: EvidenceCompaction;
  readonly retention: Retention;
  readonly reclaim: Reclaim;
}

/** The write side of the history: takes hand-overs in, writes them, and lets go of what is old. */
export class HistoryCore {
  readonly #options: HistoryOptions;
  readonly #state = new WriteStatus();
  readonly #queue: PartQueue;
  readonly #opened: Promise<OpenHistory | null>;
  #flushing: Promise<boolean> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;
  #onKnown: KnownListener | null = null;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#queue = new PartQueue((part, isTail) => this.#take(part, isTail));
    this.#opened = this.#open();
  }

  put(part: HandOverPart): void {
    if (this.#state.over) this.#state.drop(part.facts.length);
    else this.#queue.add(part, false);
  }

  tail(part: HandOverPart | null): void {
    if (!this.#state.over) this.#queue.add(part, true);
  }

  onKnown(listener: KnownListener | null): void {
    this.#onKnown = listener;
  }

  async mark(): Promise<HandOverMark | null> {
    const history = await this.#opened;
    return history === null || this.#state.over ? null : history.writer.alone(() => history.writer.mark());
  }

  async *load(fromBucket: number, signal?: AbortSignal): AsyncIterable<LoadedPart> {
    for await (const piece of this.loadColumns(fromBucket, signal)) yield loadedPart(piece);
  }

  /** The same as columns, for handing on to another thread. */
  async *loadColumns(fromBucket: number, signal?: AbortSignal): AsyncIterable<LoadedColumns> {
    const { context } = await this.ready();
    yield* pieces<LoadedColumns>(signal, (take, inner) =>
      loadFlows(context.file, context.keys, context.bucketMs, fromBucket, inner, take),
    );
  }

  async flushed(): Promise<void> {
    await this.#opened;
    await this.#queue.settled();
    await this.#flush();
  }

  async tidy(): Promise<void> {
    const history = await this.#opened;
    if (history === null || this.#state.over) return;
    const { context, compaction, retention, reclaim } = history;
    try {
      await compaction.run();
      this.#state.tell('history-export-failed', await retention.run());
      await reclaim.run();
      this.#state.oldestBucket = await readOldest(context.file);
      this.#state.clear('tidy');
    } catch (error) {
      this.#state.fail('tidy', fileTrouble(error, this.#options.path));
    }
    await this.#measure(history);
  }

  status(): HistoryStatus {
    const { bucketMs } = this.#options;
    return this.#state.status((bucket) => millis(bucket * bucketMs), this.#queue.bytes);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** What queries are answered from, with everything in it that was put before. Rejects when there is nothing. */
  async ready(): Promise<OpenHistory> {
    const history = await this.#opened;
    await this.#queue.settled();
    if (history === null || this.#state.over)
      throw new HistoryError(
        'history-unavailable',
        this.#state.failure?.message ?? 'the history is closed; ask again once the server has started',
      );
    return history;
  }

  async #open(): Promise<OpenHistory | null> {
    const { path, bucketMs, clock } = this.#options;
    let file: HistoryFile | null = null;
    try {
      file = await HistoryFile.open(this.#options);
      await removeOrphans(file.writer);
      const keys = await loadKeys(file.writer);
      const live = new LiveRows(file, keys, bucketMs, (known) => this.#onKnown?.(known));
      const writer = new FileWriter(file, keys, live, bucketMs);
      const context = { file, keys, turns: new Turns(), clock, bucketMs };
      const history = {
        context,
        live,
        writer,
        compaction: new EvidenceCompaction(file, keys, writer),
        retention: new Retention(file, writer, this.#options),
        reclaim: new Reclaim(file, writer),
      };
      this.#state.oldestBucket = await readOldest(file);
      await this.#measure(history);
      this.#state.open();
      return history;
    } catch (error) {
      await file?.close();
      this.#state.failOpening(fileTrouble(error, path));
      return null;
    }
  }

  async #take(part: HandOverPart | null, isTail: boolean): Promise<void> {
    const history = await this.#opened;
    if (history === null) {
      if (!isTail) this.#state.drop(part?.facts.length ?? 0);
      return;
    }
    try {
      if (isTail) await history.live.setTail(part);
      else if (part !== null) {
        this.#state.drop(await history.live.put(part));
        this.#state.sawBuckets(part.facts.bucket.subarray(0, part.facts.length));
      }
    } catch (error) {
      if (!isTail) this.#state.drop(part?.facts.length ?? 0);
      this.#state.fail('take', fileTrouble(error, null));
    }
    this.#state.waitingBytes = history.live.waitingBytes;
    if (part?.mark != null) void this.#flush();
  }

  /** Writes what is due; false when it could not. Never rejects. */
  #flush(): Promise<boolean> {
    this.#flushing ??= this.#writeDue().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  async #writeDue(): Promise<boolean> {
    const history = await this.#opened;
    if (history === null) return false;
    const { live, writer, context } = history;
    for (let due = live.due(); due !== null; due = live.due()) {
      const began = performance.now();
      try {
        if (!context.file.attached)
          await writer.alone(() => context.file.alone(() => context.file.reattach()));
        await writer.write(due);
      } catch (error) {
        await this.#failed(history, error);
        return false;
      }
      this.#state.wrote(due.facts, performance.now() - began);
      await this.#sumSpans(history, due.mark);
      await this.#measure(history);
    }
    await this.#checkpoint(history);
    return true;
  }

  async #sumSpans({ writer }: OpenHistory, mark: HandOverMark): Promise<void> {
    try {
      await writer.sumSpans(mark);
      this.#state.clear('spans');
    } catch (error) {
      this.#state.fail('spans', fileTrouble(error, this.#options.path));
    }
  }

  async #failed(history: OpenHistory, error: unknown): Promise<void> {
    const { live } = history;
    this.#state.fail('write', fileTrouble(error, this.#options.path));
    await this.#reattachAfter(error, history);
    this.#state.drop(await live.dropBeyond(this.#options.maxWaitingBytes).catch(() => 0));
    this.#state.waitingBytes = live.waitingBytes;
    if (this.#closing !== null || this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.#flush();
    }, RETRY_MS);
    this.#retry.unref();
  }

  async #checkpoint(history: OpenHistory): Promise<void> {
    const { file } = history.context;
    try {
      if ((await file.logBytes()) < CHECKPOINT_BYTES) return;
      await history.writer.alone(() => file.checkpoint());
      this.#state.clear('checkpoint');
    } catch (error) {
      this.#state.fail('checkpoint', fileTrouble(error, this.#options.path));
      await this.#reattachAfter(error, history);
    }
  }

  /** A checkpoint that found no room leaves the file unusable until it is taken up anew. */
  async #reattachAfter(error: unknown, { writer, context }: OpenHistory): Promise<void> {
    if (context.file.path === null || !(error instanceof Error && /invalidated/.test(error.message))) return;
    await writer.alone(() => context.file.alone(() => context.file.reattach())).catch(() => undefined);
  }

  async #measure({ context, live }: OpenHistory): Promise<void> {
    this.#state.waitingBytes = live.waitingBytes;
    this.#state.size = await context.file.size().catch(() => this.#state.size);
  }

  async #close(): Promise<void> {
    const history = await this.#opened;
    await this.#queue.settled();
    await this.#flush();
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#state.close();
    if (history === null) return;
    const { context, writer } = history;
    await writer.alone(async () => {
      await context.file.checkpoint().catch(() => undefined);
      await context.file.alone(() => context.file.close());
    });
  }
}
