import type { SeriesPoint } from '@vibrissa/protocol/messages';
import { memo } from 'react';
import type { Span } from '../../view/compare-span.js';

export interface SeriesChartProps {
  readonly bars: readonly SeriesPoint[];
  readonly stepMs: number;
  readonly from: number;
  readonly to: number;
  /** px */
  readonly width: number;
  readonly label: string;
}

export const HEIGHT = 46;
/** px that one denial is worth at least, however many thousands of connections it is among. */
const LEAST = 3;

/** From the bottom up. Denied is on top, where the outline of the strip shows it. */
const LAYERS = [
  { key: 'allow', fill: 'var(--allow-fill)' },
  { key: 'unknown', fill: 'var(--line-strong)' },
  { key: 'pendingDeny', fill: 'var(--stage-fill)' },
  { key: 'deny', fill: 'var(--deny)' },
] as const;

/** Stacked bars: a path for each verdict, where a chart library makes an element for each of several hundred bars. */
export const SeriesChart = memo(function SeriesChart({
  bars,
  stepMs,
  from,
  to,
  width,
  label,
}: SeriesChartProps) {
  if (width === 0) return null;
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={HEIGHT}
      style={{ display: 'block', overflow: 'hidden' }}
    >
      {pathsOf(bars, stepMs, { from, to }, width).map((path, index) => {
        const layer = LAYERS[index];
        return layer === undefined || path === '' ? null : (
          <path key={layer.key} d={path} fill={layer.fill} />
        );
      })}
    </svg>
  );
});

/** One path for each layer, in px. */
export function pathsOf(
  bars: readonly SeriesPoint[],
  stepMs: number,
  span: Span,
  width: number,
): readonly string[] {
  const most = bars.reduce(
    (top, bar) => Math.max(top, bar.allow + bar.unknown + bar.pendingDeny + bar.deny),
    1,
  );
  const scale = (HEIGHT - 2 * LEAST) / most;
  const perMs = width / (span.to - span.from);
  const gap = stepMs * perMs > 5 ? 1.5 : stepMs * perMs > 2.5 ? 0.75 : 0;
  const paths = LAYERS.map(() => '');
  for (const bar of bars) {
    const x = (bar.at - span.from) * perMs;
    const wide = stepMs * perMs - gap;
    let y = HEIGHT;
    for (const [index, { key }] of LAYERS.entries()) {
      const count = bar[key];
      if (count === 0) continue;
      const least = key === 'deny' || key === 'pendingDeny' ? LEAST : 0;
      const height = Math.max(least, count * scale);
      y -= height;
      paths[index] +=
        `M${x.toFixed(1)} ${y.toFixed(2)}h${wide.toFixed(2)}v${height.toFixed(2)}h${(-wide).toFixed(2)}z`;
    }
  }
  return paths;
}
