import type { Health, HistoryRead, LiveError } from '@vibrissa/protocol/messages';
import type { Watch } from './live-socket.js';

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
  /** What the rows on screen answer; it stays until those that were asked for after it have all arrived. */
  readonly answered: Watch | null;
  /** Row updates the server did not send because this page was too slow, since it was opened. */
  readonly skipped: number;
  /** Why the last question was not answered; for a filter that does not parse it says where. */
  readonly error: LiveError | null;
  /** How far the server is with a long reading, 0 to 1; null when it does not say. */
  readonly progress: number | null;
  /** Whether the reader ended the reading of the last question; rows of the one before stay. */
  readonly stopped: boolean;
  /** What was read when the rows come from what is kept; null where they stream. */
  readonly history: HistoryRead | null;
  /** When that was; null before the first rows. */
  readonly readAt: number | null;
  /** The end of what is on screen while a window is played back or halted there; null where nothing is. */
  readonly playhead: number | null;
  /** When the playhead came there; it stands for all up to one bucket after. */
  readonly playheadAt: number | null;
  /** Length of a bucket, how far back rows stream, and how far back they are kept at most, ms. */
  readonly bucketMs: number;
  readonly horizonMs: number;
  readonly retentionMs: number;
}

export const INITIAL_STATUS: LiveStatus = Object.freeze({
  connection: 'connecting',
  retryAt: null,
  heardAt: null,
  pausedAt: null,
  health: null,
  lag: null,
  loaded: false,
  answered: null,
  skipped: 0,
  error: null,
  progress: null,
  stopped: false,
  history: null,
  readAt: null,
  playhead: null,
  playheadAt: null,
  bucketMs: 15_000,
  horizonMs: 3_600_000,
  retentionMs: 3_600_000,
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
