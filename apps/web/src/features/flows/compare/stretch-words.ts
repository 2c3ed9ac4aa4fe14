import type { Span } from '../../../view/compare-span.js';
import { midSentence } from '../../../view/time/moment-words.js';
import { LOCAL } from '../../../view/time/wall-clock.js';
import { stretchWords } from '../../../view/time/when-words.js';

/** A stretch in words, without the day where that is today. */
export function shortStretch({ from, to }: Span, now: number): string {
  return midSentence(stretchWords(from, to, { now, zone: LOCAL }).replace(/^Today /, ''));
}
