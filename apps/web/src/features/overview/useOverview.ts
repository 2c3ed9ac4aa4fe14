import { keepPreviousData } from '@tanstack/react-query';
import type { Filter } from '@vibrissa/model';
import type { SeriesReply, TopReply } from '@vibrissa/protocol/messages';
import { type Bounds, seriesQuery, topQuery } from '../../api/queries.js';
import { type LongQuery, useLongQuery } from '../../api/useLongQuery.js';
import { useView } from '../../view/useView.js';
import { useViewBounds } from '../../view/useViewBounds.js';
import type { View } from '../../view/view-url.js';
import { DENIED, filterWith, LEAVES, WOULD_BE_DENIED } from './facts.js';
import { DENIED_PAIRS, LEAVING, POLICY_DENIALS, POLICY_HITS, PORTS, type Ranking, TALKERS } from './ranks.js';

/** Namespaces in the table; clusters with more are looked at through a filter. */
const MOST_NAMESPACES = 200;
/** ms between two readings of what a dozen questions are asked for; a table streams, an overview need not. */
const REFRESH = 10_000;

export interface Overview {
  readonly series: LongQuery<SeriesReply>;
  readonly deniedPairs: LongQuery<TopReply>;
  readonly leaving: LongQuery<TopReply>;
  readonly talkers: LongQuery<TopReply>;
  readonly ports: LongQuery<TopReply>;
  readonly policyHits: LongQuery<TopReply>;
  readonly policyDenials: LongQuery<TopReply>;
  readonly namespaces: Namespaces;
  /** All of them. */
  readonly every: readonly LongQuery<unknown>[];
}

/** What each namespace's connections did, in four answers. */
export interface Namespaces {
  readonly all: LongQuery<TopReply>;
  readonly denied: LongQuery<TopReply>;
  readonly wouldBeDenied: LongQuery<TopReply>;
  readonly leaving: LongQuery<TopReply>;
}

interface Reading {
  readonly view: View;
  readonly bounds: Bounds;
  readonly refetchInterval: number | false;
}

const KEEP = { placeholderData: keepPreviousData, retry: false } as const;

function useTop(
  { view, bounds, refetchInterval }: Reading,
  { by, measure, only, limit }: Pick<Ranking, 'by' | 'measure' | 'only' | 'limit'>,
): LongQuery<TopReply> {
  const asked = topQuery(by, measure, filterWith(view, only), bounds, limit);
  return useLongQuery({ ...asked, ...KEEP, refetchInterval });
}

function useNamespaces(reading: Reading, only: readonly Filter[], measure: 'flows' | 'bytes' = 'flows') {
  return useTop(reading, { by: ['namespace'], measure, only, limit: MOST_NAMESPACES });
}

/** Asks all that the overview shows, for the filter and the window of the address. */
export function useOverview(measure: 'lines' | 'bytes'): Overview {
  const [view] = useView();
  const { bounds, refetchInterval: often } = useViewBounds();
  const refetchInterval = often === false ? false : Math.max(REFRESH, often);
  const reading: Reading = { view, bounds, refetchInterval };

  const asked = seriesQuery(filterWith(view, []), bounds, 0, measure);
  const series = useLongQuery({ ...asked, ...KEEP, refetchInterval });
  const deniedPairs = useTop(reading, DENIED_PAIRS);
  const leaving = useTop(reading, LEAVING);
  const talkers = useTop(reading, TALKERS);
  const ports = useTop(reading, PORTS);
  const policyHits = useTop(reading, POLICY_HITS);
  const policyDenials = useTop(reading, POLICY_DENIALS);
  const namespaces: Namespaces = {
    all: useNamespaces(reading, []),
    denied: useNamespaces(reading, DENIED),
    wouldBeDenied: useNamespaces(reading, WOULD_BE_DENIED),
    leaving: useNamespaces(reading, LEAVES, 'bytes'),
  };
  return {
    series,
    deniedPairs,
    leaving,
    talkers,
    ports,
    policyHits,
    policyDenials,
    namespaces,
    every: [
      series,
      deniedPairs,
      leaving,
      talkers,
      ports,
      policyHits,
      policyDenials,
      ...Object.values(namespaces),
    ],
  };
}
