import type { ViewCompare } from './view-url.js';

/** A stretch of time, ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400_000;

/** The stretch that one is compared with; the server reckons the same way. */
export function baseSpan(compare: ViewCompare, { from, to }: Span): Span {
  if (compare.kind === 'window') return { from: compare.from, to: compare.to };
  const back = { before: to - from, day: DAY, week: 7 * DAY }[compare.kind];
  return { from: from - back, to: to - back };
}
