import { type Millis, millis } from '@vibrissa/model';
import type { Turns } from '@vibrissa/store';
import { waitWithin } from './wait-within.js';

/** This much is told at once, so that nobody notices, ms. */
const STEP_MS = 10_000;

/** After this much of it what was told is handed over, so that little waits in memory, ms. */
const HAND_OVER_MS = 3_600_000;

/** A hand-over that takes longer than this will not end any more: an hour of a play is written in a second, ms. */
const MOST_WAIT_MS = 5 * 60_000;

/** Where the past of a play goes. */
export interface PastParts {
  readonly turns: Pick<Turns, 'run'>;
  /** Takes in what there was between two moments. */
  readonly tell: (begin: Millis, end: Millis) => void;
  /** Hands over what was told, and resolves when it is written. */
  readonly handOver: () => Promise<void>;
  /** What keeps the history from taking anything in; null when nothing does. */
  readonly obstacle: () => string | null;
  readonly mostWaitMs?: number;
}

/** The history does not take in the past. */
export class PastError extends Error {
  readonly code = 'past-not-taken';
}

/**
 * Tells what lies before the memory in the background, the newest first, since that is asked for first. Resolves when
 * all is told, or `stopped` is aborted, whatever is being waited for. Rejects with a PastError when the history takes
 * nothing in, and with a WaitError when it does not answer.
 */
export async function tellPast(
  { turns, tell, handOver, obstacle, mostWaitMs = MOST_WAIT_MS }: PastParts,
  { from, to }: { readonly from: number; readonly to: number },
  stopped: AbortSignal,
): Promise<void> {
  function* hour(begin: number, end: number): Generator<void> {
    for (let at = begin; at < end && !stopped.aborted; at += STEP_MS) {
      tell(millis(at), millis(Math.min(end, at + STEP_MS)));
      yield;
    }
  }
  const most = { ms: mostWaitMs, what: 'handing over the past of the simulated cluster' };
  for (let end = to; end > from && !stopped.aborted; end -= HAND_OVER_MS) {
    const before = obstacle();
    if (before !== null) throw new PastError(before);
    await turns.run(hour(Math.max(from, end - HAND_OVER_MS), end));
    if (stopped.aborted) return;
    await waitWithin(handOver(), { signals: [stopped], most });
  }
  const after = stopped.aborted ? null : obstacle();
  if (after !== null) throw new PastError(after);
}
