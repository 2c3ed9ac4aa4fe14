import styles from './Headline.module.css';

export interface HeadlineProps {
  readonly text: string;
  /** How many lines it has room for at least. */
  readonly lines?: number;
  /** What follows from it, or is worth knowing; empty ones are left out. */
  readonly more: readonly string[];
}

/** What happened, in one sentence. */
export function Headline({ text, lines = 1, more }: HeadlineProps) {
  return (
    <div className={styles.headline}>
      <h2 className={styles.text} style={{ minHeight: `${lines}lh` }}>
        {text}
      </h2>
      {more
        .filter((sentence) => sentence !== '')
        .map((sentence) => (
          <p key={sentence} className={styles.more}>
            {sentence}
          </p>
        ))}
    </div>
  );
}
