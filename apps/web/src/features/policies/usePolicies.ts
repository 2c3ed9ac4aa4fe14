import { keepPreviousData } from '@tanstack/react-query';
import type { PoliciesReply } from '@vibrissa/protocol/messages';
import { policiesQuery } from '../../api/policy-queries.js';
import { type LongQuery, useLongQuery } from '../../api/useLongQuery.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import { useViewBounds } from '../../view/useViewBounds.js';

/** Tiers and policies with what they did in the window and under the filter of the address. */
export function usePolicies(): LongQuery<PoliciesReply> {
  const [view] = useView();
  const { bounds, refetchInterval } = useViewBounds();
  return useLongQuery({
    ...policiesQuery(effectiveFilter(view), bounds),
    placeholderData: keepPreviousData,
    retry: false,
    // Policies change whatever the window, so that they are read again even where no flow can come.
    refetchInterval: refetchInterval === false ? 30_000 : refetchInterval,
  });
}
