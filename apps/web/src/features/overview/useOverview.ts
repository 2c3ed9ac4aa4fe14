import { keepPreviousData } from '@tanstack/react-query';
import type { Filter } from '@vibrissa/model';
import type { SeriesReply, TopReply } from '@vibrissa/protocol/messages';
import { seriesQuery, topQuery } from '../../api/queries.js';
import { type LongQuery, useLongQuery } from '../../api/useLongQuery.js';
import { useView } from '../../view/useView.js';
import { useViewBounds } from '../../view/useViewBounds.js';
import { DENIED, filterWith, LEAVES, WOULD_BE_DENIED } from './facts.js';
import {
  DENIED_PAIRS,
  LEAVING,
  POLICY_DENIALS,
  POLICY_HITS,
  PORTS,
  type Ranking,
  TALKERS,
} from './ranks.js';

/** Rows of a ranking; as many as its card has room for. */
export const RANKS = 8;
/** Namespaces in the table; clusters with more are looked at through a filter. */
export const MOST_NAMESPACES = 200;
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

/** Asks all that the overview shows, for the filter and the window of the address. */
export function useOverview(measure: 'lines' | 'bytes'): Overview {
  const [view] = useView();
  const { bounds, refetchInterval } = useViewBounds();
  const again = {
    refetchInterval: refetchInterval === false ? (false as const) : Math.max(REFRESH, refetchInterval),
    placeholderData: keepPreviousData,
    retry: false,
  };
  const useRanking = ({ by, measure: of, only }: Pick<Ranking, 'by' | 'measure' | 'only'>, limit = RANKS) =>
    useLongQuery({ ...topQuery(by, of, filterWith(view, only), bounds, limit), ...again });
  const useNamespaces = (of: 'flows' | 'bytes', only: readonly Filter[]) =>
    useRanking({ by: ['namespace'], measure: of, only }, MOST_NAMESPACES);

  const series = useLongQuery({ ...seriesQuery(filterWith(view, []), bounds, 0, measure), ...again });
  const deniedPairs = useRanking(DENIED_PAIRS);
  const leaving = useRanking(LEAVING);
  const talkers = useRanking(TALKERS);
  const ports = useRanking(PORTS);
  const policyHits = useRanking(POLICY_HITS);
  const policyDenials = useRanking(POLICY_DENIALS);
  const namespaces: Namespaces = {
    all: useNamespaces('flows', []),
    denied: useNamespaces('flows', DENIED),
    wouldBeDenied: useNamespaces('flows', WOULD_BE_DENIED),
    leaving: useNamespaces('bytes', LEAVES),
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
