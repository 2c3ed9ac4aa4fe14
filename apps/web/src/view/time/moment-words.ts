import { formatTimeSeconds } from '../../ui/format.js';
import { dayOf } from './when-words.js';

/** `14:05:32` where the reader is, with the day where it is not today: `Yesterday 14:05:32`. */
export function momentWords(at: number, now: number): string {
  const day = dayOf(at, now);
  return day === 'Today' ? formatTimeSeconds(at) : `${day} ${formatTimeSeconds(at)}`;
}
