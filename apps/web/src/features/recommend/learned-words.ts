import type { ApiRecommendation } from '@vibrissa/protocol/messages';
import { formatDuration } from '../../ui/format.js';

/** How settled what was learned is. Under a minute nothing can be said. */
export function stableWords({ stableForMs }: Pick<ApiRecommendation, 'stableForMs'>): string {
  if (stableForMs === null) return 'nothing was seen to learn from';
  if (stableForMs < 60_000) return 'still learning: something new within the last minute';
  return `nothing new for ${formatDuration(stableForMs)}`;
}

/** Who reported it: one end may not have policy of its own to tell of. */
export function reportersWords(reporters: number): string {
  if (reporters >= 2) return 'both ends';
  return reporters === 1 ? 'one end' : '–';
}
