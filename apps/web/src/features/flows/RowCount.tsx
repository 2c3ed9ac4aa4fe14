import { useRef } from 'react';
import { useLiveFlows, useLiveStore } from '../../live/useLiveFlows.js';
import { formatCount, formatDuration } from '../../ui/format.js';
import { appliedFilter } from '../../view/filter-clauses.js';
import { momentWords } from '../../view/time/moment-words.js';
import { utcMoment } from '../../view/time/when-words.js';
import { useView } from '../../view/useView.js';
import { type CountWords, countWords } from './count-words.js';
import styles from './RowCount.module.css';
import { sortWords } from './sort-words.js';

/** How much there is, how much of it is on screen, and what narrows it; never of rows that answer another question. */
export function RowCount() {
  const { total, held, status } = useLiveFlows();
  const [view] = useView();
  const last = useRef<CountWords | null>(null);
  if (status.loaded) {
    const order = status.history === null ? 'the newest' : sortWords(view.sort);
    const filter = appliedFilter(view.filter, view.disabled);
    last.current = countWords({ grouping: view.grouping, total, held, order, filter });
  }
  const words = last.current;
  if (words === null) return <span className={styles.count}>&nbsp;</span>;
  const { count, what, narrowed } = words;
  return (
    <span className={styles.count} title={narrowed === '' ? undefined : `${count} ${what}, ${narrowed}`}>
      <b>{count}</b> {what}
      {narrowed !== '' && <span className={styles.narrowed}> · {narrowed}</span>}
      <Age />
      {status.skipped > 0 && (
        <span title="This page was too slow for them; what is shown was brought up to date since">
          {' '}
          · {formatCount(status.skipped)} updates skipped
        </span>
      )}
    </span>
  );
}

/** How old what is on screen may be, where it does not stream. */
function Age() {
  const store = useLiveStore();
  const { status } = useLiveFlows();
  const { connection, heardAt, readAt, history, progress, stopped } = status;
  const now = store.clock.now();
  if (connection !== 'open' && heardAt !== null) {
    return <span title={utcMoment(heardAt)}> · as of {momentWords(heardAt, now)}, the server is away</span>;
  }
  const every = history?.refreshMs ?? null;
  if (every === null || readAt === null || stopped) return null;
  const again =
    progress === null ? `read every ${formatDuration(every)}` : `reading again, ${percent(progress)}`;
  return <span title={`Last read ${momentWords(readAt, now)}, ${utcMoment(readAt)}`}> · {again}</span>;
}

/** `42 %`. */
export function percent(share: number): string {
  return `${Math.floor(Math.max(0, Math.min(1, share)) * 100)} %`;
}
