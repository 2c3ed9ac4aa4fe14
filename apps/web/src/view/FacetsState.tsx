import type { LongQuery } from '../api/useLongQuery.js';
import { Button } from '../ui/Button.js';
import styles from './Facets.module.css';
import { queryTrouble } from './query-trouble.js';

/** Below the values, while their counts are not what was asked for: how far they are, or why they are not. */
export function FacetsState({ reading }: { readonly reading: LongQuery<unknown> }) {
  const { slow, progress, stop, stopped, again, error } = reading;
  if (slow) {
    return (
      <div className={styles.state}>
        <span role="status">Counting{progress === null ? '' : ` ${Math.floor(progress * 100)} %`}</span>
        <Button className={styles.stateButton ?? ''} aria-label="Stop counting values" onClick={stop}>
          Stop
        </Button>
      </div>
    );
  }
  if (!stopped && error === null) return null;
  const words = error === null || stopped ? 'Counting was stopped.' : `${queryTrouble(error).title}.`;
  return (
    <div className={styles.state}>
      <span role="status">{words}</span>
      <Button className={styles.stateButton ?? ''} aria-label="Count values again" onClick={again}>
        Again
      </Button>
    </div>
  );
}
