import type { SeriesReply } from '@vibrissa/protocol/messages';
import { useMemo, useRef, useState } from 'react';
import { useLiveStatus } from '../../live/useLiveFlows.js';
import { formatCount } from '../../ui/format.js';
import { ProgressLine } from '../../ui/ProgressLine.js';
import { useElementWidth } from '../../ui/useElementWidth.js';
import { baseSpan, type Span } from '../../view/compare-span.js';
import { TimeControl } from '../../view/time/TimeControl.js';
import { useWindow } from '../../view/time/useWindow.js';
import type { Here } from '../../view/time/when-resolve.js';
import { stretchWords } from '../../view/time/when-words.js';
import { useView } from '../../view/useView.js';
import { Brush } from './Brush.js';
import { SeriesChart } from './SeriesChart.js';
import { hasState, SeriesState } from './SeriesState.js';
import { StripMarks } from './StripMarks.js';
import { isSeen, type StripLimits, spanOf } from './strip.js';
import styles from './Timeline.module.css';
import { TimelineLegend } from './TimelineLegend.js';
import { ticksOf } from './ticks.js';
import { fillBars, gapsOf, shareOf } from './timeline-scale.js';
import { useStrip } from './useStrip.js';
import { useStripSeries } from './useStripSeries.js';

/** px between two labels of the axis. */
const LABEL_ROOM = 84;

/** Flows over the window and what is around it, by verdict; drag over it to look at a stretch. */
export function Timeline() {
  const status = useLiveStatus();
  const [view] = useView();
  const { window, here, limits: windowLimits, show } = useWindow();
  const plot = useRef<HTMLDivElement>(null);
  const width = useElementWidth(plot);
  const [pointed, setPointed] = useState<number | null>(null);
  const { now, zone } = here;

  const limits: StripLimits = { ...windowLimits, horizonMs: status.horizonMs };
  const shown: Span =
    window.kind === 'live' ? { from: now - window.sinceMs, to: now } : { from: window.from, to: window.to };
  const { strip, setStrip, keepFor } = useStrip(window, shown, limits);
  const span = spanOf(strip, limits);
  const { series, all } = useStripSeries(strip, span, limits);

  // While another stretch is read, what is there of it stays in its place.
  const stepMs = series.isStale ? (series.data?.stepMs ?? span.stepMs) : span.stepMs;
  const bars = useMemo(
    () => fillBars(series.data?.points ?? [], { from: span.from, to: span.to }, stepMs),
    [series.data, span.from, span.to, stepMs],
  );
  const oldest = status.health?.oldest ?? null;
  const gaps =
    all.data === undefined || all.isStale ? [] : gapsOf(all.data.points, span, span.stepMs, oldest, now);
  const bar = pointed === null ? undefined : barAt(bars, span, pointed, stepMs);

  const change = (chosen: Span, how: 'push' | 'replace') => {
    const next = { kind: 'fixed' as const, from: Math.round(chosen.from), to: Math.round(chosen.to) };
    if (isSeen(next, span)) keepFor(next);
    show(next, how);
  };
  const follows = strip.kind === 'now';

  return (
    <div className={styles.timeline}>
      <div className={styles.head}>
        {hasState(series) && bar === undefined ? (
          <SeriesState reading={series} />
        ) : (
          <TimelineLegend
            bar={bar}
            stepMs={stepMs}
            here={here}
            cramped={window.kind === 'fixed'}
            silent={bar !== undefined && gaps.some(({ from, to }) => bar.at >= from && bar.at < to)}
          />
        )}
        <TimeControl />
      </div>
      <div ref={plot} className={styles.plot}>
        <ProgressLine shown={series.slow} progress={series.progress} />
        <div className={styles.chart} data-stale={series.isStale || undefined}>
          <SeriesChart
            bars={bars}
            stepMs={stepMs}
            from={span.from}
            to={span.to}
            width={width}
            label={summaryOf(bars, stretchWords(span.from, Math.min(span.to, now), here))}
          />
        </div>
        <StripMarks
          span={span}
          gaps={gaps}
          begins={oldest === null ? null : { at: oldest, words: beginWords(oldest, here) }}
          now={now}
          base={view.compare === null ? null : baseSpan(view.compare, shown)}
          playhead={status.playhead}
          width={width}
        />
        <Brush
          span={span}
          shown={window.kind === 'live' ? { from: shown.from, to: follows ? span.to : now } : shown}
          fixed={window.kind === 'fixed'}
          here={here}
          limits={limits}
          onWindow={change}
          onStrip={setStrip}
          onPoint={setPointed}
        />
      </div>
      <div className={styles.axis} aria-hidden="true">
        {ticksOf(span, Math.max(2, width / LABEL_ROOM), now, zone).map(({ at, text, day }) => (
          <span
            key={at}
            data-day={day || undefined}
            className={styles.tick}
            style={{ left: `${shareOf(at, span) * 100}%` }}
          >
            {text}
          </span>
        ))}
        {follows && <span className={styles.now}>{status.pausedAt === null ? 'now' : 'paused'}</span>}
      </div>
    </div>
  );
}

function barAt(bars: SeriesReply['points'], span: Span, share: number, stepMs: number) {
  const at = span.from + share * (span.to - span.from);
  return bars.find((bar) => at >= bar.at && at < bar.at + stepMs);
}

function beginWords(oldest: number, here: Here): string {
  const minute = Math.floor(oldest / 60_000) * 60_000;
  return stretchWords(minute, minute + 60_000, here).replace(/ – .*$/, '');
}

function summaryOf(bars: SeriesReply['points'], words: string): string {
  const sum = (read: (bar: (typeof bars)[number]) => number) =>
    formatCount(bars.reduce((total, bar) => total + read(bar), 0));
  return `Connections over time, ${words}: ${sum((bar) => bar.allow)} allowed, ${sum((bar) => bar.pendingDeny)} would be denied, ${sum((bar) => bar.deny)} denied.`;
}
