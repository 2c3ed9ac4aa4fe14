import { decidingHit, type PolicyTrace } from './policy-hit.js';

/** What became of a flow. `unknown` when no source told; never guessed. */
export type Verdict = 'allow' | 'deny' | 'unknown';

export const VERDICTS: readonly Verdict[] = ['allow', 'deny', 'unknown'];

/**
 * What would become of it were staged policies enforced: the deciding pending hit.
 * Without a pending trace nothing is known, and nothing is claimed.
 */
export function pendingVerdict(trace: PolicyTrace): Verdict {
  const hit = decidingHit(trace.pending);
  if (hit === null) return 'unknown';
  return hit.action === 'deny' ? 'deny' : 'allow';
}

/** One verdict of two reports on the same connection: a denial by either side wins. */
export function worseVerdict(a: Verdict, b: Verdict): Verdict {
  if (a === 'deny' || b === 'deny') return 'deny';
  return a === 'allow' || b === 'allow' ? 'allow' : 'unknown';
}

/** Allowed today (or not known to be denied), denied once staged policies are enforced. */
export function wouldBeDenied(verdict: Verdict, pending: Verdict): boolean {
  return verdict !== 'deny' && pending === 'deny';
}
