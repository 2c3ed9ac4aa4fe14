import type { SeriesPoint } from '@vibrissa/protocol/messages';
import { memo } from 'react';
import { Area, AreaChart, XAxis, YAxis } from 'recharts';
import styles from './SeriesChart.module.css';

export interface SeriesChartProps {
  readonly bars: readonly SeriesPoint[];
  /** px */
  readonly width: number;
  readonly label: string;
}

const HEIGHT = 46;
/** px that one denial is worth at least, however many thousands of connections it is among. */
const LEAST = 3;
const MARGIN = { top: 0, right: 0, bottom: 0, left: 0 };

/** From the bottom up. Denied is on top, where the outline of the strip shows it. */
const LAYERS = [
  { key: 'allow', fill: 'var(--allow-fill)' },
  { key: 'unknown', fill: 'var(--line-strong)' },
  { key: 'pendingDeny', fill: 'var(--stage-fill)' },
  { key: 'deny', fill: 'var(--deny)' },
] as const;

/**
 * Stacked bars, drawn as stepped areas with gaps laid over them: four paths, where a bar chart would make
 * an element for each of several hundred bars, every few seconds.
 */
export const SeriesChart = memo(function SeriesChart({ bars, width, label }: SeriesChartProps) {
  if (width === 0) return null;
  const data = heights(bars);
  return (
    <div
      role="img"
      aria-label={label}
      className={styles.chart}
      style={{ '--bar': `${width / Math.max(1, bars.length)}px` } as React.CSSProperties}
    >
      <AreaChart width={width} height={HEIGHT} data={data} margin={MARGIN} accessibilityLayer={false}>
        <XAxis dataKey="index" type="number" domain={[0, bars.length]} hide />
        <YAxis hide domain={[0, HEIGHT]} />
        {LAYERS.map(({ key, fill }) => (
          <Area
            key={key}
            dataKey={key}
            type="stepAfter"
            stackId="connections"
            stroke="none"
            fill={fill}
            fillOpacity={1}
            isAnimationActive={false}
            activeDot={false}
          />
        ))}
      </AreaChart>
    </div>
  );
});

interface Heights {
  readonly index: number;
  readonly allow: number;
  readonly unknown: number;
  readonly pendingDeny: number;
  readonly deny: number;
}

/** The bars in px. A step reaches to the next point, so one more is there for the last to reach to. */
function heights(bars: readonly SeriesPoint[]): readonly Heights[] {
  const totals = bars.map(({ allow, unknown, pendingDeny, deny }) => allow + unknown + pendingDeny + deny);
  const scale = (HEIGHT - 2 * LEAST) / Math.max(1, ...totals);
  const seen = (count: number): number => (count === 0 ? 0 : Math.max(LEAST, count * scale));
  const drawn = bars.map((bar, index) => ({
    index,
    allow: bar.allow * scale,
    unknown: bar.unknown * scale,
    pendingDeny: seen(bar.pendingDeny),
    deny: seen(bar.deny),
  }));
  const last = drawn.at(-1);
  return last === undefined ? [] : [...drawn, { ...last, index: drawn.length }];
}
