import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { useView } from '../../../view/useView.js';
import type { ViewPlay } from '../../../view/view-url.js';
import { headRange, playOf, stepped } from './play-of.js';

export interface Playback {
  readonly from: number;
  readonly to: number;
  readonly play: ViewPlay;
  readonly running: boolean;
  /** Whether the playhead has come to the window's end. */
  readonly ended: boolean;
  /** The end of what is on screen, ms since epoch. */
  readonly head: number;
  readonly range: { readonly min: number; readonly max: number };
  readonly toggle: () => void;
  /** By so many buckets; halts it. */
  readonly step: (by: number) => void;
  /** Puts the playhead elsewhere; a running one goes on from there. */
  readonly seek: (at: number) => void;
  readonly change: (change: Partial<Pick<ViewPlay, 'speed' | 'spanMs'>>) => void;
  readonly close: () => void;
}

/** How the window is played, and what can be done about it; null while it is not. */
export function usePlayback(): Playback | null {
  const store = useLiveStore();
  const { playhead, bucketMs } = useLiveStatus();
  const [view, setView] = useView();
  const { window, play, compare } = view;
  const fixed = window.kind === 'fixed' && play !== null && compare === null;
  if (!fixed) return null;
  const { from, to } = window;
  const running = play.at === null;
  const range = headRange(from, to, bucketMs);
  const head = Math.min(to, Math.max(from, play.at ?? playhead ?? from));
  const put = (at: number | null) => setView({ play: { ...play, at } }, 'replace');
  const halt = (at: number) => put(Math.max(from + 1, Math.min(to, Math.round(at))));
  const ended = !running && head >= to;
  return {
    from,
    to,
    play,
    running,
    ended,
    head,
    range,
    toggle: () => (running ? halt(head) : put(null)),
    step: (by) => halt(stepped(head, by, bucketMs, range)),
    seek: (at) => (running ? store.seek(Math.max(from, Math.min(to, at))) : halt(at)),
    change: (change) => setView({ play: { ...play, ...change } }, 'replace'),
    close: () => setView({ play: null }),
  };
}

/** Begins to play what is on screen. */
export function useStartPlayback(): () => void {
  const store = useLiveStore();
  const { bucketMs } = useLiveStatus();
  const [view, setView] = useView();
  return () => setView(playOf(view, store.clock.now(), bucketMs));
}
