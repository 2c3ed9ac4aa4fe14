import { type Clock, type Filter, type Grouping, type Millis, millis, parseFilter } from '@vibrissa/model';
import { SPARK_BUCKETS, type Subscribe } from '@vibrissa/protocol/messages';
import type { FlowSort, FlowsPage, TieredStore, Window } from '@vibrissa/store';
import { openedHistory } from '../opened-history.js';
import type { Queries } from '../queries.js';
import { readSort } from './read-sort.js';

/** Rows that are told of a window in the past where the browser does not say how many it can hold. */
const ROWS = 5_000;

/** The most rows of a window in the past. */
const MOST_PAST_ROWS = 10_000;

/** How often the browser is told how far a long reading is, ms. */
const PROGRESS_MS = 200;

/** What reading windows beyond the ring takes. */
export interface PastParts {
  readonly flows: Pick<TieredStore, 'flows' | 'history'>;
  readonly queries: Queries;
  readonly clock: Clock;
  readonly bucketMs: number;
  readonly newSince: (address: string) => Millis | null;
  /** The oldest moment that is in memory. */
  readonly inMemorySince: () => Millis;
  /** Waits, or until the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How far a long reading is, 0 to 1. */
export interface Progressed {
  readonly progress: number;
}

/** What a subscription asks for, but for its window. */
export interface PastQuestion {
  readonly filter: Filter;
  readonly grouping: Grouping;
  readonly limit: number;
  readonly sort: FlowSort;
}

/** Reads what a subscription asks for. Throws FilterSyntaxError, and RequestError for a column that rows do not have. */
export function readQuestion({ filter, grouping, limit, sort }: Subscribe): PastQuestion {
  return {
    filter: parseFilter(filter),
    grouping,
    limit: Math.min(limit ?? ROWS, MOST_PAST_ROWS),
    sort: readSort(sort),
  };
}

/** Reads one window, telling how far it is where that takes long. Returns its rows. */
export async function* readPast(
  question: PastQuestion,
  window: Window,
  parts: PastParts,
  signal: AbortSignal,
): AsyncGenerator<Progressed, FlowsPage> {
  let done = 0;
  let isOver = false;
  let saidAt = parts.clock.now();
  let wake = () => {};
  const asking = {
    signal,
    past: window.from < parts.inMemorySince(),
    progress: (part: number) => {
      done = part;
      if (parts.clock.now() - saidAt >= PROGRESS_MS) wake();
    },
  };
  const query = { ...question, ...window, spark: SPARK_BUCKETS };
  const working = parts.queries.run(async (control) => {
    if (asking.past) await openedHistory(parts.flows, control.signal);
    return parts.flows.flows(query, control);
  }, asking);
  const over = () => {
    isOver = true;
    wake();
  };
  working.then(over, over);
  while (!isOver) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (isOver) break;
    saidAt = millis(parts.clock.now());
    yield { progress: Math.min(1, Math.max(0, done)) };
  }
  return working;
}

/** What a reading gives in the end, for whoever is shown something already and need not know how far it is. */
export async function quietly<T>(reading: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return step.value;
  }
}
