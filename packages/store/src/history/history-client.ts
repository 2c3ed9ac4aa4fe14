import type { Worker } from 'node:worker_threads';
import type { FlowRecord } from '@vibrissa/model';
import type {
  FlowHistory,
  HandOverMark,
  HandOverPart,
  HistoryStatus,
  KnownListener,
  LoadedPart,
} from '../flow-history.js';
import type {
  CompareAnswer,
  CompareQuery,
  FieldValue,
  FlowsPage,
  FlowsQuery,
  HintsQuery,
  QueryControl,
  RecordsQuery,
  ReduceQuery,
  Reduction,
  SeenAnswer,
  SeenQuery,
  SeriesBucket,
  SeriesQuery,
  TopAnswer,
  TopQuery,
} from '../flow-store.js';
import { HistoryError } from './history-error.js';
import type { Reply, Request } from './history-messages.js';
import type { HistoryOptions } from './history-options.js';
import { type LoadedColumns, loadedPart } from './loaded-columns.js';
import { type RecordPack, unpackRecords } from './record-pack.js';
import { startWorker } from './start-worker.js';
import { WorkerCalls } from './worker-calls.js';

/**
 * Opens the history in a thread of its own. Never rejects: what is wrong is in the status, and then queries reject
 * with a HistoryError and the server goes on without a past.
 */
export function openHistory(options: Omit<HistoryOptions, 'clock'>): FlowHistory {
  return new HistoryClient(options);
}

const NOTHING_YET: HistoryStatus = {
  state: 'opening',
  troubles: [],
  bytes: 0,
  freeBytes: 0,
  oldest: null,
  written: 0,
  dropped: 0,
  waitingBytes: 0,
  flushMs: 0,
};

/** How long the thread may take to end once all is written, ms. */
const END_MS = 5_000;

class HistoryClient implements FlowHistory {
  readonly #worker: Worker;
  readonly #calls: WorkerCalls;
  #status = NOTHING_YET;
  #dropped = 0;
  #onKnown: KnownListener | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: Omit<HistoryOptions, 'clock'>) {
    this.#worker = startWorker(options);
    this.#calls = new WorkerCalls(
      (request) => this.#worker.postMessage(request),
      (status) => {
        this.#status = status;
      },
    );
    this.#worker.on('message', (reply: Reply) => {
      if (reply.type === 'known') this.#onKnown?.(reply.known);
      else this.#calls.take(reply);
    });
    this.#worker.on('error', (error) => this.#died(error.message));
    this.#worker.on('exit', (code) => this.#died(`it ended with ${code}`));
  }

  put(part: HandOverPart): void {
    if (this.#over) this.#dropped += part.facts.length;
    else this.#calls.sendPart('put', part);
  }

  tail(part: HandOverPart | null): void {
    if (!this.#over) this.#calls.sendPart('tail', part);
  }

  onKnown(listener: KnownListener | null): void {
    this.#onKnown = listener;
  }

  async mark(): Promise<HandOverMark | null> {
    const mark = await this.#calls.call({ method: 'mark', query: undefined }).catch(() => null);
    // What the worker answers to this very question, here as in all calls below.
    return mark as HandOverMark | null;
  }

  flows(query: FlowsQuery, control?: QueryControl): Promise<FlowsPage> {
    return this.#calls.call({ method: 'flows', query }, control) as Promise<FlowsPage>;
  }

  hints(query: HintsQuery, control?: QueryControl): Promise<Map<string, FieldValue[]>> {
    return this.#calls.call({ method: 'hints', query }, control) as Promise<Map<string, FieldValue[]>>;
  }

  series(query: SeriesQuery, control?: QueryControl): Promise<SeriesBucket[]> {
    return this.#calls.call({ method: 'series', query }, control) as Promise<SeriesBucket[]>;
  }

  top(query: TopQuery, control?: QueryControl): Promise<TopAnswer> {
    return this.#calls.call({ method: 'top', query }, control) as Promise<TopAnswer>;
  }

  seen(query: SeenQuery, control?: QueryControl): Promise<SeenAnswer> {
    return this.#calls.call({ method: 'seen', query }, control) as Promise<SeenAnswer>;
  }

  compare(query: CompareQuery, control?: QueryControl): Promise<CompareAnswer> {
    return this.#calls.call({ method: 'compare', query }, control) as Promise<CompareAnswer>;
  }

  parquet(query: RecordsQuery, path: string, control?: QueryControl): Promise<number> {
    return this.#calls.call({ method: 'parquet', query, path }, control) as Promise<number>;
  }

  reduce<Result>(
    query: ReduceQuery,
    { module, options }: Reduction<Result>,
    control?: QueryControl,
  ): Promise<Result> {
    const reduction = { module: module.href, options };
    return this.#calls.call({ method: 'reduce', query, reduction }, control) as Promise<Result>;
  }

  async *records(query: RecordsQuery, control?: QueryControl): AsyncGenerator<readonly FlowRecord[]> {
    for await (const piece of this.#calls.stream({ method: 'records', query }, control))
      yield unpackRecords(piece as RecordPack);
  }

  async *load(fromBucket: number, signal?: AbortSignal): AsyncGenerator<LoadedPart> {
    const control = signal === undefined ? {} : { signal };
    for await (const piece of this.#calls.stream({ method: 'load', query: fromBucket }, control))
      yield loadedPart(piece as LoadedColumns);
  }

  async flushed(): Promise<void> {
    if (!this.#over) await this.#calls.call({ method: 'flushed', query: undefined }).catch(() => undefined);
  }

  async tidy(): Promise<void> {
    if (!this.#over) await this.#calls.call({ method: 'tidy', query: undefined }).catch(() => undefined);
  }

  status(): HistoryStatus {
    return this.#dropped === 0
      ? this.#status
      : { ...this.#status, dropped: this.#status.dropped + this.#dropped };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get #over(): boolean {
    return this.#closing !== null || this.#status.state === 'failed' || this.#status.state === 'closed';
  }

  async #close(): Promise<void> {
    await this.#calls.call({ method: 'close', query: undefined }).catch(() => undefined);
    this.#calls.end(closedError());
    this.#status = { ...this.#status, state: 'closed' };
    await this.#ended();
  }

  /**
   * The thread ends by itself: ended from outside while the database's own threads still let go of it, the whole
   * process may crash. Only one that hangs is ended so.
   */
  async #ended(): Promise<void> {
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    if (this.#worker.threadId < 0) return;
    this.#worker.postMessage({ type: 'end' } satisfies Request);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MS);
    });
    await Promise.race([exited, late]);
    clearTimeout(timer);
    await this.#worker.terminate();
  }

  #died(why: string): void {
    if (this.#closing !== null) {
      // Nobody answers any more, the call to close included.
      this.#calls.end(closedError());
      return;
    }
    if (this.#status.state === 'failed') return;
    const message = `the thread of the history ended (${why}); restart the server, which takes up what is in its journal`;
    this.#status = {
      ...this.#status,
      state: 'failed',
      troubles: [...this.#status.troubles, { code: 'history-died', message }],
      waitingBytes: 0,
    };
    this.#calls.end(new HistoryError('history-unavailable', message));
  }
}

function closedError(): HistoryError {
  return new HistoryError(
    'history-unavailable',
    'the history is closed; ask again once the server has started',
  );
}
