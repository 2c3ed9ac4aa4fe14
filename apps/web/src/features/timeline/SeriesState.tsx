import { RotateCw, Square } from 'lucide-react';
import type { LongQuery } from '../../api/useLongQuery.js';
import { Button } from '../../ui/Button.js';
import { queryTrouble } from '../../view/query-trouble.js';
import styles from './SeriesState.module.css';

type Reading = Pick<LongQuery<unknown>, 'slow' | 'progress' | 'stop' | 'stopped' | 'again' | 'error'>;

/** In place of the legend while the bars are not what was asked for: how far they are, or why they are not. */
export function SeriesState({ reading }: { readonly reading: Reading }) {
  const { slow, progress, stop, stopped, again, error } = reading;
  if (slow) {
    return (
      <div className={styles.state}>
        <span role="status" className={styles.words}>
          Reading the timeline
        </span>
        {progress !== null && <b className={styles.percent}>{Math.floor(progress * 100)} %</b>}
        <Button className={styles.button ?? ''} aria-label="Stop reading the timeline" onClick={stop}>
          <Square size={9} fill="currentColor" aria-hidden="true" />
          Stop
        </Button>
      </div>
    );
  }
  if (!stopped && error === null) return null;
  const trouble = stopped || error === null ? null : queryTrouble(error);
  return (
    <div className={styles.state}>
      <span role="status" className={styles.words} title={trouble?.remedy}>
        {trouble === null ? 'Reading was stopped.' : `${trouble.title}.`}
        {trouble !== null && <span className={styles.remedy}> {trouble.remedy}</span>}
      </span>
      <Button className={styles.button ?? ''} aria-label="Read the timeline again" onClick={again}>
        <RotateCw size={11} aria-hidden="true" />
        Read again
      </Button>
    </div>
  );
}

/** Whether there is something to say instead of the legend. */
export function hasState({ slow, stopped, error }: Reading): boolean {
  return slow || stopped || error !== null;
}
