import type { FixQuestion } from './fix-question.js';
import type { Direction, Policy, Tier } from './policy.js';
import { isSamePolicy } from './policy-edit.js';
import { type RuleStep, sideSteps, type TierSteps } from './steps.js';

/** A policy that was asked on the way, with the rules that were. */
export interface AskedPolicy {
  readonly policy: Policy;
  readonly rules: readonly RuleStep[];
}

/** Where a connection is denied at one of its ends. */
export interface Denial {
  readonly direction: Direction;
  /** Null when no tier governs the end, so that its profile denies. */
  readonly tier: Tier | null;
  /** The policies of the tier that are asked before it is denied, in order, with the rules that are. */
  readonly asked: readonly AskedPolicy[];
  /** The rule of the last of them that denies; null when the end of the tier does. */
  readonly by: RuleStep | null;
}

/** The first place that denies, or may; whatever is allowed before it is allowed. */
export function denialAt({ set, connection }: FixQuestion, direction: Direction): Denial {
  const steps = sideSteps(set, connection, direction);
  for (const tier of steps.tiers) {
    const found = denialIn(tier, direction, set.policies);
    if (found !== null) return found;
  }
  return { direction, tier: null, asked: [], by: null };
}

function denialIn(
  { tier, policies, end, outcome }: TierSteps,
  direction: Direction,
  known: readonly Policy[],
): Denial | null {
  if (outcome === 'skipped' || outcome === 'allow' || outcome === 'pass') return null;
  const asked: AskedPolicy[] = [];
  for (const { policy: ref, rules } of policies) {
    const policy = known.find(
      (one) => isSamePolicy(one, { ...ref, kind: one.kind }) && one.kind === ref.kind,
    );
    if (policy === undefined) continue;
    const by = rules.find(({ action, match }) => action === 'deny' && match !== 'no');
    if (by !== undefined) {
      asked.push({ policy, rules: rules.filter(({ index }) => index < by.index) });
      return { direction, tier, asked, by };
    }
    asked.push({ policy, rules });
  }
  return end?.action === 'deny' ? { direction, tier, asked, by: null } : null;
}
