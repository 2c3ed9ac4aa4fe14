import type { Clock, FlowRecord, Millis } from '@vibrissa/model';
import { millis } from '@vibrissa/model';
import type { FlowHistory, HandOverMark, HandOverPart, LoadedFlow } from './flow-history.js';
import {
  BadCursorError,
  type CompareAnswer,
  type CompareQuery,
  type FieldValue,
  type FlowStore,
  type FlowsPage,
  type FlowsQuery,
  type HintsQuery,
  HistoryUnavailableError,
  type ParquetWriter,
  type Placement,
  type QueryControl,
  type RecordsQuery,
  type ReduceQuery,
  type Reduction,
  type SeenAnswer,
  type SeenQuery,
  type SeriesBucket,
  type SeriesQuery,
  type TopAnswer,
  type TopQuery,
  type Window,
} from './flow-store.js';
import type { HotStore } from './hot-store.js';
import { Lock } from './lock.js';

/** A bucket is handed over once a whole one lies between it and the one being filled, for most late records. */
const CLOSED_AFTER = 2;

/** Rows that came late are handed over before a bucket is due when there are so many, 80 bytes each. */
const MANY_LATE_ROWS = 20_000;

/**
 * So many empty hand-overs follow the last with something: their marks say that nothing came late either, and the
 * journal, which keeps what may belong to newer buckets, can let go.
 */
const EMPTY_MARKS = 4;

/** How old what the history is shown of the ring may be at most, ms. */
const TAIL_MS = 1_000;

/** And how many times as old as showing it took: where that is quick, what was just taken in is seen at once. */
const TAIL_SHARE = 20;

/** Flows taken back from the history before the clock is looked at. */
const STEP = 64;

/** Before a cursor: which of the two handed it out, as the lines of each have ids of their own. */
const OF_RING = 'r';
const OF_HISTORY = 'h';

export interface TieredOptions {
  readonly hot: HotStore;
  readonly clock: Clock;
  /** How long the history keeps flows, ms. */
  readonly retentionMs: number;
  /** How old what the history is shown of the ring may be, ms. */
  readonly tailMs?: number;
  /**
   * Whether the ring answers windows that it holds whole, which is quick and the usual way. Where it does not, the
   * history answers whatever it can, and so tells of every flow since when it has been known.
   */
  readonly ringAnswers?: boolean;
}

/** How far filling the ring has come: flows taken back so far. */
export type RestoreProgress = (flows: number) => void;

/**
 * The ring and the history as one store. Windows that the ring holds whole are answered by the ring, all others by
 * the history alone, which is shown what the ring has not handed over: nothing is merged, so nothing is missing or
 * double where they meet. Without a history, or while it cannot be read, the ring answers what it has. Evidence is of what
 * the one that answers holds; `firstSeen` too, until the history has told the ring since when it knows the flow.
 */
export class TieredStore implements FlowStore, ParquetWriter {
  readonly #hot: HotStore;
  readonly #clock: Clock;
  readonly #retentionMs: number;
  readonly #tailMs: number;
  readonly #ringAnswers: boolean;
  readonly #lock = new Lock();
  #history: FlowHistory | null = null;
  #isRestoring = false;
  /** Hand-overs without anything in them since the last that had something. */
  #emptyMarks = EMPTY_MARKS;
  /** Records taken when the history was last shown the ring, and until when that will do; null when it has to be again. */
  #shown: { readonly taken: number; readonly until: number } | null = null;

  constructor(options: TieredOptions) {
    this.#hot = options.hot;
    this.#clock = options.clock;
    this.#retentionMs = options.retentionMs;
    this.#tailMs = options.tailMs ?? TAIL_MS;
    this.#ringAnswers = options.ringAnswers ?? true;
  }

  /**
   * From now on hands over to this history, or to none. A history that has something already is to be restored from
   * before anything is handed over to it. What the ring holds goes to the new one.
   */
  useHistory(history: FlowHistory | null): void {
    this.#history?.onKnown(null);
    this.#history = history;
    this.#isRestoring = false;
    this.#shown = null;
    const { ring } = this.#hot;
    history?.onKnown((known) => {
      for (const key of known) ring.seenBefore(key);
    });
    ring.handOver(history !== null);
  }

  get history(): FlowHistory | null {
    return this.#history;
  }

