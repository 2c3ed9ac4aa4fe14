import { type Backoff, retryDelay } from '@vibrissa/protocol/node';
import { Alarm } from '../alarm.js';
import type { Logger } from '../logger.js';
import type { FlowSource, Piece } from './flow-source.js';

/** How a source is doing. */
export interface SourceState {
  readonly name: string;
  readonly state: 'running' | 'waiting' | 'ended';
  /** Why it waits, or waited last; null when it never did. */
  readonly reason: string | null;
  /** How often it had to begin again. */
  readonly restarts: number;
}

export interface MergeOptions {
  readonly sources: readonly FlowSource[];
  readonly backoff: Backoff;
  readonly random: () => number;
  readonly log: Logger;
  /** Told whenever a source's state changes. */
  readonly onState: (states: readonly SourceState[]) => void;
  /** A failure is final: a single run has nobody to wait for. */
  readonly once: boolean;
}

/**
 * Several sources as one. A source that fails is said to have and begun again, later and later, while the
 * others go on; it ends when all have. With `once` the first failure ends it.
 */
export function mergeSources(options: MergeOptions): FlowSource {
  const name = options.sources.map((source) => source.name).join(', ');
  return { name, pieces: (signal) => merge(options, signal) };
}

async function* merge(options: MergeOptions, signal: AbortSignal): AsyncGenerator<Piece> {
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const passage = new Passage();
  const states: SourceState[] = options.sources.map(({ name }) => ({
    name,
    state: 'running',
    reason: null,
    restarts: 0,
  }));
  const tell = (index: number, change: Partial<SourceState>) => {
    const before = states[index];
    if (before === undefined) return;
    states[index] = { ...before, ...change };
    options.onState([...states]);
  };
  options.onState([...states]);
  let failure: unknown = null;
  const pumps = options.sources.map((source, index) =>
    pump(options, source, passage, (change) => tell(index, change), inner).catch((error: unknown) => {
      failure ??= error;
      stop.abort();
    }),
  );
  const done = Promise.all(pumps).then(() => passage.close());
  try {
    for (let piece = await passage.take(); piece !== null; piece = await passage.take()) yield piece;
    if (failure !== null) throw failure;
  } finally {
    stop.abort();
    passage.close();
    await done;
  }
}

async function pump(
  { backoff, random, log, once }: MergeOptions,
  source: FlowSource,
  passage: Passage,
  tell: (change: Partial<SourceState>) => void,
  signal: AbortSignal,
): Promise<void> {
  const pause = new Alarm();
  signal.addEventListener('abort', pause.ring);
  let failures = 0;
  for (let restarts = 0; ; restarts++) {
    try {
      if (restarts > 0) tell({ state: 'running', restarts });
      for await (const piece of source.pieces(signal)) {
        failures = 0;
        await passage.put(piece);
        if (passage.isClosed) return;
      }
      tell({ state: 'ended' });
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (once) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const retryMs = retryDelay(failures++, backoff, random);
      log.error({ source: source.name, reason, retryMs }, 'a source failed and is begun again');
      tell({ state: 'waiting', reason });
      await pause.wait(retryMs);
      if (signal.aborted) return;
    }
  }
}

/** Hands over one piece at a time, so that nobody reads far ahead of who takes. */
class Passage {
  readonly #waiting: { readonly piece: Piece; readonly taken: () => void }[] = [];
  #arrived: (() => void) | null = null;
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when the piece was taken, or nobody takes any more. */
  put(piece: Piece): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((taken) => {
      this.#waiting.push({ piece, taken });
      this.#arrived?.();
    });
  }

  /** The next piece; null when there will be none. */
  async take(): Promise<Piece | null> {
    while (this.#waiting.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    const next = this.#waiting.shift();
    next?.taken();
    return next?.piece ?? null;
  }

  close(): void {
    this.#isClosed = true;
    for (const { taken } of this.#waiting.splice(0)) taken();
    this.#arrived?.();
  }
}
