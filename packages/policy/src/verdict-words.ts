import { isStaged, type PolicyRef } from '@vibrissa/model';
import { type EndNames, gapText } from './gap-words.js';
import { type NearestRule, nearestRule } from './nearest-rule.js';
import { isSame, type Naming, orderedWords } from './policy-words.js';
import { ruleText } from './rule-words.js';
import type { PolicySteps, RuleStep, SideSteps, TierSteps } from './steps.js';
import { decidingProfile, isIsolation, stepWords } from './why-steps.js';
import { profileWords } from './words.js';

/** `at ledger on ingress` */
export function placeWords({ direction }: SideSteps, { source, dest }: EndNames): string {
  return `at ${direction === 'egress' ? source : dest} on ${direction}`;
}

/** The rule that decided at one end, with its policy; null where the end of a tier or a profile did. */
export function decidingStep(
  side: SideSteps,
): { readonly tier: TierSteps; readonly policy: PolicySteps; readonly step: RuleStep } | null {
  const tier = decidingTier(side);
  const policy = tier?.end === null ? tier.policies.at(-1) : undefined;
  const step = policy?.rules.at(-1);
  return tier === null || policy === undefined || step === undefined ? null : { tier, policy, step };
}

/** The tier that certainly decided; null where a profile did, or several ways are open that end alike. */
export function decidingTier({ tiers }: SideSteps): TierSteps | null {
  if (tiers.some(({ outcome }) => outcome === 'open')) return null;
  return tiers.find(({ outcome }) => outcome === 'allow' || outcome === 'deny') ?? null;
}

/** What lets a connection through at one end: stands behind `allowed at … `. */
export function allowWords(side: SideSteps, naming: Naming): string {
  const decided = decidingStep(side);
  if (decided !== null) {
    const { policy, step } = decided;
    const { rule } = step;
    return `by ${stepWords(called(policy, naming), step)}, which ${ruleText(rule, policy.policy.namespace, side.direction)}`;
  }
  if (isOpen(side)) return 'whatever the facts are that are missing';
  const profile = side.profiles === null ? null : decidingProfile(side.profiles);
  const by = profile === null ? '' : ` and ${profileWords(profile.name)} allows it`;
  return `as ${governs(side) ? 'every tier passes it on' : 'no policy selects it'}${by}`;
}

function governs({ tiers }: SideSteps): boolean {
  return tiers.some(({ outcome }) => outcome !== 'skipped');
}

function isOpen({ tiers }: SideSteps): boolean {
  return tiers.some(({ outcome }) => outcome === 'open');
}

/** Differences beyond which a rule is not near any more. */
const NEAR = 2;

/** One that differs in all it asks is near only where it asks but one thing. */
function isNear({ differences, step }: NearestRule): boolean {
  return differences === 1 || (differences <= NEAR && step.conditions.some(({ match }) => match === 'yes'));
}

/**
 * Why a connection is denied at one end. `named` is a policy that the reader has just been told of.
 * The nearest rule is part of it where one came near.
 */
export function denialWords(
  side: SideSteps,
  names: EndNames,
  naming: Naming,
  named: PolicyRef | null = null,
): string {
  const tier = decidingTier(side);
  const nearest = nearestRule(side);
  const gap =
    nearest !== null && isNear(nearest)
      ? `rule ${nearest.step.written + 1} of ${nameText(naming(nearest.policy), named)}, which wants ${gapText(nearest.failed, names)}`
      : '';
  if (tier?.outcome !== 'deny') {
    const reason = isOpen(side)
      ? 'every way that the missing facts leave open ends in a denial'
      : profileDenial(side);
    return gap === '' ? reason : `${reason}; the nearest was ${gap}`;
  }
  const decided = decidingStep(side);
  if (decided !== null) {
    const { policy, step } = decided;
    const isNamed = named !== null && isSame(naming(policy.policy), named);
    const which = isNamed ? `its rule ${step.written + 1}` : stepWords(called(policy, naming), step);
    const reason = `${which} ${ruleText(step.rule, policy.policy.namespace, side.direction)}`;
    return gap === '' ? reason : `${reason}; of the rules before it that allow, the nearest was ${gap}`;
  }
  const selected = selectedWords(tier, naming, named);
  return [
    ...(selected === '' ? [] : [selected]),
    'no rule matched',
    ...(gap === '' ? [] : [`the nearest was ${gap}`]),
  ].join('; ');
}

function profileDenial({ profiles, tiers }: SideSteps): string {
  const decided = decidingProfile(profiles ?? []);
  if (decided !== null) return `no tier decides and ${profileWords(decided.name)} denies it`;
  const governed = tiers.some(({ outcome }) => outcome !== 'skipped');
  return `${governed ? 'no tier decides' : 'no policy selects it'} and no profile allows it`;
}

function called(steps: PolicySteps, naming: Naming): PolicySteps {
  return { ...steps, policy: naming(steps.policy) };
}

function nameText(policy: PolicyRef, named: PolicyRef | null): string {
  return isStaged(policy.kind) && (named === null || !isSame(policy, named))
    ? `${policy.name} (staged)`
    : policy.name;
}

const MOST_NAMED = 3;

/** Who selected the end whose tier denies: `selected by default-deny (tier security, order 100) and ledger-access`. */
function selectedWords({ policies, end }: TierSteps, naming: Naming, named: PolicyRef | null): string {
  const trigger = end?.trigger;
  const main =
    policies.find(({ policy }) => trigger !== undefined && isSame(policy, trigger)) ?? policies.at(-1);
  if (main === undefined) return '';
  const others = policies.filter((one) => one !== main).map(({ policy }) => nameText(naming(policy), null));
  if (isIsolation(policies)) {
    const all = policies.map(({ policy }) => nameText(naming(policy), null));
    if (named !== null && all.length === 1) return '';
    return `isolated by ${all.length === 1 ? 'NetworkPolicy' : 'the NetworkPolicies'} ${andList(all)}`;
  }
  if (named !== null && isSame(naming(main.policy), named)) {
    return others.length === 0 ? '' : `selected by it and ${andList(others)}`;
  }
  const { policy, order } = called(main, naming);
  const rest =
    others.length === 0
      ? ''
      : ` and ${others.length < MOST_NAMED ? andList(others) : `${others.length} other policies of that tier`}`;
  return `selected by ${orderedWords(policy, order)}${rest}`;
}

function andList(items: readonly string[]): string {
  const more = items.length - MOST_NAMED;
  const shown = more > 0 ? [...items.slice(0, MOST_NAMED), `${more} more`] : items;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
