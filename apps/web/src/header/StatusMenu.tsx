import { Activity, Unplug } from 'lucide-react';
import { IconButton } from '../ui/IconButton.js';
import { Popover } from '../ui/Popover.js';
import { LossPanel } from './LossPanel.js';
import { RateStat } from './RateStat.js';
import { SourcesPanel, type SourcesPanelProps } from './SourcesPanel.js';
import styles from './StatusMenu.module.css';
import { summaryOf } from './source-words.js';
import { ThemeButton } from './ThemeButton.js';

/** On a phone: sources, rate and loss behind one button, which shows when something is down. */
export function StatusMenu({ health, onConnect }: SourcesPanelProps) {
  const { down } = summaryOf(health);
  return (
    <Popover
      label="Status"
      align="end"
      trigger={(props) => (
        <IconButton
          label={down === '' ? 'Status' : `Status: ${down}`}
          bordered
          data-alert={down !== '' || undefined}
          className={styles.button}
          {...props}
        >
          {down === '' ? <Activity size={15} aria-hidden="true" /> : <Unplug size={15} aria-hidden="true" />}
        </IconButton>
      )}
    >
      <SourcesPanel health={health} onConnect={onConnect} />
      <div className={styles.rest}>
        {health.cluster !== '' && <p className={styles.cluster}>{health.cluster}</p>}
        <RateStat health={health} />
        <ThemeButton />
      </div>
      <LossPanel loss={health.loss} />
    </Popover>
  );
}
