import { ArrowUp } from 'lucide-react';
import { formatCount } from '../../ui/format.js';
import styles from './NewRowsPill.module.css';

/** Says how many rows wait above, so that they need not move the ones being read. */
export function NewRowsPill({ count, onClick }: { readonly count: number; readonly onClick: () => void }) {
  if (count <= 0) return null;
  return (
    <button type="button" className={styles.pill} onClick={onClick}>
      <ArrowUp size={13} aria-hidden="true" />
      {formatCount(count)} new
    </button>
  );
}
