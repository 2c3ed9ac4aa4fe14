import { RotateCw, Square } from 'lucide-react';
import { useLiveFlows, useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { useLasting } from '../../ui/useLasting.js';
import { midSentence, momentWords } from '../../view/time/moment-words.js';
import { LOCAL } from '../../view/time/wall-clock.js';
import { spanWords, stretchWords } from '../../view/time/when-words.js';
import type { ViewWindow } from '../../view/view-url.js';
import styles from './Reading.module.css';
import { percent } from './RowCount.js';

/** `the last 24 hours`, `yesterday 14:00 – 15:00`. */
function windowText(window: ViewWindow, now: number): string {
  if (window.kind === 'live') return `the last ${spanWords(window.sinceMs)}`;
  return midSentence(stretchWords(window.from, window.to, { now, zone: LOCAL }));
}

/** ms before a reading is worth telling. */
const SLOW = 400;

/** The same while a window is played, where one short reading follows another. */
const SLOW_PLAYED = 2_000;

/** True once the rows asked for are a while in coming. */
export function useSlowReading(played: boolean): boolean {
  const { loaded, error, stopped, connection } = useLiveStatus();
  return useLasting(
    !loaded && error === null && !stopped && connection === 'open',
    played ? SLOW_PLAYED : SLOW,
  );
}

export interface ReadingWordsProps {
  readonly window: ViewWindow;
  /** 0 to 1; null where the server does not say. */
  readonly progress: number | null;
  readonly onStop: () => void;
}

/** In place of a count while what is to be counted is a while in coming: how far it is, and a way to end it. */
export function ReadingWords({ window, progress, onStop }: ReadingWordsProps) {
  const store = useLiveStore();
  return (
    <span className={styles.reading}>
      <span role="status" className={styles.words}>
        Reading {windowText(window, store.clock.now())}
      </span>
      <span className={styles.percent}>{progress === null ? '…' : percent(progress)}</span>
      <Button className={styles.stop ?? ''} onClick={onStop}>
        <Square size={9} fill="currentColor" aria-hidden="true" />
        Stop
      </Button>
    </span>
  );
}

export interface ReadingLineProps {
  readonly busy: boolean;
  readonly progress: number | null;
}

/** The thin line under a toolbar: how far a reading is, or that it is under way. */
export function ReadingLine({ busy, progress }: ReadingLineProps) {
  if (!busy) return null;
  return (
    <div className={styles.line} aria-hidden="true" data-known={progress !== null || undefined}>
      <i style={progress === null ? undefined : { transform: `scaleX(${progress})` }} />
    </div>
  );
}

/** Above rows that are not what was asked for, or not the newest of it: why, and what to do about it. */
export function StaleStrip() {
  const store = useLiveStore();
  const { rows, status } = useLiveFlows();
  const { error, stopped, readAt, loaded } = status;
  if (rows.length === 0 || (!stopped && (error === null || !loaded))) return null;
  const when = readAt === null ? '' : ` Shown is what was read at ${momentWords(readAt, store.clock.now())}.`;
  return (
    <div className={styles.strip} role="status">
      <span>
        {stopped ? 'The reading was stopped.' : `It could not be read again: ${error?.message}`}
        {when}
      </span>
      <Button onClick={() => store.retry()}>
        <RotateCw size={12} aria-hidden="true" />
        Read again
      </Button>
    </div>
  );
}
