import { midSentence } from '../../../view/time/moment-words.js';
import { LOCAL } from '../../../view/time/wall-clock.js';
import { stretchWords } from '../../../view/time/when-words.js';
import type { ViewCompare } from '../../../view/view-url.js';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A stretch in words, without the day where that is today. */
export function shortStretch({ from, to }: Span, now: number): string {
  return midSentence(stretchWords(from, to, { now, zone: LOCAL }).replace(/^Today /, ''));
}

const DAY = 86_400_000;

/** The window that a window is compared with; the server reckons the same way. */
export function baseSpan(compare: ViewCompare, window: Span): Span {
  if (compare.kind === 'window') return { from: compare.from, to: compare.to };
  const earlier =
    compare.kind === 'before' ? window.to - window.from : compare.kind === 'day' ? DAY : 7 * DAY;
  return { from: window.from - earlier, to: window.to - earlier };
}
