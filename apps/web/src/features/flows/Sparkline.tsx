import { memo } from 'react';

const HEIGHT = 16;
const STEP = 4;

export interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** Changes when the values do: they are rewritten in place. */
  readonly revision: number;
  /** Buckets that have passed since the last value, without any. */
  readonly late: number;
  readonly label: string;
}

/** A bar for each bucket, in the colour of the text around it. One path, since there may be many on screen. */
export const Sparkline = memo(function Sparkline({ values, late, label }: SparklineProps) {
  const width = values.length * STEP - 1;
  return (
    <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      <path d={barsPath(values, late)} stroke="currentColor" strokeWidth="3" fill="none" />
    </svg>
  );
});

function barsPath(values: readonly number[], late: number): string {
  const most = Math.max(...values, 1);
  let path = '';
  for (let index = late; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value === 0) continue;
    const height = Math.max(1.5, (value / most) * HEIGHT);
    path += `M${(index - late) * STEP + 1.5} ${HEIGHT}v${-height.toFixed(1)}`;
  }
  return path;
}
