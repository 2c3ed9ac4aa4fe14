import { isStaged, type PolicyRef } from '@vibrissa/model';
import type { SideSteps } from './steps.js';
import { ruleWords } from './words.js';

/** How a policy is called where it is not called by its own name, such as one that is staged. */
export type Naming = (policy: PolicyRef) => PolicyRef;

/** `default-deny (tier security, order 100)`, `NetworkPolicy db-policy`, `lockdown (staged, tier security)`. */
export function orderedWords(policy: PolicyRef, order: number | null): string {
  const { kind, name, tier } = policy;
  // Kubernetes' own policies have neither tier nor order for those who write them.
  if (kind === 'NetworkPolicy') return `NetworkPolicy ${name}`;
  if (kind === 'StagedKubernetesNetworkPolicy') return `NetworkPolicy ${name} (staged)`;
  const facts = [
    ...(isStaged(kind) ? ['staged'] : []),
    ...(tier === '' ? [] : [`tier ${tier}`]),
    ...(order === null ? [] : [`${kind === 'ClusterNetworkPolicy' ? 'priority' : 'order'} ${order}`]),
  ];
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

/** A rule that traces count by its number in the YAML, from 1. */
export function writtenRuleWords(side: SideSteps, policy: PolicyRef, ruleIndex: number): string {
  for (const { policies } of side.tiers) {
    const asked = policies.find((one) => isSame(one.policy, policy));
    const step = asked?.rules.find(({ index }) => index === ruleIndex);
    if (step !== undefined) return ruleWords(step.written);
  }
  return ruleWords(ruleIndex);
}

/** Whether two references are to one policy; traces may put the tier before the name. */
export function isSame(a: PolicyRef, b: PolicyRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && bareName(a) === bareName(b);
}

function bareName({ name, tier }: PolicyRef): string {
  return tier !== '' && name.startsWith(`${tier}.`) ? name.slice(tier.length + 1) : name;
}
