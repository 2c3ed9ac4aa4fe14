import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import styles from './Disclosure.module.css';

export interface DisclosureProps {
  readonly title: string;
  readonly note?: string;
  readonly frame?: boolean;
  /** Names it, so that a key can find and open it. */
  readonly part?: string;
  /** Whether it begins open. */
  readonly initiallyOpen?: boolean;
  readonly children: ReactNode;
}

/** A part that is closed until asked for, and costs nothing while it is. */
export function Disclosure({
  title,
  note,
  frame = false,
  part,
  initiallyOpen = false,
  children,
}: DisclosureProps) {
  const [open, setOpen] = useState(initiallyOpen);
  return (
    <details
      className={`${styles.details} ${frame ? styles.frame : ''}`}
      open={open}
      data-part={part}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={styles.summary}>
        <ChevronRight size={14} className={styles.chevron} aria-hidden="true" />
        <h3 className={styles.title}>{title}</h3>
        {note !== undefined && <span className={styles.note}>{note}</span>}
      </summary>
      {open && <div className={styles.body}>{children}</div>}
    </details>
  );
}