  /** Oldest moment a record may begin at to be taken in: the history's, while there is one that takes it. */
  get oldestHeld(): Millis {
    const { ring } = this.#hot;
    if (!this.#takesOlder()) return ring.oldestHeld;
    const bucket = ring.bucketOf(millis(this.#clock.now() - this.#retentionMs));
    return millis(Math.min(ring.oldestHeld, bucket * ring.bucketMs));
  }

  /** Rows that came late and could not be kept until they were handed over. */
  get dropped(): number {
    return this.#hot.ring.unhanded?.dropped ?? 0;
  }

  append(records: readonly FlowRecord[]): Placement[] | Promise<Placement[]> {
    return records.map((record) => this.take(record));
  }

  /** Takes in a record; one that is older than the ring waits for the next hand-over, and is seen all the same. */
  take(record: FlowRecord): Placement {
    return this.#older(record, this.#hot.ring.append(record));
  }

  /**
   * The same for a record read back from the journal that entered before the mark's segment, of a bucket after the
   * mark's: it is to be stored, but evidence that the history has of it already is not counted again.
   */
  replay(record: FlowRecord): Placement {
    return this.#older(record, this.#hot.ring.replay(record));
  }

  #older(record: FlowRecord, placement: Placement): Placement {
    if (placement !== 'too-old' || record.start < this.oldestHeld || !this.#takesOlder()) return placement;
    const { ring } = this.#hot;
    return ring.unhanded?.addOlder(record, ring.bucketOf(record.start)) === true ? 'late' : placement;
  }

  /**
   * To be called about once a second: hands over what is due, and resolves when that is posted: true when there was
   * something. `cut` is called in the same synchronous step in which it is fixed what goes; it returns the journal
   * segment that whatever comes from then on enters.
   */
  handOver(cut: () => number): Promise<boolean> {
    if (!this.#isDue()) return Promise.resolve(false);
    return this.#lock.run(async () => {
      const history = this.#history;
      const { unhanded, head } = this.#hot.ring;
      if (history === null || unhanded === null || !this.#isDue()) return false;
      const bucket = Math.max(unhanded.through, head - CLOSED_AFTER);
      const isEmpty = unhanded.waitingRows === 0 && !unhanded.hasUpTo(bucket);
      this.#emptyMarks = isEmpty ? this.#emptyMarks + 1 : 0;
      const handOver = unhanded.begin(cut(), bucket, (part) => {
        if (this.#history === history) history.put(part);
      });
      await this.#hot.turns.run(handOver.steps());
      this.#shown = null;
      return !isEmpty;
    });
  }

  #isDue(): boolean {
    const { unhanded, head } = this.#hot.ring;
    if (unhanded === null || this.#isRestoring || !this.#isOpen()) return false;
    if (unhanded.waitingRows >= MANY_LATE_ROWS) return true;
    const bucket = head - CLOSED_AFTER;
    return bucket > unhanded.through && (this.#emptyMarks < EMPTY_MARKS || unhanded.hasUpTo(bucket));
  }

  /**
   * Fills the ring with what the history has of its time, and resolves with the newest durable mark: what the journal
   * has beyond it is to be read back after. Until it is done the history answers all queries.
   */
  async restore(signal?: AbortSignal, progress?: RestoreProgress): Promise<HandOverMark | null> {
    const history = this.#history;
    if (history === null) return null;
    this.#isRestoring = true;
    const mark = await history.mark();
    const { ring, turns } = this.#hot;
    if (mark !== null && this.#history === history) {
      ring.advance();
      ring.unhanded?.beginAfter(mark.bucket);
      let flows = 0;
      for await (const part of history.load(ring.oldestBucket, signal)) {
        signal?.throwIfAborted();
        if (this.#history !== history) return mark;
        await turns.runUrgent(restoring(part.flows, (flow) => ring.restore(flow)));
        flows += part.flows.length;
        progress?.(flows);
      }
    }
    if (this.#history === history) this.#isRestoring = false;
    return mark;
  }

  async flows(query: FlowsQuery, control?: QueryControl): Promise<FlowsPage> {
    const { cursor } = query;
    const asked = this.#asked(control);
    if (cursor === undefined) {
      return this.#holds(query)
        ? tagged(await this.#hot.flows(query, asked), OF_RING)
        : tagged(await (await this.#ready(control)).flows(query, asked), OF_HISTORY);
    }
    const inner = { ...query, cursor: cursor.slice(1) };
    if (cursor.startsWith(OF_RING)) return tagged(await this.#hot.flows(inner, asked), OF_RING);
    if (!cursor.startsWith(OF_HISTORY)) throw new BadCursorError();
    return tagged(await (await this.#ready(control)).flows(inner, asked), OF_HISTORY);
  }

  async hints(query: HintsQuery, control?: QueryControl): Promise<Map<string, FieldValue[]>> {
    const asked = this.#asked(control);
    return (await this.#answering(control, query)).hints(query, asked);
  }

  async series(query: SeriesQuery, control?: QueryControl): Promise<SeriesBucket[]> {
    const asked = this.#asked(control);
    return (await this.#answering(control, query)).series(query, asked);
  }

  async top(query: TopQuery, control?: QueryControl): Promise<TopAnswer> {
    const asked = this.#asked(control);
    return (await this.#answering(control, query)).top(query, asked);
  }

  /** The history is asked wherever there is one, because it knows more of the past than any window. */
  async seen(query: SeenQuery, control?: QueryControl): Promise<SeenAnswer> {
    const asked = this.#asked(control);
    const from = this.#isOpen() ? millis(Number.NEGATIVE_INFINITY) : query.from;
    return (await this.#answering(control, { from, to: query.to })).seen(query, asked);
  }

  async compare(query: CompareQuery, control?: QueryControl): Promise<CompareAnswer> {
    const asked = this.#asked(control);
    return (await this.#answering(control, query, query.base)).compare(query, asked);
  }

  async reduce<Result>(
    query: ReduceQuery,
    reduction: Reduction<Result>,
    control?: QueryControl,
  ): Promise<Result> {
    const asked = this.#asked(control);
    return (await this.#answering(control, query)).reduce(query, reduction, asked);
  }

  async *records(query: RecordsQuery, control?: QueryControl): AsyncGenerator<readonly FlowRecord[]> {
    const asked = this.#asked(control);
    yield* (await this.#answering(control, query)).records(query, asked);
  }

  async parquet(query: RecordsQuery, path: string, control?: QueryControl): Promise<number> {
    const asked = this.#asked(control);
    return (await this.#ready(control)).parquet(query, path, asked);
  }

  /** Lets go of the ring; whoever opened the history closes it. */
  async close(): Promise<void> {
    this.useHistory(null);
    await this.#hot.close();
  }

  /** With the moment at which it is asked, so that both take the same flows for the newest, whenever they come to it. */
  #asked(control: QueryControl | undefined): QueryControl {
    return { ...control, now: this.#clock.now() };
  }

  /** The one that answers queries of these windows; the history is shown the ring before. */
  async #answering(
    control: QueryControl | undefined,
    ...windows: readonly Window[]
  ): Promise<Omit<FlowStore, 'append' | 'oldestHeld' | 'close'>> {
    return windows.every((window) => this.#holds(window)) ? this.#hot : this.#ready(control);
  }

  /** Whether the ring is to answer: it has the whole window, or nobody else can. */
  #holds({ from }: Pick<Window, 'from'>): boolean {
    if (!this.#isOpen()) return true;
    return this.#ringAnswers && !this.#isRestoring && from >= this.#hot.ring.oldestHeld;
  }

  #isOpen(): boolean {
    return this.#history?.status().state === 'open';
  }

  #takesOlder(): boolean {
    const state = this.#history?.status().state;
    return state === 'open' || state === 'opening';
  }

  /** The history, after it was shown what has not been handed over. */
  async #ready(control: QueryControl | undefined): Promise<FlowHistory> {
    await this.#lock.run(() => this.#show());
    control?.signal?.throwIfAborted();
    const history = this.#history;
    if (history === null || !this.#isOpen())
      throw new HistoryUnavailableError(
        'no history can be read at present; ask for the last hour, and see what the status says',
      );
    return history;
  }

  async #show(): Promise<void> {
    const history = this.#history;
    const { unhanded } = this.#hot.ring;
    if (history === null || unhanded === null) return;
    const { taken } = unhanded;
    const begun = performance.now();
    if (this.#shown !== null && (this.#shown.taken === taken || begun < this.#shown.until)) return;
    let tail: HandOverPart | null = null;
    await this.#hot.turns.run(
      unhanded.tail((part) => {
        tail = part;
      }),
    );
    if (this.#history !== history) return;
    history.tail(tail);
    const now = performance.now();
    this.#shown = { taken, until: now + Math.min(this.#tailMs, TAIL_SHARE * (now - begun)) };
  }
}

function tagged(page: FlowsPage, tag: string): FlowsPage {
  return page.next === null ? page : { ...page, next: `${tag}${page.next}` };
}

function* restoring(flows: readonly LoadedFlow[], take: (flow: LoadedFlow) => void): Generator<void> {
  for (const [at, flow] of flows.entries()) {
    if (at % STEP === STEP - 1) yield;
    take(flow);
  }
}
