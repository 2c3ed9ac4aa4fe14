import type { SeriesPoint } from '@vibrissa/protocol/messages';
import type { ViewWindow } from '../../../view/view-url.js';

/** About how many bars there are. */
const BARS = 60;

export interface ChartSpan {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** The bars for a window, whole buckets each; of a live one the last is still filling. */
export function chartSpan(window: ViewWindow, now: number, bucketMs: number): ChartSpan {
  const length = window.kind === 'live' ? window.sinceMs : window.to - window.from;
  const stepMs = Math.max(bucketMs, Math.ceil(length / BARS / bucketMs) * bucketMs);
  const end = window.kind === 'live' ? now : window.to - 1;
  const to = Math.floor(end / stepMs) * stepMs + stepMs;
  const count = Math.max(1, Math.ceil(length / stepMs));
  return { from: to - count * stepMs, to, stepMs };
}

/** A point for each bar; where the server says nothing, nothing was seen. */
export function chartBars(
  points: readonly SeriesPoint[],
  { from, to, stepMs }: ChartSpan,
): readonly SeriesPoint[] {
  const known = new Map(points.map((point) => [Math.floor(point.at / stepMs) * stepMs, point]));
  return Array.from({ length: Math.round((to - from) / stepMs) }, (_, index) => {
    const at = from + index * stepMs;
    return known.get(at) ?? { at, allow: 0, deny: 0, pendingDeny: 0, unknown: 0 };
  });
}
