import { type Millis, millis } from '@vibrissa/model';
import type { Subscribe } from '@vibrissa/protocol/messages';
import type { Window } from '@vibrissa/store';
import { RequestError } from '../errors.js';
import { type PastParts, type Progressed, quietly, readPast, readQuestion } from './past-reading.js';
import { PastRows } from './past-rows.js';
import type { Waiting } from './subscriber.js';

/** How soon a sliding window is read again, ms. */
const LEAST_REFRESH_MS = 15_000;

/** Reading may take this part of the time. */
const REFRESH_SHARE = 20;

/** Whether a subscription's window begins before what is in memory. A window of all that is held is of memory alone. */
export function beginsInPast({ since }: Subscribe, now: Millis, inMemorySince: Millis): boolean {
  return since !== 0 && startOf(since, now) < inMemorySince;
}

/**
 * One subscription to a window that begins before what is in memory: its rows, and for one that slides with now, or
 * ends there, what has changed in it each time it is read again.
 *
 * Throws FilterSyntaxError and RequestError.
 */
export async function* pastFlows(
  request: Subscribe,
  parts: PastParts,
  signal: AbortSignal,
): AsyncGenerator<Waiting | Progressed> {
  const question = readQuestion(request);
  const { bucketMs, clock, newSince } = parts;
  const rows = new PastRows({ grouping: request.grouping, bucketMs, newSince });
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const begun = clock.now();
    const window = windowOf(request, begun);
    const reading = readPast(question, window, parts, signal);
    // Only who waits for the first rows is told how far they are; later ones replace what is on screen.
    const page = isFirst ? yield* reading : await unlessBusy(quietly(reading));
    const refreshMs =
      request.until === undefined ? Math.max(LEAST_REFRESH_MS, (clock.now() - begun) * REFRESH_SHARE) : null;
    if (page !== null) {
      const history = { from: page.from, to: page.to, refreshMs };
      yield* rows.messages(page, { now: clock.now(), history });
    }
    if (refreshMs === null) return;
    await parts.pause(refreshMs, signal);
  }
}

function windowOf({ since, until }: Subscribe, now: Millis): Window {
  const from = startOf(since, now);
  const to = until === undefined ? now : millis(until);
  if (from < to) return { from, to };
  throw new RequestError(
    'empty-window',
    400,
    `since (${from}) must be before until (${to}); both are ms since the epoch`,
  );
}

function startOf(since: number, now: Millis): Millis {
  return millis(since < 0 ? now + since : since);
}

/** The promise, or null when there is no room for the reading now, and it is tried again later. */
async function unlessBusy<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RequestError && error.code === 'too-busy') return null;
    throw error;
  }
}
