import type { SeriesPoint } from '@vibrissa/protocol/messages';

/** How many bars the strip has. */
export const BARS = 120;

/** A stretch of time on the strip, ms since epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** ms per bar when the strip shows `horizonMs`, in whole buckets. */
export function barStep(horizonMs: number, bucketMs: number): number {
  return Math.max(bucketMs, Math.ceil(horizonMs / BARS / bucketMs) * bucketMs);
}

/** What the strip shows at `now`: whole bars, the last of which is still filling. */
export function stripSpan(now: number, stepMs: number): Span {
  const to = Math.floor(now / stepMs) * stepMs + stepMs;
  return { from: to - BARS * stepMs, to };
}

/** A point for each bar of the strip; where the server says nothing, nothing was seen. */
export function fillBars(points: readonly SeriesPoint[], span: Span, stepMs: number): readonly SeriesPoint[] {
  const known = new Map(points.map((point) => [Math.floor(point.at / stepMs) * stepMs, point]));
  return Array.from({ length: BARS }, (_, index) => {
    const at = span.from + index * stepMs;
    return known.get(at) ?? { at, allow: 0, deny: 0, pendingDeny: 0, unknown: 0 };
  });
}

/** Where on the strip a time is, 0 to 1. */
export function shareOf(at: number, span: Span): number {
  return Math.max(0, Math.min(1, (at - span.from) / (span.to - span.from)));
}

/** The time at a share of the strip, on the nearest edge of a bucket. */
export function timeAt(share: number, span: Span, bucketMs: number): number {
  const at = span.from + Math.max(0, Math.min(1, share)) * (span.to - span.from);
  return Math.round(at / bucketMs) * bucketMs;
}

const TICK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * 60_000);

/** Round times to label, at most `most` of them, and none so near the end that it would run into "now". */
export function tickTimes(span: Span, most: number): readonly number[] {
  const length = span.to - span.from;
  const step = TICK_STEPS.find((size) => length / size <= most) ?? length;
  const ticks: number[] = [];
  for (let at = Math.ceil(span.from / step) * step; at < span.to - length * 0.06; at += step) {
    if (at > span.from + length * 0.02) ticks.push(at);
  }
  return ticks;
}
