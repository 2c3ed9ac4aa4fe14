import type { QueryControl } from '../flow-store.js';
import type { HistoryEngine } from './history-engine.js';
import {
  type CallMethod,
  type CallOf,
  type Reply,
  type Request,
  type StreamMethod,
  tellError,
} from './history-messages.js';
import { loadReducer } from './load-reducer.js';
import { buffersOf, type LoadedColumns } from './loaded-columns.js';
import { packBuffers, packRecords, type RecordPack } from './record-pack.js';
import { fromWire } from './wire-part.js';

/** How often the status is told where it has changed, ms. */
const STATUS_MS = 250;

/** What a host is talked to by: one end of a channel. */
export interface HostPort {
  close(): void;
  postMessage(reply: Reply, transfer?: readonly ArrayBuffer[]): void;
}

interface Piece {
  readonly piece: LoadedColumns | RecordPack;
  readonly buffers: ArrayBuffer[];
}

/** The worker's side: does with an engine what messages ask for. */
export class HistoryHost {
  readonly #engine: HistoryEngine;
  readonly #port: HostPort;
  readonly #controls = new Map<number, AbortController>();
  readonly #streams = new Map<number, AsyncIterator<Piece>>();
  readonly #timer: NodeJS.Timeout;
  #told = '';

  constructor(engine: HistoryEngine, port: HostPort) {
    this.#engine = engine;
    this.#port = port;
    engine.onKnown((known) => port.postMessage({ type: 'known', known }));
    this.#timer = setInterval(() => this.#tellStatus(), STATUS_MS);
  }

  /** Takes a message of the client; answers by the port. */
  take(request: Request): void {
    if (request.type === 'put') this.#engine.put(fromWire(request.part));
    else if (request.type === 'tail')
      this.#engine.tail(request.part === null ? null : fromWire(request.part));
    else if (request.type === 'end') this.#port.close();
    else if (request.type === 'abort') this.#abort(request.id);
    else if (request.type === 'next') void this.#next(request.id);
    else if (request.type === 'stream')
      this.#streams.set(request.id, this.#open(request.call, this.#control(request)));
    else void this.#call(request);
  }

  async #call(request: Extract<Request, { type: 'call' }>): Promise<void> {
    const { id, call } = request;
    try {
      const value = await this.#run(call, this.#control(request));
      this.#tellStatus();
      this.#port.postMessage({ type: 'result', id, value });
    } catch (error) {
      this.#port.postMessage({ type: 'error', id, error: tellError(error) });
    } finally {
      this.#controls.delete(id);
    }
  }

  #run(call: CallOf<CallMethod>, control: QueryControl): Promise<unknown> {
    const engine = this.#engine;
    switch (call.method) {
      case 'flows':
        return engine.flows(call.query, control);
      case 'hints':
        return engine.hints(call.query, control);
      case 'series':
        return engine.series(call.query, control);
      case 'top':
        return engine.top(call.query, control);
      case 'seen':
        return engine.seen(call.query, control);
      case 'compare':
        return engine.compare(call.query, control);
      case 'parquet':
        return engine.parquet(call.query, call.path ?? '', control);
      case 'reduce':
        return this.#reduce(call, control);
      case 'mark':
        return engine.mark();
      case 'flushed':
        return engine.flushed();
      case 'tidy':
        return engine.tidy();
      case 'close':
        clearInterval(this.#timer);
        return engine.close();
    }
  }

  async #reduce(call: CallOf<CallMethod>, control: QueryControl): Promise<unknown> {
    if (call.method !== 'reduce' || call.reduction === undefined)
      throw new Error('a reduction was asked for without its module');
    const { module, options } = call.reduction;
    const reducer = await loadReducer(module, options);
    return this.#engine.reduce(
      call.query,
      { begin: () => reducer, module: new URL(module), options },
      control,
    );
  }

  async *#open(call: CallOf<StreamMethod>, control: QueryControl): AsyncGenerator<Piece> {
    if (call.method === 'load') {
      for await (const piece of this.#engine.loadColumns(call.query, control.signal))
        yield { piece, buffers: buffersOf(piece) };
    } else {
      for await (const records of this.#engine.records(call.query, control)) {
        const piece = packRecords(records);
        yield { piece, buffers: packBuffers(piece) };
      }
    }
  }

  async #next(id: number): Promise<void> {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    try {
      const { done, value } = await stream.next();
      if (done !== true)
        return this.#port.postMessage({ type: 'piece', id, piece: value.piece }, value.buffers);
      this.#port.postMessage({ type: 'end', id });
    } catch (error) {
      this.#port.postMessage({ type: 'error', id, error: tellError(error) });
    }
    this.#forget(id);
  }

  #abort(id: number): void {
    this.#controls.get(id)?.abort();
    const stream = this.#streams.get(id);
    this.#forget(id);
    // It ends by the signal; whatever it says of that, nobody waits for it any more.
    void stream?.return?.().catch(() => undefined);
  }

  #forget(id: number): void {
    this.#streams.delete(id);
    this.#controls.delete(id);
  }

  #control({ id, progress, now }: Extract<Request, { type: 'call' | 'stream' }>): QueryControl {
    const controller = new AbortController();
    this.#controls.set(id, controller);
    const { signal } = controller;
    return {
      signal,
      ...(now === null ? {} : { now }),
      ...(progress ? { progress: (done) => this.#port.postMessage({ type: 'progress', id, done }) } : {}),
    };
  }

  #tellStatus(): void {
    const status = this.#engine.status();
    const text = JSON.stringify(status);
    if (text === this.#told) return;
    this.#told = text;
    this.#port.postMessage({ type: 'status', status });
  }
}
