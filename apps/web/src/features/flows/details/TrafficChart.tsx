import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../../api/queries.js';
import type { Row } from '../../../live/row.js';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { formatCount, formatDuration, formatTime } from '../../../ui/format.js';
import { momentWords } from '../../../view/time/moment-words.js';
import { type ShownWindow, useShownWindow } from './shown-window.js';
import styles from './TrafficChart.module.css';
import { seriesBars, type TrafficBar, trafficBars } from './traffic-bars.js';

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

/** Packets of one line over time, in the colour of what became of them. */
export function TrafficChart({ row, filter }: TrafficChartProps) {
  const shown = useShownWindow();
  return shown.live && shown.streams ? (
    <RecentTraffic row={row} filter={filter} />
  ) : (
    <WindowTraffic shown={shown} filter={filter} />
  );
}

/** The last minutes, as they stream: the row knows how many packets, the series what became of them. */
function RecentTraffic({ row, filter }: TrafficChartProps) {
  const store = useLiveStore();
  const { bucketMs, pausedAt } = useLiveStatus();
  const { length } = row.spark;
  const { data } = useQuery({
    ...seriesQuery(filter, { from: -(length + 1) * bucketMs }, bucketMs),
    enabled: row.sparkAt > 0,
    refetchInterval: pausedAt === null ? REFRESH : false,
    placeholderData: keepPreviousData,
  });
  if (row.sparkAt === 0 || length === 0) return null;
  const until = pausedAt ?? store.clock.now();
  const bars = trafficBars(row, data?.points ?? [], until, bucketMs);
  return (
    <Plot
      bars={bars}
      stepMs={bucketMs}
      first={formatTime(bars[0]?.at ?? until)}
      last={pausedAt === null ? 'now' : formatTime(until)}
    />
  );
}

/** The whole window, in steps that the server chooses. */
function WindowTraffic({ shown, filter }: { readonly shown: ShownWindow; readonly filter: string }) {
  const store = useLiveStore();
  const { data } = useQuery({
    ...seriesQuery(filter, shown.bounds, 0, 'packets'),
    refetchInterval: shown.refetch,
    placeholderData: keepPreviousData,
  });
  const now = store.clock.now();
  const { from, to } = shown.bounds;
  return (
    <Plot
      bars={seriesBars(data?.points ?? [])}
      stepMs={data?.stepMs ?? null}
      first={momentWords(to === undefined ? now + from : from, now)}
      last={to === undefined ? 'now' : momentWords(to, now)}
    />
  );
}

interface PlotProps {
  readonly bars: readonly TrafficBar[];
  /** Null while nothing has been read: the plot keeps its place. */
  readonly stepMs: number | null;
  readonly first: string;
  readonly last: string;
}

function Plot({ bars, stepMs, first, last }: PlotProps) {
  const most = Math.max(0, ...bars.map(({ packets }) => packets));
  const per = stepMs === null ? '' : formatDuration(stepMs);
  return (
    <figure>
      <svg
        className={styles.plot}
        viewBox={`0 0 ${Math.max(1, bars.length)} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Packets per ${per}, ${formatCount(most)} at most, ${formatCount(bars.at(-1)?.packets ?? 0)} in the newest`}
      >
        {bars.map((bar, index) => (
          <Bar key={bar.at} bar={bar} x={index} most={most} />
        ))}
      </svg>
      <figcaption className={styles.axis}>
        <span>{first}</span>
        <span>{stepMs !== null && `packets per ${per}, ${formatCount(most)} at most`}</span>
        <span>{last}</span>
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
