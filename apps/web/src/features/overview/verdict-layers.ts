import type { Filter } from '@vibrissa/model';
import type { SeriesPoint } from '@vibrissa/protocol/messages';
import { is } from '../../view/flows-link.js';
import { DENIED, WOULD_BE_DENIED } from './facts.js';

export type LayerKey = Exclude<keyof SeriesPoint, 'at'>;

export interface VerdictLayer {
  readonly key: LayerKey;
  readonly label: string;
  readonly tone?: 'deny' | 'stage';
  /** What finds its flows. */
  readonly clauses: readonly Filter[];
}

/** From the bottom up. Denied is on top, where the outline shows it. */
export const LAYERS: readonly VerdictLayer[] = [
  { key: 'allow', label: 'Allowed', clauses: [is('verdict', 'allow')] },
  { key: 'unknown', label: 'Unknown', clauses: [is('verdict', 'unknown')] },
  { key: 'pendingDeny', label: 'Would be denied', tone: 'stage', clauses: WOULD_BE_DENIED },
  { key: 'deny', label: 'Denied', tone: 'deny', clauses: DENIED },
];

export function totalOf(point: SeriesPoint): number {
  return point.allow + point.unknown + point.pendingDeny + point.deny;
}

/**
 * A point for each step of the window, on multiples of the step; where the server says nothing, nothing was seen.
 * The window may be a moment older than the points, which then decide. None are added where there would be more
 * than a chart can draw.
 */
export function filledPoints(
  points: readonly SeriesPoint[],
  from: number,
  to: number,
  stepMs: number,
): readonly SeriesPoint[] {
  const start = Math.floor(from / stepMs) * stepMs;
  const first = points[0]?.at ?? start;
  const begin = first <= start + stepMs ? first : start;
  const end = Math.max(to, (points.at(-1)?.at ?? begin) + 1);
  const count = Math.ceil((end - begin) / stepMs);
  if (count > MOST_POINTS) return points;
  const known = new Map(points.map((point) => [Math.floor(point.at / stepMs) * stepMs, point]));
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const at = begin + index * stepMs;
    return known.get(at) ?? { at, allow: 0, deny: 0, pendingDeny: 0, unknown: 0 };
  });
}

const MOST_POINTS = 400;
