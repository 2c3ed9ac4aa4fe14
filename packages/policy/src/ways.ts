import { effectivePolicySelector } from './effective-selector.js';
import type { Governing } from './governing.js';
import { type CompiledRule, matchRule } from './match-rule.js';
import type { ConnectionView } from './view.js';

/** What is asked at an end of one connection. */
export interface Asked {
  readonly governing: Governing;
  readonly view: ConnectionView;
}

/**
 * True when two sets of policies leave the same ways open at an end, whatever the missing facts are: only rules that
 * certainly do not match tell them apart. Sound, not complete: ways that merely look different count as different.
 */
export function sameWays(a: Asked, b: Asked): boolean {
  return waysOf(a) === waysOf(b);
}

/** Every rule that may match, in order, up to the first that certainly decides. */
function waysOf({ governing: { enforced }, view }: Asked): string {
  const ways: unknown[] = [];
  nextTier: for (const { tier, policies } of enforced) {
    let governed = false;
    for (const { compiled, rules, selects } of policies) {
      if (selects === 'yes') governed = true;
      const { policy } = compiled;
      const open = openRules(rules, view, policy.namespace);
      ways.push(
        selects === 'yes'
          ? open.ways
          : ['may govern', effectivePolicySelector(policy), policy.namespace, open.ways],
      );
      if (selects !== 'yes' || open.ends === 'open') continue;
      if (open.ends === 'ends') return JSON.stringify(ways);
      continue nextTier;
    }
    ways.push([tier.defaultAction, governed]);
  }
  return JSON.stringify(ways);
}

function openRules(
  rules: readonly CompiledRule[],
  view: ConnectionView,
  namespace: string,
): { readonly ways: readonly unknown[]; readonly ends: 'ends' | 'passes' | 'open' } {
  const ways: unknown[] = [];
  for (const rule of rules) {
    if (rule.action === 'log') continue;
    const match = matchRule(rule, view);
    if (match === 'no') continue;
    if (match === 'yes') {
      ways.push(rule.action);
      return { ways, ends: rule.action === 'pass' ? 'passes' : 'ends' };
    }
    const { written: _, name: __, ...asked } = rule.rule;
    ways.push([namespace, asked]);
  }
  return { ways, ends: 'open' };
}
