import { Unplug } from 'lucide-react';
import { Fragment } from 'react';
import { formatCount } from '../ui/format.js';
import { Popover } from '../ui/Popover.js';
import { SourcesPanel, type SourcesPanelProps } from './SourcesPanel.js';
import styles from './Stat.module.css';
import { summaryOf } from './source-words.js';

/** How many sources and senders there are and which is down; each of them on a click. */
export function SourcesStat({ health, onConnect }: SourcesPanelProps) {
  const { parts, down, away } = summaryOf(health);
  return (
    <Popover
      label="Sources"
      align="end"
      trigger={(props) => (
        <button type="button" className={styles.stat} data-alert={down !== '' || undefined} {...props}>
          {down !== '' && (
            <>
              <Unplug size={13} className={styles.icon} aria-hidden="true" />
              <b>{down}</b>
              {parts.length > 0 && ' · '}
            </>
          )}
          {parts.map(([count, what], at) => (
            <Fragment key={what}>
              {at > 0 && ' · '}
              <b>{count}</b> {what}
            </Fragment>
          ))}
          {away > 0 && <span className={styles.marked}> · {formatCount(away)} away</span>}
        </button>
      )}
    >
      <SourcesPanel health={health} onConnect={onConnect} />
    </Popover>
  );
}
