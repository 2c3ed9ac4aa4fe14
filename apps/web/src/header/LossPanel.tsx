import type { Loss } from '@vibrissa/protocol/messages';
import { Fragment } from 'react';
import { formatCount } from '../ui/format.js';
import styles from './Stat.module.css';

const KINDS: readonly (readonly [name: keyof Loss, what: string])[] = [
  ['rejected', 'Could not be read'],
  ['refused', 'Refused on Goldmane’s port'],
  ['tooOld', 'Older than the server holds'],
  ['lostUpstream', 'Lost by sources before they came'],
  ['droppedByAgents', 'Dropped by agents that were full'],
  ['evicted', 'Pushed out: the server was full'],
];

/** Everything that is not shown, whyever. */
export function totalLoss(loss: Loss): number {
  return KINDS.reduce((sum, [name]) => sum + loss[name], 0);
}

/** How many records are not shown, by reason. */
export function LossPanel({ loss }: { readonly loss: Loss }) {
  return (
    <div className={styles.panel}>
      <p className={styles.title}>Records not shown</p>
      <dl className={styles.rows}>
        {KINDS.map(([name, what]) => (
          <Fragment key={name}>
            <dt>{what}</dt>
            <dd>{formatCount(loss[name])}</dd>
          </Fragment>
        ))}
      </dl>
      <p className={styles.note}>Counted since the server started.</p>
    </div>
  );
}
