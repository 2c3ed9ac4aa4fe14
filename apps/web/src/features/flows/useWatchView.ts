import { useEffect } from 'react';
import { useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { useView } from '../../view/useView.js';
import { viewToUrl } from '../../view/view-url.js';
import { isPlayedOut } from './playback/play-of.js';
import { questionOf } from './question-of.js';

/** Keeps the stream on what the address bar asks for; while windows are compared nobody looks at its rows. */
export function useWatchView(): void {
  const store = useLiveStore();
  const { horizonMs, playhead } = useLiveStatus();
  const [view, setView] = useView();
  const comparing = view.compare !== null;
  // What is open does not change the question. Asked again for it, a window grown old would be asked for otherwise.
  const asked = viewToUrl({ ...view, selected: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address stands for the view
  useEffect(() => {
    if (!comparing) store.ask(questionOf(view, { now: store.clock.now(), horizonMs }));
  }, [store, horizonMs, comparing, asked]);
  const { window, play } = view;
  // What was played to its end is halted there, so that the address says what is on screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at whenever the playhead moves
  useEffect(() => {
    if (window.kind === 'fixed' && play?.at === null && isPlayedOut(store.status(), window.to)) {
      setView({ play: { ...play, at: window.to } }, 'replace');
    }
  }, [store, playhead, asked]);
  const { column, descending } = view.sort;
  useEffect(() => store.sortBy(column, descending), [store, column, descending]);
}
