import type { Bounds } from '../api/queries.js';
import type { LiveStatus } from '../live/live-status.js';
import { useLiveStatus, useLiveStore } from '../live/useLiveFlows.js';
import { useView } from './useView.js';
import type { ViewWindow } from './view-url.js';

/** ms between two readings of the counts: of what is held in memory, and of what must be read from disk. */
const REFRESH = 5_000;
const REFRESH_KEPT = 15_000;

/** The window on screen as the API takes it, and how often to ask again: not while nothing in it can change. */
export function useViewBounds(): {
  readonly bounds: Bounds;
  readonly refetchInterval: number | false;
} {
  const [{ window }] = useView();
  const store = useLiveStore();
  const status = useLiveStatus();
  const bounds: Bounds =
    window.kind === 'fixed' ? { from: window.from, to: window.to } : { from: -window.sinceMs };
  return { bounds, refetchInterval: refreshOf(window, status, store.clock.now()) };
}

/** How often a window is worth reading again, ms. Records may come late, but not to what has left the memory. */
export function refreshOf(
  window: ViewWindow,
  { pausedAt, horizonMs }: Pick<LiveStatus, 'pausedAt' | 'horizonMs'>,
  now: number,
): number | false {
  if (window.kind === 'live') {
    if (pausedAt !== null) return false;
    return window.sinceMs > horizonMs ? REFRESH_KEPT : REFRESH;
  }
  if (window.to < now - horizonMs) return false;
  return window.from < now - horizonMs ? REFRESH_KEPT : REFRESH;
}
