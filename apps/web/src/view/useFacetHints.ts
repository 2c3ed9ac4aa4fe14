import { keepPreviousData } from '@tanstack/react-query';
import { EVERYTHING, FilterSyntaxError, printFilter, withoutField } from '@vibrissa/model';
import type { Hint, HintsReply } from '@vibrissa/protocol/messages';
import { hintsQuery } from '../api/queries.js';
import { type LongQuery, useLongQuery } from '../api/useLongQuery.js';
import { FACETS } from './facet-list.js';
import { readFilter } from './filter-clauses.js';
import { WOULD_BE_DENIED, withQuick } from './quick-filters.js';
import { useQuickCounts } from './useQuickCounts.js';
import { effectiveFilter, useView } from './useView.js';
import { useViewBounds } from './useViewBounds.js';

const FIELDS = [...FACETS.map(({ field }) => field), 'verdict'];
/** Values asked for of each field; who looks for another types it into the filter. */
const LIMIT = 40;

export interface FacetHints {
  readonly hints: Readonly<Record<string, readonly Hint[]>> | undefined;
  /** Connections that only staged policies would deny, whatever verdict is filtered by. */
  readonly staged: number | null;
  /** How the reading of them goes. */
  readonly reading: LongQuery<HintsReply>;
}

/** The values of all facets with their counts, read again every few seconds. */
export function useFacetHints(): FacetHints {
  const [view] = useView();
  const { bounds, refetchInterval } = useViewBounds();
  const parsed = readFilter(effectiveFilter(view));
  const applied = parsed instanceof FilterSyntaxError ? EVERYTHING : parsed;
  const reading = useLongQuery({
    ...hintsQuery(FIELDS, printFilter(applied), bounds, LIMIT),
    refetchInterval,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const anyVerdict = withoutField(withoutField(applied, 'verdict'), 'pending');
  const [staged = null] = useQuickCounts([printFilter(withQuick(anyVerdict, WOULD_BE_DENIED))]);
  return { hints: reading.data?.hints, staged, reading };
}
