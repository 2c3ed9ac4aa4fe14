import type { Verdict } from '@vibrissa/model';
import type { ChangeDirection } from './verdict-change.js';

/** What known policies say of a connection without a change and with it, beside what was observed. */
export interface Judged {
  readonly before: Verdict;
  readonly after: Verdict;
  readonly observed: Verdict;
  /** True when the change may decide the connection another way though both verdicts are open. */
  readonly mayDiffer: boolean;
}

/**
 * Which way a change turns a connection; null when it stays as it is. Where the policies leave open what happens
 * without the change, what was observed stands in, as it is the same question answered by the data plane.
 */
export function directionOf({ before, after, observed, mayDiffer }: Judged): ChangeDirection | null {
  if (before === 'unknown' && after === 'unknown') return mayDiffer ? 'uncertain' : null;
  if (after === 'unknown') return 'uncertain';
  const now = before === 'unknown' ? observed : before;
  if (now === after) return null;
  if (now === 'unknown') return 'uncertain';
  return after === 'deny' ? 'newly-denied' : 'newly-allowed';
}
