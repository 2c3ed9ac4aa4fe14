import type { ViewWindow } from '../view-url.js';

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Limits {
  readonly now: number;
  /** ms per bucket; edges lie on buckets. */
  readonly bucketMs: number;
  /** How far back anything is kept, ms. */
  readonly retentionMs: number;
}

/** Lengths that zooming a window that moves goes through, ms. */
export const LIVE_SPANS: readonly number[] = [5, 15, 60, 360, 1440, 2880, 10_080, 43_200].map(
  (minutes) => minutes * 60_000,
);

/** Where a window is at a moment. */
export function stretchOf(window: ViewWindow, now: number): Stretch {
  return window.kind === 'live'
    ? { from: Math.round(now - window.sinceMs), to: Math.round(now) }
    : { from: window.from, to: window.to };
}

/** The window one length earlier or later; at the end of time it is live again. */
export function shifted(window: ViewWindow, by: -1 | 1, limits: Limits): ViewWindow {
  const { from, to } = stretchOf(window, limits.now);
  if (window.kind === 'live' && by === 1) return window;
  return movedBy(window, by * (to - from), limits);
}

/** The window moved by some ms; live again where it would end beyond now, halted where it would begin before all. */
export function movedBy(window: ViewWindow, ms: number, limits: Limits): ViewWindow {
  const { now, bucketMs, retentionMs } = limits;
  const { from, to } = stretchOf(window, now);
  const length = to - from;
  if (to + ms >= now) return { kind: 'live', sinceMs: roundUp(length, 1000) };
  const start = Math.max(onBucket(from + ms, bucketMs), onBucket(now - retentionMs, bucketMs));
  const moved = { kind: 'fixed' as const, from: start, to: start + roundUp(length, bucketMs) };
  return moved.to >= now ? { kind: 'live', sinceMs: roundUp(length, 1000) } : moved;
}

/** The window half or twice as long; about its middle, or, while it is live, up to now. */
export function zoomed(window: ViewWindow, direction: 'in' | 'out', limits: Limits): ViewWindow {
  const { now, bucketMs, retentionMs } = limits;
  if (window.kind === 'live') {
    const longest = Math.max(window.sinceMs, retentionMs);
    const spans = direction === 'in' ? LIVE_SPANS.toReversed() : LIVE_SPANS;
    const next = spans.find((ms) => (direction === 'in' ? ms < window.sinceMs : ms > window.sinceMs));
    if (next === undefined) return window;
    return { kind: 'live', sinceMs: Math.min(next, longest) };
  }
  const middle = (window.from + window.to) / 2;
  const length = (window.to - window.from) * (direction === 'in' ? 0.5 : 2);
  const half = Math.min(Math.max(length, 2 * bucketMs), retentionMs) / 2;
  const over = Math.max(0, middle + half - now);
  const from = Math.max(onBucket(middle - half - over, bucketMs), onBucket(now - retentionMs, bucketMs));
  const to = Math.min(onBucket(middle + half - over, bucketMs), onBucket(now, bucketMs));
  return to > from ? { kind: 'fixed', from, to } : window;
}

function onBucket(at: number, bucketMs: number): number {
  return Math.round(at / bucketMs) * bucketMs;
}

function roundUp(ms: number, unit: number): number {
  return Math.max(unit, Math.ceil(ms / unit) * unit);
}
