import { useEffect } from 'react';
import type { Watch } from '../../live/live-socket.js';
import { useLiveStore } from '../../live/useLiveFlows.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import type { View } from '../../view/view-url.js';

/** Rows a browser is asked to hold; more than this nobody reads, and a filter finds. */
const LIMIT = 50_000;

/** The question a view asks the server. */
export function watchOf(view: View): Watch {
  const filter = effectiveFilter(view);
  const { window, grouping } = view;
  if (window.kind === 'live') return { filter, grouping, since: -window.sinceMs, limit: LIMIT };
  return { filter, grouping, since: window.from, until: window.to, limit: LIMIT };
}

/** Keeps the stream on what the address bar asks for. */
export function useWatchView(): void {
  const store = useLiveStore();
  const [view] = useView();
  useEffect(() => store.watch(watchOf(view)), [store, view]);
  useEffect(() => store.sortBy(view.sort.column, view.sort.descending), [store, view.sort]);
}
