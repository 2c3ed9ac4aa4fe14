import { formatDuration } from '../ui/format.js';
import { spanWords } from './span-words.js';
import type { ViewWindow } from './view-url.js';

/** A window in a few words: `the last 24 h`, `21 Nov 14:00–15:00`. */
export function windowText(window: ViewWindow, now: number): string {
  return window.kind === 'live' ? `the last ${formatDuration(window.sinceMs)}` : spanWords(window, now);
}
