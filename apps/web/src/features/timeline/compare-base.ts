import type { ViewCompare } from '../../view/view-url.js';
import type { Span } from './timeline-scale.js';

const DAY = 86_400_000;

/** Where the window lies that another is compared with. */
export function baseOf(compare: ViewCompare, { from, to }: Span): Span {
  if (compare.kind === 'window') return { from: compare.from, to: compare.to };
  const back = { before: to - from, day: DAY, week: 7 * DAY }[compare.kind];
  return { from: from - back, to: to - back };
}
