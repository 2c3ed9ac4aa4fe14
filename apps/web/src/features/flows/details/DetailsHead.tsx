import { X } from 'lucide-react';
import type { Row } from '../../../live/row.js';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { IconButton } from '../../../ui/IconButton.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { outcomeOf } from '../row-text.js';
import styles from './DetailsHead.module.css';
import { attemptWords, firstSeenWords, OUTCOME_WORDS } from './detail-words.js';
import { useShownWindow } from './shown-window.js';

/** What became of the row, how often and since when; and the way out. */
export function DetailsHead({ row, onClose }: { readonly row: Row; readonly onClose: () => void }) {
  const store = useLiveStore();
  const { pausedAt } = useLiveStatus();
  const { bounds } = useShownWindow();
  const outcome = outcomeOf(row);
  const now = pausedAt ?? store.clock.now();
  return (
    <header className={styles.head} data-outcome={outcome}>
      <p className={styles.line}>
        <span className={styles.verdict}>
          <OutcomeMark outcome={outcome} />
          {OUTCOME_WORDS[outcome]}
        </span>
        <span className={styles.facts}>
          {attemptWords(row, bounds, now)}
          {' · '}
          <time dateTime={new Date(row.firstSeen).toISOString()}>{firstSeenWords(row.firstSeen, now)}</time>
        </span>
      </p>
      <IconButton label="Close" shortcut="Esc" onClick={onClose}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </header>
  );
}
