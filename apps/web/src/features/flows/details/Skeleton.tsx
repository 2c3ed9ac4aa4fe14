import styles from './Skeleton.module.css';

/** Holds the place of what is on its way, in about its size. */
export function Skeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label="Reading the reports">
      <div className={styles.headline} />
      <div className={styles.line} />
      <div className={styles.sides}>
        <div className={styles.side} />
        <div className={styles.side} />
      </div>
    </div>
  );
}
