import { keepPreviousData } from '@tanstack/react-query';
import type { SeriesReply } from '@vibrissa/protocol/messages';
import { type Bounds, seriesQuery } from '../../api/queries.js';
import { type LongQuery, useLongQuery } from '../../api/useLongQuery.js';
import { useLiveStatus } from '../../live/useLiveFlows.js';
import { useSettled } from '../../ui/useSettled.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import type { Strip, StripLimits, StripSpan } from './strip.js';

/** ms between two readings of the series: of what is held in memory, and of what must be read from disk. */
const REFRESH = 3_000;
const REFRESH_KEPT = 15_000;
/** Gaps change seldom. */
const REFRESH_ALL = 30_000;
/** ms the strip must rest before it is read, so that a turn of the wheel is one reading. */
const REST = 160;

interface Asked extends Bounds {
  readonly stepMs: number;
}

/** The bars of the strip, and those of all flows, which tell a gap from a filter that nothing matches. */
export function useStripSeries(
  strip: Strip,
  span: StripSpan,
  limits: StripLimits,
): { readonly series: LongQuery<SeriesReply>; readonly all: LongQuery<SeriesReply> } {
  const [view] = useView();
  const { pausedAt } = useLiveStatus();
  const now: Asked =
    strip.kind === 'now'
      ? { from: span.from - span.to, stepMs: span.stepMs }
      : { from: span.from, to: span.to, stepMs: span.stepMs };
  // Its own text, so that a strip which only moves along with time is the same question.
  const { stepMs, ...bounds } = JSON.parse(useSettled(JSON.stringify(now), REST)) as Asked;
  const filter = effectiveFilter(view);
  const streams = strip.kind === 'now' && strip.lengthMs <= limits.horizonMs;
  const refresh = streams ? REFRESH : REFRESH_KEPT;
  const rests = pausedAt !== null || (strip.kind === 'fixed' && span.to < limits.now - limits.horizonMs);
  const shared = { placeholderData: keepPreviousData, retry: false } as const;
  const series = useLongQuery({
    ...seriesQuery(filter, bounds, stepMs),
    ...shared,
    refetchInterval: rests ? false : refresh,
  });
  const all = useLongQuery({
    ...seriesQuery('', bounds, stepMs),
    ...shared,
    enabled: filter !== '',
    refetchInterval: rests ? false : REFRESH_ALL,
  });
  return { series, all: filter === '' ? series : all };
}
