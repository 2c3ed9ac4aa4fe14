import { isStaged, type PolicyHit, policyOf } from '@vibrissa/model';
import type { Row } from '../../live/row.js';
import { attention } from '../../live/row-sort.js';

import type { Outcome } from '../../view/outcome.js';

/** What became of a row, as the eye is told: the shape, the colour and the word follow from it. */
export function outcomeOf(row: Pick<Row, 'verdict' | 'pending'>): Outcome {
  const level = attention(row);
  if (level === 2) return 'deny';
  if (level === 1) return 'stage';
  return row.verdict === 'allow' ? 'allow' : 'unknown';
}

export const OUTCOME_WORD: Readonly<Record<Outcome, string>> = {
  deny: 'Denied',
  stage: 'Would deny',
  allow: 'Allowed',
  unknown: 'Unknown',
};

/** The hit worth naming in the table: the one that decided, or would. */
export function namedHit(row: Row): PolicyHit | null {
  return outcomeOf(row) === 'stage' ? row.pendingDecidedBy : row.decidedBy;
}

const ACTION_WORD: Readonly<Record<PolicyHit['action'], string>> = {
  allow: 'allows it',
  deny: 'denies it',
  pass: 'passes it on',
  log: 'logs it',
};

export interface PolicyText {
  /** Empty when there is no policy to name. */
  readonly name: string;
  readonly detail: string;
  /** All there is to say of it. */
  readonly title: string;
}

/** The deciding policy in two parts: its name, and what to know about it. */
export function policyText(hit: PolicyHit | null): PolicyText {
  if (hit === null) return { name: '', detail: '–', title: 'Not known' };
  const policy = policyOf(hit);
  if (policy.kind === 'Profile') return { name: '', detail: 'no policy', title: 'No policy selects it' };
  if (policy.kind === 'EndOfTier') {
    // Without a trigger the end of a tier names no policy; Cilium has no tiers either.
    const whose = policy.tier === '' ? 'default' : `end of ${policy.tier}`;
    const why = policy.tier === '' ? 'No policy' : `No rule of tier ${policy.tier}`;
    return { name: '', detail: `${whose} ${hit.action}`, title: `${why} allows it` };
  }
  const how = hit.kind === 'EndOfTier' ? 'selects it, no rule matched' : ACTION_WORD[hit.action];
  return {
    name: policy.name,
    detail: isStaged(policy.kind) ? 'staged' : policy.tier,
    title: `${policy.kind} ${policy.name}${policy.tier === '' ? '' : ` in tier ${policy.tier}`} ${how}`,
  };
}
