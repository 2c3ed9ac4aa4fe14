import type { Health, LiveError } from '@vibrissa/protocol/messages';

/** How the stream is doing; a new object on every change. Times are ms on the server's clock. */
export interface LiveStatus {
  readonly connection: 'connecting' | 'open' | 'waiting';
  /** When the next try is made, while waiting. */
  readonly retryAt: number | null;
  /** When the last word came from the server; null before the first. */
  readonly heardAt: number | null;
  /** When the reader paused the rows. */
  readonly pausedAt: number | null;
  readonly health: Health | null;
  /** The last lag the server told, and when; it tells none while nothing comes in. */
  readonly lag: { readonly ms: number; readonly at: number } | null;
  /** Whether the rows asked for have all arrived. */
  readonly loaded: boolean;
  /** Row updates the server did not send because this page was too slow, since it was opened. */
  readonly skipped: number;
  /** Why the last question was not answered; for a filter that does not parse it says where. */
  readonly error: LiveError | null;
  /** Length of a bucket and how far back the server holds, ms. */
  readonly bucketMs: number;
  readonly horizonMs: number;
}

export const INITIAL_STATUS: LiveStatus = Object.freeze({
  connection: 'connecting',
  retryAt: null,
  heardAt: null,
  pausedAt: null,
  health: null,
  lag: null,
  loaded: false,
  skipped: 0,
  error: null,
  bucketMs: 15_000,
  horizonMs: 3_600_000,
});

/** ms for which a lag is still worth telling; between two batches of an agent there is none. */
const LAG_MEMORY = 30_000;
/** ms between two words of the server, with some room. */
const HEARTBEAT = 1_500;

/**
 * How far behind the page is, ms: what the server says of its own lag, and how much longer than usual it has
 * been silent. Null when nothing flows and so nothing can be behind.
 */
export function lagAt({ heardAt, lag }: LiveStatus, now: number): number | null {
  if (heardAt === null) return null;
  const silence = Math.max(0, now - heardAt - HEARTBEAT);
  const told = lag !== null && heardAt - lag.at <= LAG_MEMORY ? lag.ms : null;
  return told === null && silence === 0 ? null : (told ?? 0) + silence;
}
