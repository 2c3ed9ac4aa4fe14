import type { PolicyRef } from '@vibrissa/model';
import type { Tier } from './policy.js';
import type { SelectorSubject } from './selector-words.js';
import type { Condition, PolicySteps, RuleStep, SideSteps } from './steps.js';

/** The rule that came closest to allowing what was denied. */
export interface NearestRule {
  readonly policy: PolicyRef;
  readonly tier: Tier;
  /** Of the policy; null comes last. */
  readonly order: number | null;
  readonly step: RuleStep;
  /** What kept it from matching; never empty. */
  readonly failed: readonly Condition[];
  /** How many things differ: a selector counts once for the namespace, once for the labels and so on. */
  readonly differences: number;
}

/**
 * Of the allow rules that were asked at one end, up to where it was denied, the one that fewest conditions
 * kept from matching; of equals one that only wants another port, then another protocol, then another place,
 * then other labels, and that more conditions hold of. Null when no allow rule was asked in vain.
 */
export function nearestRule(side: SideSteps): NearestRule | null {
  let nearest: NearestRule | null = null;
  let least: Distance | null = null;
  for (const { tier, policies, outcome } of side.tiers) {
    for (const policy of policies) {
      for (const step of policy.rules) {
        const failed = step.conditions.filter(({ match }) => match === 'no');
        if (step.action !== 'allow' || failed.length === 0) continue;
        const distance = distanceOf(policy, step, failed);
        if (least !== null && !isLess(distance, least)) continue;
        least = distance;
        const { policy: ref, order } = policy;
        nearest = { policy: ref, tier, order, step, failed, differences: distance.differences };
      }
    }
    // What is behind a denial would never be asked.
    if (outcome === 'deny') break;
  }
  return nearest;
}

interface Distance {
  readonly differences: number;
  readonly weight: number;
}

function isLess(a: Distance, b: Distance): boolean {
  return a.differences === b.differences ? a.weight < b.weight : a.differences < b.differences;
}

function distanceOf({ selects }: PolicySteps, step: RuleStep, failed: readonly Condition[]): Distance {
  let differences = 0;
  let weight = 0;
  for (const condition of failed) {
    const weights = weightsOf(condition);
    differences += weights.length;
    for (const one of weights) weight += one;
  }
  // A fact that is missing may turn out to be one more difference.
  weight += step.conditions.filter(({ match }) => match === 'maybe').length * OPEN;
  // Of two that only want other labels, the one whose port was used is meant sooner than one that asks for no port.
  weight -= step.conditions.filter(({ match }) => match === 'yes').length * HELD;
  return { differences, weight: selects === 'maybe' ? weight + OPEN : weight };
}

const OPEN = 0.5;
const HELD = 0.01;

/** How much each kind of difference is, the least first. */
const OF_SELECTOR: Record<SelectorSubject, number> = { namespace: 3, account: 4, labels: 5, pod: 9 };

function weightsOf({ aspect, fails }: Condition): readonly number[] {
  if (fails !== undefined && fails.length > 0) return fails.map((about) => OF_SELECTOR[about]);
  switch (aspect) {
    case 'destination.ports':
    case 'destination.notPorts':
      return [1];
    case 'protocol':
    case 'notProtocol':
    case 'icmp':
    case 'notICMP':
      return [2];
    case 'source.ports':
    case 'source.notPorts':
      return [4];
    case 'ipVersion':
    case 'http':
      return [9];
    case 'source.selector':
    case 'destination.selector':
      return [5];
    case 'source.nets':
    case 'destination.nets':
      return [6];
    default:
      // An exclusion was written on purpose.
      return [7];
  }
}
