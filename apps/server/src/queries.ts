import type { QueryControl } from '@vibrissa/store';
import { RequestError } from './errors.js';

/** How many questions about the past are answered at once; each may read a whole file. */
const AT_ONCE = 3;

/** How many more may wait for their turn. */
const WAITING = 60;

/** What a caller that finds no room is told to wait, s. */
const RETRY_AFTER_S = 5;

const STOPPING = new RequestError('stopping', 503, 'the server stops; ask again once it has started');

/** How the caller follows one query. */
export interface Asking {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly progress?: (done: number) => void;
  /** Whether it reads beyond what is in memory, and so takes its turn. */
  readonly past: boolean;
}

/**
 * Bounds what questions cost: each has a time limit, ends when its caller has gone, and those about the past are
 * answered a few at a time, in the order they came.
 */
export class Queries {
  readonly mostMs: number;
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting = new Set<() => void>();
  readonly #endings = new Set<AbortController>();
  #running = 0;
  #isClosed = false;

  constructor(options: { readonly mostMs: number; readonly atOnce?: number; readonly waiting?: number }) {
    this.mostMs = options.mostMs;
    this.#atOnce = options.atOnce ?? AT_ONCE;
    this.#mostWaiting = options.waiting ?? WAITING;
  }

  /** Questions about the past that are being answered. */
  get running(): number {
    return this.#running;
  }

  /** Questions about the past that wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Answers one question. Rejects with RequestError `query-too-long` past the time limit and `too-busy` where too
   * many wait already, with the signal's reason when it is aborted, and with what `work` rejects with.
   * A turn is over only when `work` has ended, however early its caller was told.
   */
  async run<T>(work: (control: QueryControl) => Promise<T>, asking: Asking): Promise<T> {
    const { signal, progress, past } = asking;
    signal.throwIfAborted();
    if (past) await this.#enter(signal);
    const limit = this.#limited(signal);
    const working = ended(work, { signal: limit.signal, ...(progress === undefined ? {} : { progress }) });
    void working
      .finally(() => {
        limit.done();
        if (past) this.#leave();
      })
      .catch(() => {});
    return until(working, limit.signal);
  }

  /**
   * The same for what is read piece by piece: the time limit is that of each piece, however long the reader takes
   * between two of them. Whoever stops reading early ends the work.
   */
  async *stream<T>(
    work: (control: QueryControl) => AsyncIterable<T>,
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    signal.throwIfAborted();
    await this.#enter(signal);
    const ending = this.#ending();
    const pass = () => ending.abort(signal.reason);
    signal.addEventListener('abort', pass);
    const pieces = work({ signal: ending.signal })[Symbol.asyncIterator]();
    try {
      for (;;) {
        const piece = await this.#inTime(pieces.next(), ending);
        if (piece.done === true) return;
        yield piece.value;
      }
    } finally {
      signal.removeEventListener('abort', pass);
      this.#endings.delete(ending);
      ending.abort(new RequestError('ended', 499, 'nobody reads on'));
      void Promise.resolve(pieces.return?.())
        .catch(() => {})
        .finally(() => this.#leave());
    }
  }

  /** Ends all that is under way, and whatever is asked later. */
  close(): void {
    this.#isClosed = true;
    for (const ending of this.#endings) ending.abort(STOPPING);
  }

  #ending(): AbortController {
    const ending = new AbortController();
    if (this.#isClosed) ending.abort(STOPPING);
    this.#endings.add(ending);
    return ending;
  }

  async #inTime<T>(piece: Promise<T>, ending: AbortController): Promise<T> {
    const timer = setTimeout(() => ending.abort(tooLong(this.mostMs)), this.mostMs);
    try {
      return await until(piece, ending.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A signal that is aborted with the given one, or past the time limit; `done` once it is not needed. */
  #limited(signal: AbortSignal): { readonly signal: AbortSignal; done(): void } {
    const ending = this.#ending();
    const pass = () => ending.abort(signal.reason);
    if (signal.aborted) pass();
    signal.addEventListener('abort', pass);
    const timer = setTimeout(() => ending.abort(tooLong(this.mostMs)), this.mostMs);
    return {
      signal: ending.signal,
      done: () => {
        this.#endings.delete(ending);
        clearTimeout(timer);
        signal.removeEventListener('abort', pass);
      },
    };
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running++;
      return;
    }
    if (this.#waiting.size >= this.#mostWaiting) throw tooBusy(this.#running, this.#waiting.size);
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.delete(turn);
        reject(signal.reason);
      };
      this.#waiting.add(turn);
      signal.addEventListener('abort', stop, { once: true });
    });
  }

  /** Hands the turn to who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

/** An error that `work` throws at once is a rejection too. */
async function ended<T>(work: (control: QueryControl) => Promise<T>, control: QueryControl): Promise<T> {
  return work(control);
}

/** What the promise gives, unless the signal is aborted first. */
function until<T>(working: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    working.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function tooLong(mostMs: number): RequestError {
  return new RequestError(
    'query-too-long',
    504,
    `the query took longer than ${mostMs / 1000} s and was ended: narrow the window or the filter, ` +
      'or raise VIBRISSA_QUERY_MS on the server',
  );
}

function tooBusy(running: number, waiting: number): RequestError {
  return new RequestError(
    'too-busy',
    503,
    `${running} questions about the past are being answered and ${waiting} wait: ask again in a few seconds`,
    RETRY_AFTER_S,
  );
}
