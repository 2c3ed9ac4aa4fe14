import type { PolicyRef } from '@vibrissa/model';
import { orderedWords, writtenRuleWords } from './policy-words.js';
import { ruleText } from './rule-words.js';
import type { PolicySteps, ProfileSteps, RuleStep, SideSteps, TierSteps } from './steps.js';
import type { WhyPolicy, WhySide, WhyTier } from './why.js';
import { profileWords } from './words.js';

/** The steps at one end in words. */
export function whySide(side: SideSteps, title: string): WhySide {
  const { direction, verdict, tiers, profiles, notModelled } = side;
  return {
    direction,
    title,
    verdict,
    tiers: tiers.map((tier) => whyTier(tier, side)),
    profile: profiles === null ? null : profileText(profiles, tiers),
    cannotTell: missingFacts(side),
    notModelled: notModelled.map(({ policy, why }) => `${policy.name} is not evaluated, ${why}`),
  };
}

function whyTier({ tier, outcome, policies, end }: TierSteps, side: SideSteps): WhyTier {
  return {
    tier: tier.name,
    outcome,
    policies: policies.map((policy) => whyPolicy(policy, side)),
    end: end === null ? null : endText(end.action, tier.name, policies, outcome === 'open'),
  };
}

function whyPolicy({ policy, order, selects, rules }: PolicySteps, { direction }: SideSteps): WhyPolicy {
  return {
    policy,
    order,
    selects,
    rules: rules.map(({ index, written, action, match, rule, conditions }) => ({
      index,
      written,
      action,
      match,
      text: ruleText(rule, policy.namespace, direction),
      conditions: conditions.map(({ match: met, wants, has }) => ({ match: met, wants, has })),
    })),
  };
}

function endText(
  action: 'deny' | 'pass',
  tier: string,
  policies: readonly PolicySteps[],
  isOpen: boolean,
): string {
  const when = isOpen ? 'if no rule matches' : 'no rule matched';
  if (action === 'pass') return `${when}${isOpen ? '' : ', so'} tier ${tier} passes it on`;
  return isIsolation(policies)
    ? `${when}${isOpen ? ' it is denied' : ', so it is denied'}: what a Kubernetes policy selects gets only what a rule allows`
    : `${when}${isOpen ? '' : ', so'} tier ${tier} denies it`;
}

/** True where only Kubernetes' own policies select the end, whose authors know no tiers. */
export function isIsolation(policies: readonly PolicySteps[]): boolean {
  return policies.length > 0 && policies.every(({ policy }) => isOfKubernetes(policy));
}

function isOfKubernetes({ kind }: PolicyRef): boolean {
  return kind === 'NetworkPolicy' || kind === 'StagedKubernetesNetworkPolicy';
}

/** What profiles do, or would if the tiers pass the connection on. */
function profileText(profiles: readonly ProfileSteps[], tiers: readonly TierSteps[]): string {
  const isOpen = tiers.some(({ outcome }) => outcome === 'open');
  const governed = tiers.some(({ outcome }) => outcome !== 'skipped');
  const when = isOpen ? 'if no tier decides' : governed ? 'no tier decided' : 'no policy selects it';
  const decided = decidingProfile(profiles);
  if (decided === null) return `${when}${isOpen ? '' : ' and'} no profile allows it`;
  const { name, step } = decided;
  const does = step.match === 'maybe' ? 'may' : step.action === 'allow' ? 'allows it' : 'denies it';
  return `${when}, ${profileWords(name)} ${does === 'may' ? 'may decide' : does}`;
}

/** The profile rule that matches, or may, first. */
export function decidingProfile(
  profiles: readonly ProfileSteps[],
): { readonly name: string; readonly step: RuleStep } | null {
  for (const { name, rules } of profiles) {
    const step = rules.find(({ match, action }) => match !== 'no' && action !== 'log');
    if (step !== undefined) return { name, step };
  }
  return null;
}

const MOST_ASKING = 3;

/** Each missing fact once, with the rules that ask for it. */
export function missingFacts(side: SideSteps): readonly string[] {
  const asking = new Map<string, string[]>();
  for (const { policy, ruleIndex, missing } of side.cannotTell) {
    const who =
      ruleIndex < 0
        ? `whether ${policy.name} selects it depends on that`
        : `${writtenRuleWords(side, policy, ruleIndex)} of ${policy.name} asks for it`;
    for (const fact of missing) asking.set(fact, [...new Set([...(asking.get(fact) ?? []), who])]);
  }
  return [...asking].map(([fact, who]) => {
    const more = who.length - MOST_ASKING;
    const shown = more > 0 ? [...who.slice(0, MOST_ASKING), `${more} more do`] : who;
    return `${fact} ${isPlural(fact) ? 'are' : 'is'} not known: ${shown.join(', ')}`;
  });
}

function isPlural(fact: string): boolean {
  return /^(all|the) (labels|endpoints)\b/.test(fact);
}

/** `rule 2 of allow-checkout (tier security, order 100)` for a rule that was asked. */
export function stepWords(
  { policy, order }: Pick<PolicySteps, 'policy' | 'order'>,
  { written }: RuleStep,
): string {
  return `rule ${written + 1} of ${orderedWords(policy, order)}`;
}
