import type { Millis } from '@vibrissa/model';
import type { HandOverPart, HistoryStatus } from '../flow-history.js';
import type { QueryControl } from '../flow-store.js';
import {
  type CallMethod,
  type CallOf,
  errorOf,
  type Reply,
  type Request,
  type StreamMethod,
} from './history-messages.js';
import type { LoadedColumns } from './loaded-columns.js';
import { Outbox } from './outbox.js';
import type { RecordPack } from './record-pack.js';

type Answer = { readonly done: false; readonly value: unknown } | { readonly done: true };

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly progress: ((done: number) => void) | undefined;
}

/** Questions to a worker and who waits for the answers. */
export class WorkerCalls {
  readonly #outbox: Outbox;
  readonly #onStatus: (status: HistoryStatus) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | null = null;

  constructor(post: (request: Request) => void, onStatus: (status: HistoryStatus) => void) {
    this.#outbox = new Outbox(post);
    this.#onStatus = onStatus;
  }

  /** Hands a part over, or the tail. */
  sendPart(type: 'put' | 'tail', part: HandOverPart | null): void {
    this.#outbox.sendPart(type, part);
  }

  /** Asks and waits; an abort rejects at once and tells the worker. */
  async call(call: CallOf<CallMethod>, control: QueryControl = {}): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = await this.#ask({ type: 'call', id, call, ...followed(control) }, control);
    return answer.done ? undefined : answer.value;
  }

  /** Asks for pieces, one ahead of the reader; who leaves early or aborts ends it. */
  async *stream(
    call: CallOf<StreamMethod>,
    control: QueryControl = {},
  ): AsyncGenerator<LoadedColumns | RecordPack, void, undefined> {
    control.signal?.throwIfAborted();
    const id = ++this.#lastId;
    this.#outbox.send({ type: 'stream', id, call, ...followed(control) });
    let ended = false;
    const next = () => {
      const answer = this.#ask({ type: 'next', id }, control);
      // It is awaited once the reader asks for it, and told there when it fails.
      answer.catch(() => undefined);
      return answer;
    };
    try {
      for (let coming = next(); ; ) {
        const answer = await coming;
        if (answer.done) {
          ended = true;
          return;
        }
        coming = next();
        // The worker sends nothing else for a stream.
        yield answer.value as LoadedColumns | RecordPack;
      }
    } finally {
      if (!ended) {
        this.#waiting.delete(id);
        this.#outbox.send({ type: 'abort', id });
      }
    }
  }

  /** Takes an answer of the worker. */
  take(reply: Exclude<Reply, { type: 'known' }>): void {
    if (reply.type === 'status') {
      this.#onStatus(reply.status);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    if (reply.type === 'progress') {
      waiting.progress?.(reply.done);
      return;
    }
    this.#waiting.delete(reply.id);
    if (reply.type === 'error') waiting.reject(errorOf(reply.error));
    else if (reply.type === 'end') waiting.resolve({ done: true });
    else waiting.resolve({ done: false, value: reply.type === 'piece' ? reply.piece : reply.value });
  }

  /** Nobody answers any more: whoever waits or asks later gets this error. */
  end(error: Error): void {
    this.#ended = error;
    this.#outbox.close();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #ask(request: Request & { readonly id: number }, { signal, progress }: QueryControl): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended);
      if (signal?.aborted === true) return reject(signal.reason);
      const abort = () => {
        this.#waiting.delete(request.id);
        this.#outbox.send({ type: 'abort', id: request.id });
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          signal?.removeEventListener('abort', abort);
          settle(value);
        };
      };
      this.#waiting.set(request.id, { resolve: settled(resolve), reject: settled(reject), progress });
      this.#outbox.send(request);
    });
  }
}

/** What of the control is told to the worker. */
function followed({ progress, now }: QueryControl): { progress: boolean; now: Millis | null } {
  return { progress: progress !== undefined, now: now ?? null };
}
