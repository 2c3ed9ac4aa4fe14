import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../../api/queries.js';
import type { Row } from '../../../live/row.js';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { formatCount, formatDuration, formatTime } from '../../../ui/format.js';
import { useView } from '../../../view/useView.js';
import styles from './TrafficChart.module.css';
import { type TrafficBar, trafficBars } from './traffic-bars.js';

/** ms between two readings of what became of the packets. */
const REFRESH = 5_000;
/** Height of the plot in its own units, and what a bar is at least. */
const HEIGHT = 44;
const LEAST = 2;

export interface TrafficChartProps {
  readonly row: Row;
  /** The filter for this line and no other. */
  readonly filter: string;
}

/** Packets of one line bucket by bucket, in the colour of what became of them. */
export function TrafficChart({ row, filter }: TrafficChartProps) {
  const store = useLiveStore();
  const { bucketMs, pausedAt } = useLiveStatus();
  const [{ window }] = useView();
  const live = window.kind === 'live';
  const { length } = row.spark;
  const until = live ? (pausedAt ?? store.clock.now()) : row.sparkAt;
  const span = length * bucketMs;
  const { data } = useQuery({
    ...seriesQuery(
      filter,
      live ? { from: -span - bucketMs } : { from: row.sparkAt + bucketMs - span, to: row.sparkAt + bucketMs },
      bucketMs,
    ),
    enabled: row.sparkAt > 0,
    refetchInterval: live && pausedAt === null ? REFRESH : false,
    placeholderData: keepPreviousData,
  });
  if (row.sparkAt === 0 || length === 0) return null;
  const bars = trafficBars(row, data?.points ?? [], until, bucketMs);
  const most = Math.max(0, ...bars.map(({ packets }) => packets));
  const per = formatDuration(bucketMs);
  return (
    <figure>
      <svg
        className={styles.plot}
        viewBox={`0 0 ${length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Packets per ${per}, ${formatCount(most)} at most, ${formatCount(bars.at(-1)?.packets ?? 0)} in the newest`}
      >
        {bars.map((bar, index) => (
          <Bar key={bar.at} bar={bar} x={index} most={most} />
        ))}
      </svg>
      <figcaption className={styles.axis}>
        <span>{formatTime(bars[0]?.at ?? until)}</span>
        <span>
          packets per {per}, {formatCount(most)} at most
        </span>
        <span>{live && pausedAt === null ? 'now' : formatTime(until)}</span>
      </figcaption>
    </figure>
  );
}

function Bar({ bar, x, most }: { readonly bar: TrafficBar; readonly x: number; readonly most: number }) {
  if (bar.packets === 0) return null;
  const height = Math.max(LEAST, (bar.packets / most) * HEIGHT);
  return (
    <rect
      x={x + 0.06}
      y={HEIGHT - height}
      width={0.88}
      height={height}
      className={styles.bar}
      data-outcome={bar.outcome}
    />
  );
}
