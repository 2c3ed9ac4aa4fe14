import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useShortcuts } from '../../../ui/useShortcuts.js';
import { goTo } from '../../../view/address.js';
import styles from './TrialFrame.module.css';

export interface TrialFrameProps {
  readonly back: { readonly href: string; readonly label: string };
  readonly title: string;
  readonly actions: ReactNode;
  readonly left: ReactNode;
  readonly right: ReactNode;
}

/** The change on one side and what it would do on the other; one above the other where there is little room. */
export function TrialFrame({ back, title, actions, left, right }: TrialFrameProps) {
  useShortcuts([['Escape', () => goTo(back.href)]]);
  return (
    <div className={styles.frame}>
      <header className={styles.head}>
        <a href={back.href} className={styles.back}>
          <ArrowLeft size={13} aria-hidden="true" />
          {back.label}
        </a>
        <h2 className={styles.title}>{title}</h2>
        {actions}
      </header>
      <div className={styles.sides}>
        <div className={styles.left}>{left}</div>
        <div className={styles.right}>{right}</div>
      </div>
    </div>
  );
}
