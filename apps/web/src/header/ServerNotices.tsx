import { DatabaseBackup, TriangleAlert } from 'lucide-react';
import { useLiveStatus } from '../live/useLiveFlows.js';
import styles from './ServerNotices.module.css';

/** What the server says of itself that a reader has to know: it is still reading back, or something wants a hand. */
export function ServerNotices() {
  const { health } = useLiveStatus();
  if (health === null) return null;
  const { restoring, troubles } = health;
  return (
    <>
      {restoring !== null && <Restoring share={restoring} />}
      {troubles.map(({ code, message }) => (
        <aside key={code} className={styles.notice} aria-label="Trouble">
          <TriangleAlert size={14} className={styles.icon} aria-hidden="true" />
          <p className={styles.text}>{message}</p>
        </aside>
      ))}
    </>
  );
}

function Restoring({ share }: { readonly share: number }) {
  const percent = Math.floor(share * 100);
  return (
    <aside className={styles.notice} aria-label="Restoring">
      <DatabaseBackup size={14} className={styles.icon} aria-hidden="true" />
      <p className={styles.text}>
        <b>Restoring</b> flows from before the restart; new ones are let in after that.
      </p>
      <progress className={styles.progress} value={percent} max={100} aria-label="Restored" />
      <span className={styles.percent}>{percent} %</span>
    </aside>
  );
}
