import { keepPreviousData } from '@tanstack/react-query';
import type { ConnectionQuestion, WhyReply } from '@vibrissa/protocol/messages';
import { useMemo } from 'react';
import { whyQuery } from '../../../api/policy-queries.js';
import { useLongQuery } from '../../../api/useLongQuery.js';
import type { Row } from '../../../live/row.js';
import { useLasting } from '../../../ui/useLasting.js';
import type { Outcome } from '../../../view/outcome.js';
import { useShownWindow } from './shown-window.js';

/** ms between two readings of what known policies say; they change less often than the traffic. */
const REFRESH = 10_000;

/** The question that a row is to the server's policies. The same object for as long as the row is the same. */
export function useQuestion({ source, dest, port, protocol }: Row): ConnectionQuestion {
  const text = JSON.stringify({ source, dest, port, protocol });
  // Rows are rewritten in place by the stream; what they are called is not.
  return useMemo(() => JSON.parse(text) as ConnectionQuestion, [text]);
}

export interface WhyReading {
  /** Null while it is not known, or where the server cannot tell: then the traces speak for themselves. */
  readonly why: WhyReply | null;
  /** True for the moment that an answer mostly takes: not worth showing what would change right after. */
  readonly isDue: boolean;
}

/** ms for which the traces wait for what known policies have to add. */
const PATIENCE = 250;

/** What the known policies say of a connection. */
export function useWhy(question: ConnectionQuestion): WhyReading {
  const { bounds, refetch } = useShownWindow();
  const { data, error } = useLongQuery({
    ...whyQuery(question, bounds),
    placeholderData: keepPreviousData,
    refetchInterval: refetch === false ? false : Math.max(refetch, REFRESH),
  });
  const isPending = data === undefined && error === null;
  const isLate = useLasting(isPending, PATIENCE);
  return { why: data ?? null, isDue: isPending && !isLate };
}

/**
 * Whether known policies give another verdict than the one that was seen; then what was seen is what happened, and
 * the headline tells that.
 */
export function contradicts(why: WhyReply, outcome: Outcome): boolean {
  if (outcome === 'deny') return why.evaluated === 'allow';
  if (outcome === 'stage') return why.afterStaging === 'allow' || why.evaluated === 'deny';
  return why.evaluated === 'deny';
}
