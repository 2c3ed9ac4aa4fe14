import type { SeriesPoint } from '@vibrissa/protocol/messages';
import type { Span } from '../../view/compare-span.js';

/** The most bars the strip has. */
export const BARS = 120;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  DAY,
];

/** ms per bar when the strip shows `lengthMs`: a length worth a name, in whole buckets. */
export function barStep(lengthMs: number, bucketMs: number): number {
  const enough = STEPS.find((step) => lengthMs / step <= BARS) ?? Math.ceil(lengthMs / BARS / DAY) * DAY;
  return Math.ceil(Math.max(enough, bucketMs) / bucketMs) * bucketMs;
}

/** To which ms a window chosen on bars of this step is rounded: finer than a bar, on round times. */
export function grainOf(stepMs: number, bucketMs: number): number {
  const grain = STEPS.findLast((step) => step <= stepMs / 4) ?? bucketMs;
  return Math.ceil(grain / bucketMs) * bucketMs;
}

/** A stretch widened to whole bars. */
export function onBars({ from, to }: Span, stepMs: number): Span {
  return { from: Math.floor(from / stepMs) * stepMs, to: Math.ceil(to / stepMs) * stepMs };
}

/** A point for each bar of the strip; where the server says nothing, nothing was seen. */
export function fillBars(points: readonly SeriesPoint[], span: Span, stepMs: number): readonly SeriesPoint[] {
  const known = new Map(points.map((point) => [Math.floor(point.at / stepMs) * stepMs, point]));
  const first = Math.floor(span.from / stepMs) * stepMs;
  return Array.from({ length: Math.ceil((span.to - first) / stepMs) }, (_, index) => {
    const at = first + index * stepMs;
    return known.get(at) ?? { at, allow: 0, deny: 0, pendingDeny: 0, unknown: 0 };
  });
}

/** Where on the strip a time is, 0 to 1. */
export function shareOf(at: number, span: Span): number {
  return Math.max(0, Math.min(1, (at - span.from) / (span.to - span.from)));
}

/** The time at a share of the strip, rounded to `grainMs`. */
export function timeAt(share: number, span: Span, grainMs: number): number {
  const at = span.from + Math.max(0, Math.min(1, share)) * (span.to - span.from);
  return Math.round(at / grainMs) * grainMs;
}

/** Bars in a row that are empty, at least this many, are a gap. */
const GAP_BARS = 3;

/** Stretches in which nothing at all was seen, between the first flow that is kept and now. */
export function gapsOf(
  points: readonly SeriesPoint[],
  span: Span,
  stepMs: number,
  oldest: number | null,
  now: number,
): readonly Span[] {
  if (oldest === null) return [];
  const gaps: Span[] = [];
  let from: number | null = null;
  const close = (to: number): void => {
    if (from !== null && to - from >= GAP_BARS * stepMs) gaps.push({ from, to });
    from = null;
  };
  for (const { at, allow, deny, unknown, pendingDeny } of fillBars(points, span, stepMs)) {
    const over = at + stepMs > now;
    if (at + stepMs <= oldest || over || allow + deny + unknown + pendingDeny > 0) close(at);
    else from ??= Math.max(at, oldest);
  }
  close(Math.min(span.to, Math.floor(now / stepMs) * stepMs));
  return gaps;
}
