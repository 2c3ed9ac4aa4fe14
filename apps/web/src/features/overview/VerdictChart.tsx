import type { SeriesPoint } from '@vibrissa/protocol/messages';
import { memo, useCallback, useMemo, useState } from 'react';
import { Bar, BarChart, type BarShapeProps, CartesianGrid, XAxis, YAxis } from 'recharts';
import { RovingLinks } from './RovingLinks.js';
import { axisTicks, dayTimeText, tickText } from './time-axis.js';
import styles from './VerdictChart.module.css';
import { Hovered, VerdictPart, VerdictStep } from './VerdictStep.js';
import { LAYERS, type LayerKey } from './verdict-layers.js';

export interface VerdictChartProps {
  readonly label: string;
  readonly points: readonly SeriesPoint[];
  readonly stepMs: number;
  /** Nothing is kept from before this; null where that is not known. */
  readonly keptFrom: number | null;
  /** px */
  readonly width: number;
  readonly height: number;
  readonly amountText: (amount: number) => string;
  /** The flows of a step, or of one verdict in it. */
  readonly hrefOf: (point: SeriesPoint, layer: LayerKey | null) => string;
  /** What is read out of a step. */
  readonly nameOf: (point: SeriesPoint) => string;
  readonly layerNameOf: (point: SeriesPoint, layer: LayerKey) => string;
  /** The step under the pointer or in focus. */
  readonly onPoint: (point: SeriesPoint | null) => void;
}

const MARGIN = { top: 6, right: 0, bottom: 0, left: 0 };
const AXIS_WIDTH = 52;
const AXIS_HEIGHT = 24;
/** px between two labels of the axis of time. */
const LABEL_ROOM = 90;
/** px that the words about what is not kept take. */
const NOTE_ROOM = 290;
/** px that one denial is high at least, however much it is among. */
const LEAST = 3;

/** Bars by verdict over time; each bar, and each verdict in it, leads to its flows. */
export const VerdictChart = memo(function VerdictChart(props: VerdictChartProps) {
  const { label, points, stepMs, keptFrom, width, height, amountText, hrefOf, nameOf, layerNameOf, onPoint } =
    props;
  const [hovered, setHovered] = useState<number | null>(null);
  const point = useCallback(
    (index: number | null) => {
      setHovered(index);
      onPoint(index === null ? null : (points[index] ?? null));
    },
    [onPoint, points],
  );
  // Drawn once for what it shows, not for where the pointer is: see useRovingTabIndex.
  const chart = useMemo(() => {
    const first = points[0]?.at ?? 0;
    const last = (points.at(-1)?.at ?? 0) + stepMs;
    // Labels stand under bars, so of two times in one bar the first is its label.
    const textOf = new Map<number, string>();
    for (const at of axisTicks(first, last, Math.max(2, (width - AXIS_WIDTH) / LABEL_ROOM))) {
      const under = points[Math.floor((at - first) / stepMs)]?.at;
      if (under !== undefined && !textOf.has(under)) textOf.set(under, tickText(at));
    }

    const unkept = keptFrom === null ? 0 : points.filter(({ at }) => at + stepMs <= keptFrom).length;
    const stepWidth = (width - AXIS_WIDTH) / Math.max(1, points.length);
    const unkeptWidth = stepWidth * unkept;

    return (
      <BarChart
        width={width}
        height={height}
        data={[...points]}
        margin={MARGIN}
        barCategoryGap={points.length > 60 ? 1 : 2}
        accessibilityLayer={false}
        className={styles.chart ?? ''}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          ticks={[...textOf.keys()]}
          interval={0}
          height={AXIS_HEIGHT}
          tickLine={false}
          axisLine={{ stroke: 'var(--line-strong)' }}
          tick={{ fill: 'var(--ink-3)', fontSize: 11.5 }}
          tickFormatter={(at: number) => textOf.get(at) ?? ''}
        />
        <YAxis
          width={AXIS_WIDTH}
          tickCount={4}
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
          tick={{ fill: 'var(--ink-3)', fontSize: 11.5 }}
          tickFormatter={amountText}
        />
        {LAYERS.map(({ key, tone }, at) => (
          <Bar
            key={key}
            dataKey={key}
            stackId="verdicts"
            isAnimationActive={false}
            minPointSize={tone === undefined ? 0 : (value) => (value ? LEAST : 0)}
            {...(at === 0 && {
              background: ({ index, y, height: tall }: BarShapeProps) => {
                const of = points[index];
                return of === undefined ? (
                  <g />
                ) : (
                  <g>
                    <VerdictStep
                      index={index}
                      href={hrefOf(of, null)}
                      name={nameOf(of)}
                      isUnkept={index < unkept}
                      onHover={point}
                      x={AXIS_WIDTH + index * stepWidth}
                      y={y}
                      width={stepWidth + 0.5}
                      height={tall}
                    />
                    {/* With the last step, so that no other is drawn over it. */}
                    {index === points.length - 1 && unkeptWidth > NOTE_ROOM && (
                      <text
                        x={AXIS_WIDTH + unkeptWidth / 2}
                        y={y + tall / 2}
                        textAnchor="middle"
                        className={styles.note}
                      >
                        Nothing is kept from before {dayTimeText(keptFrom ?? 0)}
                      </text>
                    )}
                  </g>
                );
              },
            })}
            shape={({ index, x, y, width: wide, height: tall }: BarShapeProps) => {
              const of = points[index];
              return of === undefined || of[key] === 0 || tall <= 0 ? (
                <g />
              ) : (
                <VerdictPart
                  index={index}
                  layer={key}
                  href={hrefOf(of, key)}
                  name={layerNameOf(of, key)}
                  onHover={point}
                  x={x}
                  y={y}
                  width={wide}
                  height={tall}
                />
              );
            }}
          />
        ))}
      </BarChart>
    );
  }, [points, stepMs, keptFrom, width, height, amountText, hrefOf, nameOf, layerNameOf, point]);

  return (
    <RovingLinks label={label} count={points.length} onActive={point}>
      <Hovered value={hovered}>
        <div onPointerLeave={() => point(null)}>{chart}</div>
      </Hovered>
    </RovingLinks>
  );
});
