import type { LiveStatus } from '../../../live/live-status.js';
import type { View, ViewPlay } from '../../../view/view-url.js';

/** Seconds of the past per second that can be chosen. */
export const SPEEDS = [1, 5, 10, 30, 60] as const;
/** How much before the playhead can be shown, ms. */
export const SPANS = [60_000, 300_000, 900_000, 3_600_000] as const;

const FIRST_SPEED = 10;
const FIRST_SPAN = 300_000;

/** How a window of this length is first played: so that the playhead has some way to go. */
function firstPlay(lengthMs: number): ViewPlay {
  const spanMs = SPANS.findLast((span) => span <= Math.max(FIRST_SPAN, lengthMs / 12)) ?? FIRST_SPAN;
  const short = SPANS.findLast((span) => span * 2 <= lengthMs) ?? SPANS[0];
  return { speed: FIRST_SPEED, spanMs: Math.min(spanMs, short), at: null };
}

/** What begins to play a view; one that is live is kept as it is at `now`, on whole buckets. */
export function playOf({ window }: Pick<View, 'window'>, now: number, bucketMs: number): Partial<View> {
  if (window.kind === 'fixed') return { play: firstPlay(window.to - window.from), compare: null };
  const to = Math.floor(now / bucketMs) * bucketMs;
  const from = to - Math.ceil(window.sinceMs / bucketMs) * bucketMs;
  return { window: { kind: 'fixed', from, to }, play: firstPlay(to - from), compare: null };
}

/** Where the playhead may stand in a window: on the edges of buckets, one bucket in at least. */
export function headRange(
  from: number,
  to: number,
  bucketMs: number,
): { readonly min: number; readonly max: number } {
  const min = Math.floor(from / bucketMs) * bucketMs + bucketMs;
  return { min, max: Math.max(min, Math.ceil(to / bucketMs) * bucketMs) };
}

/** `head` by so many buckets on, within the window. */
export function stepped(
  head: number,
  by: number,
  bucketMs: number,
  range: { readonly min: number; readonly max: number },
): number {
  const edge = by < 0 ? Math.ceil(head / bucketMs) : Math.floor(head / bucketMs);
  return Math.max(range.min, Math.min(range.max, (edge + by) * bucketMs));
}

/** Where the playhead is between two words of the server: it runs on by itself, but never past what is on screen. */
export function runningHead(
  head: number,
  reachedAt: number | null,
  now: number,
  speed: number,
  bucketMs: number,
): number {
  if (reachedAt === null) return head;
  return head + Math.max(0, Math.min(bucketMs - 1, (now - reachedAt) * speed));
}

/** Whether playback has shown the last whole bucket of a window that ends at `to`. */
export function isPlayedOut(
  { playhead, playheadAt, bucketMs }: Pick<LiveStatus, 'playhead' | 'playheadAt' | 'bucketMs'>,
  to: number,
): boolean {
  // Before its first rows the playhead is only where it is to begin.
  return playhead !== null && playheadAt !== null && playhead >= Math.floor(to / bucketMs) * bucketMs;
}
