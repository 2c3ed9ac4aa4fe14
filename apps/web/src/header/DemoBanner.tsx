import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useLiveStatus } from '../live/useLiveFlows.js';
import { Button } from '../ui/Button.js';
import { ConnectDialog } from './ConnectDialog.js';
import styles from './DemoBanner.module.css';

/** Says plainly that the traffic is made up, and how to see one's own. */
export function DemoBanner() {
  const { health } = useLiveStatus();
  const [open, setOpen] = useState(false);
  if (health === null || health.demo === null) return null;
  return (
    <aside className={styles.banner} aria-label="Demo">
      <FlaskConical size={14} className={styles.icon} aria-hidden="true" />
      <b>Demo cluster</b>
      <span className={styles.scenario}>{health.demo}</span>
      <span className={styles.text}>The traffic is simulated until real flows come in.</span>
      <span className={styles.space} />
      <Button kind="quiet" className={styles.action ?? ''} onClick={() => setOpen(true)}>
        Connect a cluster
      </Button>
      <ConnectDialog open={open} onClose={() => setOpen(false)} />
    </aside>
  );
}
