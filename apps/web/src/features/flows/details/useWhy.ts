import { keepPreviousData } from '@tanstack/react-query';
import type { ConnectionQuestion, WhyReply } from '@vibrissa/protocol/messages';
import { useMemo } from 'react';
import { whyQuery } from '../../../api/policy-queries.js';
import { useLongQuery } from '../../../api/useLongQuery.js';
import type { Row } from '../../../live/row.js';
import { useShownWindow } from './shown-window.js';

/** ms between two readings of what known policies say; they change less often than the traffic. */
const REFRESH = 10_000;

/** The question that a row is to the server's policies. The same object for as long as the row is the same. */
export function useQuestion({ source, dest, port, protocol }: Row): ConnectionQuestion {
  const text = JSON.stringify({ source, dest, port, protocol });
  // Rows are rewritten in place by the stream; what they are called is not.
  return useMemo(() => JSON.parse(text) as ConnectionQuestion, [text]);
}

/**
 * What the known policies say of a connection; null while that is not known, or where the server cannot tell: then
 * the traces speak for themselves.
 */
export function useWhy(question: ConnectionQuestion): WhyReply | null {
  const { bounds, refetch } = useShownWindow();
  const { data } = useLongQuery({
    ...whyQuery(question, bounds),
    placeholderData: keepPreviousData,
    refetchInterval: refetch === false ? false : Math.max(refetch, REFRESH),
  });
  return data ?? null;
}
