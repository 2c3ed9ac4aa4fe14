import type {
  ApiCondition,
  ApiPolicyStep,
  ApiRuleStep,
  ApiSideSteps,
  ApiTierStep,
} from '@vibrissa/protocol/messages';

/** Words for what became of a connection in a tier. */
export const TIER_OUTCOMES: Readonly<Record<ApiTierStep['outcome'], string>> = {
  skipped: 'no policy selects it',
  allow: 'allows it',
  deny: 'denies it',
  pass: 'passes it on',
  open: 'cannot tell',
};

/** Which rule of which policy of a side. */
export interface RulePlace {
  readonly tier: string;
  readonly policy: ApiPolicyStep;
  readonly rule: ApiRuleStep;
}

/**
 * The rule that came closest to allowing what was denied at one end: the allow rule that the fewest conditions kept
 * from matching, the first of equals. Null where nothing was denied or no allow rule was asked in vain.
 */
export function nearestStep(side: ApiSideSteps): RulePlace | null {
  if (side.verdict !== 'deny') return null;
  let nearest: RulePlace | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { tier, policies, outcome } of side.tiers) {
    for (const policy of policies) {
      for (const rule of policy.rules) {
        const failed = mismatches(rule).length;
        if (rule.action !== 'allow' || failed === 0 || failed >= least) continue;
        least = failed;
        nearest = { tier, policy, rule };
      }
    }
    if (outcome === 'deny') break;
  }
  return nearest;
}

/** What kept a rule from matching. */
export function mismatches({ conditions }: ApiRuleStep): readonly ApiCondition[] {
  return conditions.filter(({ match }) => match === 'no');
}

/** The most rules of a policy that are told one by one. */
const TOLD = 8;

/** The rules of a policy worth telling, in order, and how many others did not match either. */
export function toldRules(
  rules: readonly ApiRuleStep[],
  nearest: ApiRuleStep | null,
): { readonly told: readonly ApiRuleStep[]; readonly left: readonly ApiRuleStep[] } {
  if (rules.length <= TOLD) return { told: rules, left: [] };
  const matters = rules.filter((rule) => rule.match !== 'no' || rule === nearest);
  const others = rules.filter((rule) => !matters.includes(rule)).slice(0, Math.max(0, TOLD - matters.length));
  const told = rules.filter((rule) => matters.includes(rule) || others.includes(rule));
  return { told, left: rules.filter((rule) => !told.includes(rule)) };
}

/** How many policies were asked at all ends. */
export function askedPolicies(sides: readonly ApiSideSteps[]): number {
  return sides.reduce(
    (sum, { tiers }) => sum + tiers.reduce((count, { policies }) => count + policies.length, 0),
    0,
  );
}
