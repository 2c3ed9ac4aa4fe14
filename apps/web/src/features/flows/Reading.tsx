import { RotateCw, Square } from 'lucide-react';
import { useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { useLasting } from '../../ui/useLasting.js';
import { momentWords } from '../../view/span-words.js';
import { windowText } from '../../view/window-text.js';
import { useView } from '../../view/useView.js';
import styles from './Reading.module.css';
import { percent } from './RowCount.js';

/** ms before a reading is worth telling. */
const SLOW = 400;

/** True once the rows asked for are a while in coming. */
export function useSlowReading(): boolean {
  const { loaded, error, stopped, connection } = useLiveStatus();
  return useLasting(!loaded && error === null && !stopped && connection === 'open', SLOW);
}

/** In place of the row count while rows are a while in coming: how far, and a way to end it. */
export function ReadingCount() {
  const store = useLiveStore();
  const { progress } = useLiveStatus();
  const [view] = useView();
  return (
    <span className={styles.reading}>
      <span role="status" className={styles.words}>
        Reading {windowText(view.window, store.clock.now())}
      </span>
      <span className={styles.percent}>{progress === null ? '…' : percent(progress)}</span>
      <Button className={styles.stop ?? ''} onClick={() => store.stop()}>
        <Square size={9} fill="currentColor" aria-hidden="true" />
        Stop
      </Button>
    </span>
  );
}

/** The thin line over the table: how far a reading is, or that it is under way. */
export function ReadingLine() {
  const { progress, loaded, error, stopped } = useLiveStatus();
  if (error !== null || stopped || (loaded && progress === null)) return null;
  return (
    <div className={styles.line} aria-hidden="true" data-known={progress !== null || undefined}>
      <i style={progress === null ? undefined : { transform: `scaleX(${progress})` }} />
    </div>
  );
}

/** Above rows that are not what was asked for, or not the newest of it: why, and what to do about it. */
export function StaleStrip() {
  const store = useLiveStore();
  const { error, stopped, readAt, loaded } = useLiveStatus();
  if (!stopped && (error === null || !loaded)) return null;
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
