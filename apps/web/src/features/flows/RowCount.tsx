import { useRef } from 'react';
import { useLiveFlows, useLiveStore } from '../../live/useLiveFlows.js';
import { formatCount, formatDuration } from '../../ui/format.js';
import { appliedFilter } from '../../view/filter-clauses.js';
import { momentWords } from '../../view/time/moment-words.js';
import { utcMoment } from '../../view/time/when-words.js';
import { type CountWords, countWords } from './count-words.js';
import styles from './RowCount.module.css';
import { sortWords } from './sort-words.js';

/** How much there is, how much of it is on screen, and what narrows it; never of rows that answer another question. */
export function RowCount({ hidden }: { readonly hidden: boolean }) {
  const { rows, total, held, status } = useLiveFlows();
  const last = useRef<CountWords | null>(null);
  if (status.loaded && status.answered !== null) {
    const { filter, grouping, sort } = status.answered;
    const order = sortWords(sort?.column ?? '', sort?.descending ?? true);
    last.current = countWords({ grouping, total, held, order, filter: appliedFilter(filter, []) });
  }
  const words = last.current;
  // Beside what says why there are none, a count of rows that were there before would be untrue.
  const unanswered = !status.loaded && (status.error !== null || rows.length === 0);
  if (words === null || hidden || unanswered) return null;
  const { count, what, narrowed } = words;
  return (
    <p className={styles.line} title={narrowed === '' ? undefined : `${count} ${what}, ${narrowed}`}>
      <span className={styles.count}>
        <b>{count}</b> {what}
      </span>
      {narrowed !== '' && <span className={styles.narrowed}>{narrowed}</span>}
      <Age />
      {status.skipped > 0 && (
        <span
          className={styles.age}
          title="This page was too slow for them; what is shown was brought up to date since"
        >
          {formatCount(status.skipped)} updates skipped
        </span>
      )}
    </p>
  );
}

/** How old what is on screen may be, where it does not stream. */
function Age() {
  const store = useLiveStore();
  const { status } = useLiveFlows();
  const { connection, heardAt, readAt, history, progress, stopped, pausedAt } = status;
  const now = store.clock.now();
  if (connection !== 'open' && heardAt !== null) {
    return (
      <span className={styles.age} title={utcMoment(heardAt)}>
        as of {momentWords(heardAt, now)}, the server is away
      </span>
    );
  }
  const every = history?.refreshMs ?? null;
  if (every === null || readAt === null || stopped || pausedAt !== null) return null;
  const again =
    progress === null ? `read every ${formatDuration(every)}` : `reading again, ${percent(progress)}`;
  return (
    <span className={styles.age} title={`Last read ${momentWords(readAt, now)}, ${utcMoment(readAt)}`}>
      {again}
    </span>
  );
}

/** `42 %`. */
export function percent(share: number): string {
  return `${Math.floor(Math.max(0, Math.min(1, share)) * 100)} %`;
}
