import { BookmarkX, X } from 'lucide-react';
import { IconButton } from '../../ui/IconButton.js';
import styles from './ViewNotice.module.css';

/** Says why the view that a link named is not what is on screen. */
export function ViewNotice({
  problem,
  onDismiss,
}: {
  readonly problem: string;
  readonly onDismiss: () => void;
}) {
  return (
    <aside className={styles.notice} aria-label="Saved view">
      <BookmarkX size={14} className={styles.icon} aria-hidden="true" />
      <p role="status" className={styles.text}>
        {problem}
      </p>
      <IconButton label="Dismiss" className={styles.dismiss} onClick={onDismiss}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </aside>
  );
}
