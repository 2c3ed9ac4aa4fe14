import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { ViewsMenu } from '../features/views/ViewsMenu.js';
import { useLiveStatus } from '../live/useLiveFlows.js';
import { pathOf, usePage } from '../routes.js';
import { IconButton } from '../ui/IconButton.js';
import { useShortcuts } from '../ui/useShortcuts.js';
import styles from './AppHeader.module.css';
import { ConnectDialog } from './ConnectDialog.js';
import { HelpDialog } from './HelpDialog.js';
import { LiveChip } from './LiveChip.js';
import { Logo } from './Logo.js';
import { LossStat } from './LossStat.js';
import { PageNav } from './PageNav.js';
import { RateStat } from './RateStat.js';
import { SourcesStat } from './SourcesStat.js';
import { StatusMenu } from './StatusMenu.js';
import { ThemeButton } from './ThemeButton.js';

/** Whose flows these are, how they come in, and whether they are up to date. */
export function AppHeader() {
  const { health } = useLiveStatus();
  const page = usePage();
  const [help, setHelp] = useState(false);
  const [connect, setConnect] = useState(false);
  useShortcuts([['?', () => setHelp(true)]]);

  return (
    <header className={styles.header}>
      <a href="/" className={styles.logo} aria-label="Vibrissa, all flows">
        <Logo />
        <span>Vibrissa</span>
      </a>
      <PageNav />
      {health !== null && health.cluster !== '' && <span className={styles.cluster}>{health.cluster}</span>}
      <span className={styles.space} />
      {health !== null && (
        <div className={styles.stats}>
          <SourcesStat health={health} onConnect={() => setConnect(true)} />
          <RateStat health={health} />
          <LossStat loss={health.loss} />
        </div>
      )}
      <ViewsMenu page={page.name} pathOf={pathOf} />
      <LiveChip />
      {health !== null && (
        <div className={styles.compact}>
          <StatusMenu health={health} onConnect={() => setConnect(true)} />
        </div>
      )}
      <span className={styles.theme}>
        <ThemeButton />
      </span>
      <IconButton label="Help" shortcut="?" bordered onClick={() => setHelp(true)}>
        <CircleHelp size={15} aria-hidden="true" />
      </IconButton>
      <ConnectDialog open={connect} onClose={() => setConnect(false)} />
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </header>
  );
}
