import { History, Pause } from 'lucide-react';
import { type LiveStatus, lagAt } from '../live/live-status.js';
import { useLiveStatus, useLiveStore } from '../live/useLiveFlows.js';
import { formatAge, formatDuration } from '../ui/format.js';
import { useNow } from '../ui/useNow.js';
import { useView } from '../view/useView.js';
import { DEFAULT_VIEW } from '../view/view-url.js';
import styles from './LiveChip.module.css';

type Mood = 'live' | 'past' | 'paused' | 'reconnecting' | 'connecting';

/** Live, paused, past or reconnecting, and how far behind; a click pauses, goes on, goes live or tries again. */
export function LiveChip() {
  const store = useLiveStore();
  const status = useLiveStatus();
  const [view, setView] = useView();
  useNow(500);
  const now = store.clock.now();
  const mood = moodOf(status, view.window.kind === 'fixed');
  const act = () => {
    if (mood === 'paused') store.resume();
    else if (mood === 'live') store.pause();
    else if (mood === 'past') setView({ window: DEFAULT_VIEW.window });
    else store.retryNow();
  };

  return (
    <button type="button" className={styles.chip} data-mood={mood} title={TITLE[mood]} onClick={act}>
      {mood === 'paused' ? (
        <Pause size={12} className={styles.icon} aria-hidden="true" />
      ) : mood === 'past' ? (
        <History size={13} className={styles.icon} aria-hidden="true" />
      ) : (
        <i className={styles.dot} aria-hidden="true" />
      )}
      <span>{WORD[mood]}</span> <span className={styles.note}>{noteOn(status, mood, now)}</span>
    </button>
  );
}

const WORD: Readonly<Record<Mood, string>> = {
  live: 'Live',
  past: 'Past',
  paused: 'Paused',
  reconnecting: 'Reconnecting',
  connecting: 'Connecting',
};

const TITLE: Readonly<Record<Mood, string>> = {
  live: 'Pause (Space)',
  past: 'Back to live',
  paused: 'Go on from where it was paused (Space)',
  reconnecting: 'Try now',
  connecting: 'Waiting for the server',
};

function moodOf(status: LiveStatus, fixed: boolean): Mood {
  if (status.heardAt === null) return status.connection === 'waiting' ? 'reconnecting' : 'connecting';
  if (status.connection !== 'open') return 'reconnecting';
  if (status.pausedAt !== null) return 'paused';
  return fixed ? 'past' : 'live';
}

function noteOn(status: LiveStatus, mood: Mood, now: number): string {
  switch (mood) {
    case 'live': {
      const lag = lagAt(status, now);
      return lag === null ? 'idle' : `${formatDuration(lag)} behind`;
    }
    case 'past':
      return 'a fixed window';
    case 'paused':
      return `for ${formatDuration(now - (status.pausedAt ?? now))}`;
    case 'reconnecting':
      return status.retryAt === null
        ? 'trying'
        : `in ${formatDuration(Math.max(0, status.retryAt - now))}${heardText(status, now)}`;
    case 'connecting':
      return '';
  }
}

function heardText(status: LiveStatus, now: number): string {
  return status.heardAt === null ? '' : `, last word ${formatAge(now - status.heardAt)} ago`;
}
