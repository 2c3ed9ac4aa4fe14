import { useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { useView } from '../useView.js';
import type { ViewWindow } from '../view-url.js';
import { LOCAL } from './wall-clock.js';
import type { Here } from './when-resolve.js';
import type { Limits } from './window-moves.js';

export interface WindowControl {
  readonly window: ViewWindow;
  readonly here: Here;
  readonly limits: Limits;
  /** Shows another stretch of time; what was played back of the one before ends with it. */
  readonly show: (window: ViewWindow, how?: 'push' | 'replace') => void;
}

/** The window on screen, and what bounds it. */
export function useWindow(): WindowControl {
  const store = useLiveStore();
  const { pausedAt, bucketMs, retentionMs, horizonMs } = useLiveStatus();
  const [{ window }, setView] = useView();
  const now = pausedAt ?? store.clock.now();
  return {
    window,
    here: { now, zone: LOCAL },
    limits: { now, bucketMs, retentionMs: Math.max(retentionMs, horizonMs) },
    show: (next, how) => setView({ window: next, play: null }, how),
  };
}
