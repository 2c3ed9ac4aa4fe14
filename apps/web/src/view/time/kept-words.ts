import type { LiveStatus } from '../../live/live-status.js';
import type { ViewWindow } from '../view-url.js';
import { toWall } from './wall-clock.js';
import type { Here } from './when-resolve.js';
import { dayWords, lastWords, spanWords } from './when-words.js';
import { stretchOf } from './window-moves.js';

type Kept = Pick<LiveStatus, 'health' | 'retentionMs' | 'horizonMs'>;

/** How long flows are kept, as a sentence. */
export function keptWords(here: Here, { health, retentionMs, horizonMs }: Kept): string {
  const history = health?.history ?? null;
  if (history?.state === 'failed')
    return `History is not available: only the ${lastWords(horizonMs).toLowerCase()} can be shown.`;
  if (history === null || retentionMs <= horizonMs) {
    return `Nothing is kept on disk here: only the ${lastWords(Math.max(retentionMs, horizonMs)).toLowerCase()} can be shown.`;
  }
  const kept = `Flows are kept for ${spanWords(retentionMs)}`;
  const oldest = health?.oldest ?? null;
  if (oldest === null || oldest <= here.now - retentionMs + 86_400_000) return `${kept}.`;
  return `${kept}; they go back to ${momentWords(oldest, here)}.`;
}

/** What is missing of a window because it is no longer, or not yet, kept; null when nothing is. */
export function reachWarning(
  window: ViewWindow,
  here: Here,
  { health, retentionMs, horizonMs }: Kept,
): string | null {
  const reach = here.now - Math.max(retentionMs, horizonMs);
  const oldest = Math.max(reach, health?.oldest ?? reach);
  const { from, to } = stretchOf(window, here.now);
  if (to <= oldest) return `Nothing is kept of it: flows go back to ${momentWords(oldest, here)}.`;
  // A minute is what the oldest bucket and a late look at the clock may make of it.
  if (from < oldest - 60_000)
    return `Its beginning is not kept: flows go back to ${momentWords(oldest, here)}.`;
  return null;
}

/** `Today 09:12`, `Sat 14 Nov 09:12`. */
function momentWords(at: number, { now, zone }: Here): string {
  const wall = toWall(at, zone);
  const clock = [wall.hour, wall.minute].map((part) => String(part).padStart(2, '0')).join(':');
  return `${dayWords(wall, toWall(now, zone))} ${clock}`;
}
