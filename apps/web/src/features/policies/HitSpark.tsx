import styles from './HitSpark.module.css';

export interface HitSparkProps {
  /** What it let go on, and what it denied, in steps of the window, oldest first. */
  readonly passed: readonly number[];
  readonly denied: readonly number[];
  readonly staged: boolean;
  readonly label: string;
}

const HEIGHT = 18;
const STEP = 4;

/** What a policy did over the window: denied at the bottom, where the eye looks, and the rest on top of it. */
export function HitSpark({ passed, denied, staged, label }: HitSparkProps) {
  const steps = Math.max(passed.length, denied.length, 1);
  const width = steps * STEP - 1;
  const sums = Array.from({ length: steps }, (_, at) => (passed[at] ?? 0) + (denied[at] ?? 0));
  const most = Math.max(...sums, 1);
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={`M0 ${HEIGHT - 0.5}h${width}`} className={styles.base} />
      <path d={bars(passed, denied, most)} className={styles.passed} />
      <path d={bars(denied, [], most)} className={styles.denied} data-staged={staged || undefined} />
    </svg>
  );
}

/** Bars of `values` on top of those of `below`. Few are never nothing: a bar is at least a pixel and a half high. */
function bars(values: readonly number[], below: readonly number[], most: number): string {
  const high = (value: number) => (value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT));
  let path = '';
  for (const [at, value] of values.entries()) {
    if (value === 0) continue;
    const bottom = HEIGHT - high(below[at] ?? 0);
    const height = Math.min(high(value), bottom);
    path += `M${at * STEP + 1.5} ${bottom.toFixed(1)}v${-height.toFixed(1)}`;
  }
  return path;
}
