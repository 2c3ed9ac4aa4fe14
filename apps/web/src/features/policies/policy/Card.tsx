import { type ReactNode, useId } from 'react';
import styles from './Card.module.css';

export interface CardProps {
  readonly title: string;
  /** Beside the title, for little. */
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the page in its frame. */
export function Card({ title, note, actions, children }: CardProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles.card}>
      <header className={styles.head}>
        <h3 id={id} className={styles.title}>
          {title}
        </h3>
        <div className={styles.note} data-numeric>
          {note}
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}
