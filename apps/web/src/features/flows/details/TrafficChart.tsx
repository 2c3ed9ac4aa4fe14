import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { seriesQuery } from '../../../api/queries.js';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { formatDuration, formatTime, plural } from '../../../ui/format.js';
import { useElementWidth } from '../../../ui/useElementWidth.js';
import { useView } from '../../../view/useView.js';
import { SeriesChart } from '../../timeline/SeriesChart.js';
import { chartBars, chartSpan } from './chart-bars.js';
import styles from './TrafficChart.module.css';
import { boundsOf } from './useConnection.js';

/** ms between two readings. */
const REFRESH = 3_000;

/** Connections of one line over the window of the view, by what became of them. */
export function TrafficChart({ filter }: { readonly filter: string }) {
  const store = useLiveStore();
  const { bucketMs, pausedAt } = useLiveStatus();
  const [{ window }] = useView();
  const plot = useRef<HTMLDivElement>(null);
  const width = useElementWidth(plot);
  const { from, to, stepMs } = chartSpan(window, pausedAt ?? store.clock.now(), bucketMs);
  const { data } = useQuery({
    ...seriesQuery(filter, boundsOf(window), stepMs),
    refetchInterval: window.kind === 'live' && pausedAt === null ? REFRESH : false,
    placeholderData: keepPreviousData,
  });
  const points = data?.points;
  const bars = useMemo(() => chartBars(points ?? [], { from, to, stepMs }), [points, from, to, stepMs]);
  const most = Math.max(0, ...bars.map((bar) => bar.allow + bar.deny + bar.pendingDeny + bar.unknown));
  return (
    <figure>
      <div ref={plot} className={styles.plot}>
        <SeriesChart bars={bars} width={width} label={summaryOf(bars)} />
      </div>
      <figcaption className={styles.axis}>
        <span>{formatTime(from)}</span>
        <span>
          Connections per {formatDuration(stepMs)}, {most} at most
        </span>
        <span>{window.kind === 'live' ? 'now' : formatTime(to)}</span>
      </figcaption>
    </figure>
  );
}

function summaryOf(bars: ReturnType<typeof chartBars>): string {
  const sum = (name: 'allow' | 'deny' | 'pendingDeny') => bars.reduce((total, bar) => total + bar[name], 0);
  return `${plural(sum('allow'), 'connection')} allowed, ${sum('pendingDeny')} that would be denied, ${sum('deny')} denied.`;
}
