import type { Health } from '@vibrissa/protocol/messages';
import { formatCount } from '../ui/format.js';
import styles from './Stat.module.css';

/** How many flow records come in. */
export function RateStat({ health }: { readonly health: Health }) {
  const rate = health.recordsPerSecond;
  return (
    <span className={styles.stat} title={`${formatCount(health.flows)} distinct flows held`}>
      <b>{rate > 0 && rate < 1 ? '<1' : formatCount(Math.round(rate))}</b> records/s
    </span>
  );
}
