import { keepPreviousData } from '@tanstack/react-query';
import type { PolicyChange, WhatIfReply } from '@vibrissa/protocol/messages';
import { whatIfQuery } from '../../../api/policy-queries.js';
import { type LongQuery, useLongQuery } from '../../../api/useLongQuery.js';
import { useLiveStatus, useLiveStore } from '../../../live/useLiveFlows.js';
import { midSentence } from '../../../view/time/moment-words.js';
import { LOCAL } from '../../../view/time/wall-clock.js';
import { spanWords, stretchWords } from '../../../view/time/when-words.js';
import { effectiveFilter, useView } from '../../../view/useView.js';
import { useViewBounds } from '../../../view/useViewBounds.js';
import type { TrialResult } from './ResultPane.js';
import { type Trial, useTrial } from './useTrial.js';

export interface Tried {
  readonly trial: Trial;
  readonly query: LongQuery<WhatIfReply>;
  /** The server's once it is there, the page's own until then; null where there is nothing to try. */
  readonly result: TrialResult | null;
  readonly isServers: boolean;
  readonly isStale: boolean;
  readonly now: number;
  /** `the last 15 minutes` */
  readonly windowWords: string;
}

/** ms; a change is tried anew on a live window, which dear questions are asked less often by themselves. */
const REFRESH = 10_000;

/** Tries a change in the page at once, and by the server on all of the window. */
export function useTried(change: PolicyChange, base: string | null, version: number | null): Tried {
  const [view] = useView();
  const { bounds, refetchInterval } = useViewBounds();
  const store = useLiveStore();
  const { pausedAt } = useLiveStatus();
  const filter = effectiveFilter(view);
  const trial = useTrial({ change, base, filter, bounds, version });
  const isChange = trial.isRead ? (trial.reading?.isChange ?? false) : trial.failure !== null;
  const asked = whatIfQuery(change, filter, bounds);
  const query = useLongQuery({
    ...asked,
    // What is known may have changed since: another version is another question.
    queryKey: [...asked.queryKey, version],
    enabled: isChange && version !== null,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: refetchInterval === false ? false : Math.max(REFRESH, refetchInterval),
  });
  const isServers = isChange && query.data !== undefined && !query.isStale && query.error === null;
  const own = trial.tried?.answer ?? null;
  const before = isChange ? (query.data ?? null) : null;
  const result = !isChange && trial.isRead ? null : isServers ? (query.data ?? null) : (own ?? before);
  const now = pausedAt ?? store.clock.now();
  const { window } = view;
  return {
    trial,
    query,
    result,
    isServers,
    isStale: !isServers && own === null && result !== null,
    now,
    windowWords:
      window.kind === 'live'
        ? `the last ${spanWords(window.sinceMs)}`
        : midSentence(stretchWords(window.from, window.to, { now, zone: LOCAL })),
  };
}
