import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './ErrorNotice.module.css';

export interface ErrorNoticeProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Something went wrong in one part of the page; the rest goes on. Red is kept for denied traffic. */
export function ErrorNotice({ title, children, actions }: ErrorNoticeProps) {
  return (
    <div className={styles.notice} role="alert">
      <TriangleAlert size={16} className={styles.icon} aria-hidden="true" />
      <div>
        <p className={styles.title}>{title}</p>
        {children !== undefined && <div className={styles.text}>{children}</div>}
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  );
}
