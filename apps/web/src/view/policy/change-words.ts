import type { ApiChangeDirection, ApiChangeTotals } from '@vibrissa/protocol/messages';
import { plural } from '../../ui/format.js';
import type { Outcome } from '../outcome.js';

/** In the order of gravity. */
export const DIRECTIONS: readonly ApiChangeDirection[] = ['newly-denied', 'newly-allowed', 'uncertain'];

export const DIRECTION_TITLES: Readonly<Record<ApiChangeDirection, string>> = {
  'newly-denied': 'Newly denied',
  'newly-allowed': 'Newly allowed',
  uncertain: 'Uncertain',
};

/** The sign that stands for it. */
export const DIRECTION_OUTCOMES: Readonly<Record<ApiChangeDirection, Outcome>> = {
  'newly-denied': 'deny',
  'newly-allowed': 'allow',
  uncertain: 'unknown',
};

export type Totals = Readonly<Record<ApiChangeDirection, ApiChangeTotals>>;

/** How many lines change in any direction. */
export function changedLines(totals: Totals): number {
  return DIRECTIONS.reduce((sum, direction) => sum + totals[direction].lines, 0);
}

/** `also allows 3 other connections, denies 1`: what a change does beyond what it is for; empty when nothing. */
export function othersWords(others: Totals): string {
  const { lines: allowed } = others['newly-allowed'];
  const { lines: denied } = others['newly-denied'];
  const { lines: uncertain } = others.uncertain;
  const parts: string[] = [];
  if (allowed > 0) parts.push(`also allows ${plural(allowed, 'other connection')}`);
  if (denied > 0) {
    parts.push(`${parts.length === 0 ? 'also ' : ''}denies ${plural(denied, 'other connection')}`);
  }
  if (uncertain > 0) {
    parts.push(`${parts.length === 0 ? '' : 'and '}cannot tell for ${plural(uncertain, 'connection')}`);
  }
  return parts.join(', ');
}
