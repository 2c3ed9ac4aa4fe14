import type { Bounds } from '../api/queries.js';
import { useLiveStatus } from '../live/useLiveFlows.js';
import { useView } from './useView.js';

/** ms between two readings of the counts. */
const REFRESH = 5_000;

/** The window on screen as the API takes it, and how often to ask again: not while the page stands still. */
export function useViewBounds(): {
  readonly bounds: Bounds;
  readonly refetchInterval: number | false;
} {
  const [{ window }] = useView();
  const { pausedAt } = useLiveStatus();
  if (window.kind === 'fixed') {
    return { bounds: { from: window.from, to: window.to }, refetchInterval: REFRESH };
  }
  return { bounds: { from: -window.sinceMs }, refetchInterval: pausedAt === null ? REFRESH : false };
}
