import type { ReactNode } from 'react';
import styles from './Section.module.css';

export interface SectionProps {
  readonly title: string;
  /** Beside the title, for little: a count, a switch. */
  readonly aside?: ReactNode;
  readonly tone?: 'plain' | 'card' | 'new';
  readonly children: ReactNode;
}

/** One part of the details under its heading. A card has a frame; a new one stands out. */
export function Section({ title, aside, tone = 'plain', children }: SectionProps) {
  return (
    <section className={`${styles.section} ${styles[tone] ?? ''}`}>
      <header className={styles.head}>
        <h3 className={styles.title}>{title}</h3>
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
      </header>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
