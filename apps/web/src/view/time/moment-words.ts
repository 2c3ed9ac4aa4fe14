import { formatTimeSeconds } from '../../ui/format.js';
import { dayOf } from './when-words.js';

/** `14:05:32` where the reader is, with the day where it is not today: `yesterday 14:05:32`. */
export function momentWords(at: number, now: number): string {
  const day = dayOf(at, now);
  return day === 'Today' ? formatTimeSeconds(at) : `${midSentence(day)} ${formatTimeSeconds(at)}`;
}

/** Words for a time as they stand within a sentence: names of days keep their capitals. */
export function midSentence(words: string): string {
  return words.replace(/\b(Today|Yesterday)\b/g, (day) => day.toLowerCase());
}
