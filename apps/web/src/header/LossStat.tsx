import type { Loss } from '@vibrissa/protocol/messages';
import { formatCount } from '../ui/format.js';
import { Popover } from '../ui/Popover.js';
import styles from './Stat.module.css';

const KINDS: readonly (readonly [name: keyof Loss, what: string])[] = [
  ['rejected', 'Could not be read'],
  ['tooOld', 'Older than the server holds'],
  ['droppedByAgents', 'Dropped by agents that were full'],
  ['evicted', 'Pushed out: the server was full'],
];

/** How many records are not shown, and why. */
export function LossStat({ loss }: { readonly loss: Loss }) {
  const total = KINDS.reduce((sum, [name]) => sum + loss[name], 0);
  return (
    <Popover
      label="Records lost"
      align="end"
      trigger={(props) => (
        <button type="button" className={styles.stat} {...props}>
          <b className={total > 0 ? styles.marked : ''}>{formatCount(total)}</b> lost
        </button>
      )}
    >
      <div className={styles.panel}>
        <p className={styles.title}>Records not shown</p>
        <dl className={styles.rows}>
          {KINDS.map(([name, what]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{what}</dt>
              <dd>{formatCount(loss[name])}</dd>
            </div>
          ))}
        </dl>
        <p className={styles.note}>Counted since the server started.</p>
      </div>
    </Popover>
  );
}
