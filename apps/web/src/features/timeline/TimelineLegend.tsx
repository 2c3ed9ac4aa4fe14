import type { SeriesPoint } from '@vibrissa/protocol/messages';
import { formatCount, formatTimeSeconds } from '../../ui/format.js';
import styles from './TimelineLegend.module.css';

export interface TimelineLegendProps {
  /** The bar under the pointer; without one only the colours are explained. */
  readonly bar: SeriesPoint | undefined;
  readonly stepMs: number;
  readonly failed: boolean;
}

const ENTRIES = [
  { key: 'allow', word: 'Allowed' },
  { key: 'pendingDeny', word: 'Would be denied' },
  { key: 'deny', word: 'Denied' },
] as const;

/** What the colours mean, and how much of each there is under the pointer. */
export function TimelineLegend({ bar, stepMs, failed }: TimelineLegendProps) {
  return (
    <div className={styles.legend}>
      {ENTRIES.map(({ key, word }) => (
        <span key={key} className={styles.entry}>
          <i data-layer={key} className={styles.swatch} />
          {word}
          {bar !== undefined && <b> {formatCount(bar[key])}</b>}
        </span>
      ))}
      {bar !== undefined && (
        <span className={styles.time}>
          {formatTimeSeconds(bar.at)} – {formatTimeSeconds(bar.at + stepMs)}
        </span>
      )}
      {failed && (
        <span role="status" className={styles.time}>
          not up to date: the server did not answer
        </span>
      )}
    </div>
  );
}
