import type { Loss } from '@vibrissa/protocol/messages';
import { formatCount } from '../ui/format.js';
import { Popover } from '../ui/Popover.js';
import { LossPanel, totalLoss } from './LossPanel.js';
import styles from './Stat.module.css';

/** How many records are not shown, and why. */
export function LossStat({ loss }: { readonly loss: Loss }) {
  const total = totalLoss(loss);
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
      <LossPanel loss={loss} />
    </Popover>
  );
}
