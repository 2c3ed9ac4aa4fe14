import { Pause } from 'lucide-react';
import { type LiveStatus, lagAt } from '../live/live-status.js';
import { useLiveStatus, useLiveStore } from '../live/useLiveFlows.js';
import { formatAge, formatDuration } from '../ui/format.js';
import { useNow } from '../ui/useNow.js';
import styles from './LiveChip.module.css';

type Mood = 'live' | 'paused' | 'reconnecting' | 'connecting';

/** Live, paused or reconnecting, and how far behind; a click pauses, goes on, or tries again. */
export function LiveChip() {
  const store = useLiveStore();
  const status = useLiveStatus();
  useNow(500);
  const now = store.clock.now();
  const mood = moodOf(status);
  const act = () => {
    if (mood === 'paused') store.resume();
    else if (mood === 'live') store.pause();
    else store.retryNow();
  };

  return (
    <button type="button" className={styles.chip} data-mood={mood} title={TITLE[mood]} onClick={act}>
      {mood === 'paused' ? (
        <Pause size={12} className={styles.icon} aria-hidden="true" />
      ) : (
        <i className={styles.dot} aria-hidden="true" />
      )}
      <span>{WORD[mood]}</span> <span className={styles.note}>{noteOn(status, mood, now)}</span>
    </button>
  );
}

const WORD: Readonly<Record<Mood, string>> = {
  live: 'Live',
  paused: 'Paused',
  reconnecting: 'Reconnecting',
  connecting: 'Connecting',
};

const TITLE: Readonly<Record<Mood, string>> = {
  live: 'Pause (Space)',
  paused: 'Go on from where it was paused (Space)',
  reconnecting: 'Try now',
  connecting: 'Waiting for the server',
};

function moodOf(status: LiveStatus): Mood {
  if (status.heardAt === null) return status.connection === 'waiting' ? 'reconnecting' : 'connecting';
  if (status.connection !== 'open') return 'reconnecting';
  return status.pausedAt === null ? 'live' : 'paused';
}

function noteOn(status: LiveStatus, mood: Mood, now: number): string {
  switch (mood) {
    case 'live': {
      const lag = lagAt(status, now);
      return lag === null ? 'idle' : `${formatDuration(lag)} behind`;
    }
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
