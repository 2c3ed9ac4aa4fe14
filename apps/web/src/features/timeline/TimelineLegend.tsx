import type { SeriesPoint } from '@vibrissa/protocol/messages';
import { formatCount } from '../../ui/format.js';
import type { Here } from '../../view/time/when-resolve.js';
import { stretchWords, utcWords } from '../../view/time/when-words.js';
import styles from './TimelineLegend.module.css';

export interface TimelineLegendProps {
  /** The bar under the pointer; without one only the colours are explained. */
  readonly bar: SeriesPoint | undefined;
  readonly stepMs: number;
  readonly here: Here;
  /** Whether a narrow screen has no room for it beside the time control. */
  readonly cramped: boolean;
  /** Whether nothing at all was seen there, whatever the filter. */
  readonly silent: boolean;
}

const ENTRIES = [
  { key: 'allow', word: 'Allowed', short: 'Allowed' },
  { key: 'pendingDeny', word: 'Would be denied', short: 'Would deny' },
  { key: 'deny', word: 'Denied', short: 'Denied' },
] as const;

/** What the colours mean, and how much of each there is under the pointer. */
export function TimelineLegend({ bar, stepMs, here, cramped, silent }: TimelineLegendProps) {
  return (
    <div className={styles.legend} data-cramped={cramped || undefined}>
      {ENTRIES.map(({ key, word, short }) => (
        <span key={key} className={styles.entry}>
          <i data-layer={key} className={styles.swatch} />
          <span className={styles.wide}>{word}</span>
          <span className={styles.narrow}>{short}</span>
          {bar !== undefined && <b> {formatCount(bar[key])}</b>}
        </span>
      ))}
      {bar !== undefined && (
        <span className={styles.time}>
          {stretchWords(bar.at, bar.at + stepMs, here)}
          <span className={styles.utc}>
            {silent ? 'no flow at all was seen' : utcWords(bar.at, bar.at + stepMs)}
          </span>
        </span>
      )}
    </div>
  );
}
