import { memo, useMemo } from 'react';
import { Bar, BarChart, type BarShapeProps, XAxis, YAxis } from 'recharts';
import { type Rank, RankRow } from './RankRow.js';
import { RovingLinks } from './RovingLinks.js';

export interface RankChartProps {
  readonly label: string;
  readonly ranks: readonly Rank[];
  /** px */
  readonly width: number;
  readonly height: number;
  /** Rows there is room for, so that few rows are not drawn fat. */
  readonly room: number;
}

const MARGIN = { top: 0, right: 0, bottom: 0, left: 0 };

/** The most of something, largest first. */
export const RankChart = memo(function RankChart({ label, ranks, width, height, room }: RankChartProps) {
  const chart = useMemo(() => {
    const most = Math.max(1, ...ranks.map(({ amount }) => amount));
    return (
      <BarChart
        layout="vertical"
        width={width}
        height={(height * ranks.length) / room}
        data={[...ranks]}
        margin={MARGIN}
        barCategoryGap={1}
        accessibilityLayer={false}
      >
        <XAxis type="number" domain={[0, most]} hide />
        <YAxis type="category" dataKey="key" hide />
        <Bar
          dataKey="amount"
          isAnimationActive={false}
          shape={({ index, y, height: tall, width: length }: BarShapeProps) => {
            const rank = ranks[index];
            return rank === undefined ? (
              <g />
            ) : (
              <RankRow rank={rank} index={index} y={y} height={tall} length={length} width={width} />
            );
          }}
        />
      </BarChart>
    );
  }, [ranks, width, height, room]);
  return (
    <RovingLinks label={label} count={ranks.length}>
      {chart}
    </RovingLinks>
  );
});
