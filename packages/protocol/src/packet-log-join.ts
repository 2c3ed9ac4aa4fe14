import type { PolicyHit } from '@vibrissa/model';
import type { LoggedVerdict } from './packet-log-prefix.js';
import { shareTrace } from './trace-text.js';

/**
 * What the rules that logged one packet at one end, in the order of their hits, say together: the verdict of the
 * last, and every hit on the way to it. With staged rules among them it also tells what would be, were they
 * enforced: one that allows or denies is the last to be asked, and one that passes ends its tier.
 */
export function joinVerdicts(first: LoggedVerdict, ...others: readonly LoggedVerdict[]): LoggedVerdict {
  if (others.length === 0) return first;
  const enforced: PolicyHit[] = [];
  const pending: PolicyHit[] = [];
  let isPendingOver = false;
  let hasStaged = false;
  let passedTier: string | null = null;
  for (const { trace } of [first, ...others]) {
    enforced.push(...trace.enforced);
    hasStaged ||= trace.pending.length > 0;
    for (const hit of [...trace.enforced, ...trace.pending]) {
      if (isPendingOver || hit.tier === passedTier) continue;
      pending.push(hit);
      isPendingOver = hit.action === 'allow' || hit.action === 'deny';
      if (hit.action === 'pass') passedTier = hit.tier;
    }
  }
  const last = others.at(-1) ?? first;
  return {
    verdict: last.verdict,
    reporter: first.reporter,
    trace: shareTrace(numbered(enforced), hasStaged ? numbered(pending) : []),
    isFinal: last.isFinal,
  };
}

function numbered(hits: readonly PolicyHit[]): PolicyHit[] {
  return hits.map((hit, policyIndex) => ({ ...hit, policyIndex }));
}
