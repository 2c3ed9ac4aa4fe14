import { createContext, useContext } from 'react';
import type { Bounds } from '../../../api/queries.js';
import type { LiveStatus } from '../../../live/live-status.js';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { useView } from '../../../view/useView.js';
import type { View } from '../../../view/view-url.js';
import { isKept } from '../question-of.js';

/** The stretch of time the details tell of. */
export interface ShownWindow {
  readonly bounds: Bounds;
  /** ms between two readings; false where it stands still. */
  readonly refetch: number | false;
  /** Whether it ends now and moves. */
  readonly live: boolean;
  /** Whether the page's rows stream in it, bucket by bucket. */
  readonly streams: boolean;
}

/** ms between two readings of what streams. */
export const REFRESH = 2_000;

/** Of a view at `now`. While it is played, the details follow in steps of about REFRESH. */
export function shownWindow(
  { window, play }: Pick<View, 'window' | 'play'>,
  status: Pick<LiveStatus, 'playhead' | 'bucketMs' | 'horizonMs' | 'pausedAt' | 'history'>,
  now: number,
): ShownWindow {
  const { horizonMs, bucketMs, pausedAt, history } = status;
  if (window.kind === 'live') {
    const streams = !isKept(window, { now, horizonMs });
    const every = streams ? REFRESH : Math.max(15_000, history?.refreshMs ?? 0);
    return {
      bounds: { from: -window.sinceMs },
      refetch: pausedAt === null ? every : false,
      live: true,
      streams,
    };
  }
  const { from, to } = window;
  if (play === null) {
    return {
      bounds: { from, to },
      refetch: false,
      live: false,
      streams: !isKept(window, { now, horizonMs }),
    };
  }
  const head = play.at ?? status.playhead ?? from;
  const step = play.at === null ? Math.max(bucketMs, REFRESH * play.speed) : 1;
  const end = Math.min(to, Math.max(from + bucketMs, Math.ceil(head / step) * step));
  const begin = Math.max(from, Math.min(end - bucketMs, end - play.spanMs));
  return { bounds: { from: begin, to: end }, refetch: false, live: false, streams: false };
}

const GivenWindow = createContext<ShownWindow | null>(null);

/** Lets the details inside tell of another window than the view's. */
export const GivenWindowProvider = GivenWindow.Provider;

/** The window that the details around tell of. */
export function useShownWindow(): ShownWindow {
  const given = useContext(GivenWindow);
  const store = useLiveStore();
  const status = useLiveStatus();
  const [view] = useView();
  return given ?? shownWindow(view, status, store.clock.now());
}
