import { keepPreviousData } from '@tanstack/react-query';
import type { CompareReply } from '@vibrissa/protocol/messages';
import { useMemo } from 'react';
import { type CompareBase, compareQuery } from '../../../api/queries.js';
import { type LongQuery, useLongQuery } from '../../../api/useLongQuery.js';
import { useLiveStatus } from '../../../live/useLiveFlows.js';
import { effectiveFilter, useView } from '../../../view/useView.js';
import type { ViewCompare } from '../../../view/view-url.js';
import { type ChangeLine, linesOf } from './change-words.js';

/** The most changes of each kind that are asked for. */
export const MOST_OF_A_KIND = 200;
/** ms between two comparisons of a window that moves. */
const REFRESH = 15_000;

export interface Comparison extends LongQuery<CompareReply> {
  readonly lines: readonly ChangeLine[];
}

function wireBase(compare: ViewCompare): CompareBase {
  return compare.kind === 'window' ? { baseFrom: compare.from, baseTo: compare.to } : { base: compare.kind };
}

/** What has changed from the base to the window on screen; whoever asks shares one reading. */
export function useComparison(compare: ViewCompare): Comparison {
  const { pausedAt } = useLiveStatus();
  const [view] = useView();
  const { window, grouping } = view;
  const live = window.kind === 'live';
  const bounds = live ? { from: -window.sinceMs } : { from: window.from, to: window.to };
  const query = useLongQuery({
    ...compareQuery(effectiveFilter(view), bounds, wireBase(compare), grouping, MOST_OF_A_KIND),
    refetchInterval: live && pausedAt === null ? REFRESH : false,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data } = query;
  const lines = useMemo(() => linesOf(data?.changes ?? [], grouping), [data, grouping]);
  return { ...query, lines };
}
