import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { ApiError } from '../../api/client.js';
import { seriesQuery } from '../../api/queries.js';
import { useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { formatCount, formatTime } from '../../ui/format.js';
import { useElementWidth } from '../../ui/useElementWidth.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import { Brush } from './Brush.js';
import { SeriesChart } from './SeriesChart.js';
import styles from './Timeline.module.css';
import { TimelineLegend } from './TimelineLegend.js';
import { barStep, fillBars, type Span, shareOf, stripSpan, tickTimes } from './timeline-scale.js';
import { WindowPicker } from './WindowPicker.js';

/** ms between two readings of the series. */
const REFRESH = 3_000;
/** px between two labels of the axis. */
const LABEL_ROOM = 84;

/** Flows over all the time the server holds, by verdict; drag over it to look at a stretch. */
export function Timeline() {
  const store = useLiveStore();
  const status = useLiveStatus();
  const [view, setView] = useView();
  const plot = useRef<HTMLDivElement>(null);
  const width = useElementWidth(plot);
  const [pointed, setPointed] = useState<number | null>(null);

  const stepMs = barStep(status.horizonMs, status.bucketMs);
  const series = useQuery({
    ...seriesQuery(effectiveFilter(view), { from: -status.horizonMs }, stepMs),
    refetchInterval: status.pausedAt === null ? REFRESH : false,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const span = stripSpan(status.pausedAt ?? store.clock.now(), stepMs);
  const points = series.data?.points;
  const bars = useMemo(
    () => fillBars(points ?? [], { from: span.from, to: span.to }, stepMs),
    [points, span.from, span.to, stepMs],
  );
  const { window } = view;
  const shown: Span =
    window.kind === 'live' ? { from: span.to - window.sinceMs - stepMs, to: span.to } : window;
  const bar = pointed === null ? undefined : bars[Math.floor(pointed * bars.length)];

  return (
    <div className={styles.timeline}>
      <div className={styles.head}>
        <TimelineLegend
          bar={bar}
          stepMs={stepMs}
          failed={series.error instanceof ApiError && series.error.retryable}
        />
        <WindowPicker now={status.pausedAt ?? store.clock.now()} />
      </div>
      <div ref={plot} className={styles.plot}>
        <SeriesChart bars={bars} width={width} label={summaryOf(bars)} />
        <Brush
          span={span}
          shown={shown}
          fixed={window.kind === 'fixed'}
          bucketMs={status.bucketMs}
          onChange={({ from, to }, how) => setView({ window: { kind: 'fixed', from, to } }, how)}
          onPoint={setPointed}
        />
      </div>
      <div className={styles.axis} aria-hidden="true">
        {tickTimes(span, Math.max(2, width / LABEL_ROOM)).map((at) => (
          <span key={at} className={styles.tick} style={{ left: `${shareOf(at, span) * 100}%` }}>
            {formatTime(at)}
          </span>
        ))}
        <span className={styles.now}>{status.pausedAt === null ? 'now' : formatTime(status.pausedAt)}</span>
      </div>
    </div>
  );
}

function summaryOf(bars: readonly { allow: number; deny: number; pendingDeny: number }[]): string {
  const sum = (read: (bar: (typeof bars)[number]) => number) =>
    formatCount(bars.reduce((total, bar) => total + read(bar), 0));
  return `Connections over time: ${sum((bar) => bar.allow)} allowed, ${sum((bar) => bar.pendingDeny)} would be denied, ${sum((bar) => bar.deny)} denied.`;
}
