import styles from './ProgressLine.module.css';

export interface ProgressLineProps {
  readonly shown: boolean;
  /** 0 to 1; null where it is not known, and only that something is under way. */
  readonly progress: number | null;
}

/** A thin line over the top of what is being read. It takes no room; the words about it stand elsewhere. */
export function ProgressLine({ shown, progress }: ProgressLineProps) {
  if (!shown) return null;
  return (
    <div className={styles.line} aria-hidden="true" data-known={progress !== null || undefined}>
      <i style={progress === null ? undefined : { transform: `scaleX(${Math.max(0.02, progress)})` }} />
    </div>
  );
}
