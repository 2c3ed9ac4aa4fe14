import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { groupsQuery } from '../api/queries.js';
import { useViewBounds } from './useViewBounds.js';

/** How many connections each filter matches in the window on screen; null until it is known. */
export function useQuickCounts(filters: readonly string[]): readonly (number | null)[] {
  const { bounds, refetchInterval } = useViewBounds();
  return useQueries({
    queries: filters.map((filter) => ({
      ...groupsQuery(filter, bounds, 'connection', 1),
      refetchInterval,
      placeholderData: keepPreviousData,
      retry: false,
    })),
    combine: (replies) => replies.map(({ data }) => data?.total ?? null),
  });
}
