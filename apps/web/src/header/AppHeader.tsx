import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { useLiveStatus } from '../live/useLiveFlows.js';
import { IconButton } from '../ui/IconButton.js';
import { useShortcuts } from '../ui/useShortcuts.js';
import styles from './AppHeader.module.css';
import { HelpDialog } from './HelpDialog.js';
import { LiveChip } from './LiveChip.js';
import { Logo } from './Logo.js';
import { LossStat } from './LossStat.js';
import { RateStat } from './RateStat.js';
import { SourcesStat } from './SourcesStat.js';
import { StatusMenu } from './StatusMenu.js';
import { ThemeButton } from './ThemeButton.js';

/** Whose flows these are, how they come in, and whether they are up to date. */
export function AppHeader() {
  const { health } = useLiveStatus();
  const [help, setHelp] = useState(false);
  useShortcuts([['?', () => setHelp(true)]]);

  return (
    <header className={styles.header}>
      <a href="/" className={styles.logo} aria-label="Vibrissa, all flows">
        <Logo />
        <span>Vibrissa</span>
      </a>
      {health !== null && health.cluster !== '' && <span className={styles.cluster}>{health.cluster}</span>}
      <span className={styles.space} />
      {health !== null && (
        <div className={styles.stats}>
          <SourcesStat health={health} />
          <RateStat health={health} />
          <LossStat loss={health.loss} />
        </div>
      )}
      <LiveChip />
      {health !== null && (
        <div className={styles.compact}>
          <StatusMenu health={health} />
        </div>
      )}
      <ThemeButton />
      <IconButton label="Help" shortcut="?" bordered onClick={() => setHelp(true)}>
        <CircleHelp size={15} aria-hidden="true" />
      </IconButton>
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </header>
  );
}
