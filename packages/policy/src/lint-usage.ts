import type { PolicyRef } from '@vibrissa/model';
import type { Finding } from './finding.js';
import { nameOf, ruleText } from './lint-words.js';
import { DIRECTIONS, type Direction, type Policy } from './policy.js';
import type { PolicyUsage } from './policy-usage.js';

/**
 * Rules that no connection of the window hit, of policies that were asked: where a policy was not asked at all, its
 * endpoints may just have had no traffic. Logging leaves no trace, so such rules are left out.
 */
export function lintUsage(policies: readonly Policy[], usage: readonly PolicyUsage[]): readonly Finding[] {
  const byName = new Map(usage.map((one) => [idOf(one.policy), one]));
  return policies.flatMap((policy) => {
    const found = byName.get(idOf(policy));
    return found === undefined ? [] : DIRECTIONS.flatMap((direction) => unused(policy, direction, found));
  });
}

function idOf({ kind, namespace, name }: Pick<PolicyRef, 'kind' | 'namespace' | 'name'>): string {
  return JSON.stringify([kind, namespace, name]);
}

function unused(policy: Policy, direction: Direction, usage: PolicyUsage): readonly Finding[] {
  const hits = usage.rules.filter((rule) => rule.direction === direction && rule.lines > 0);
  // A trace that does not tell its rule may have hit any.
  if (hits.length === 0 || hits.some(({ ruleIndex }) => ruleIndex < -1)) return [];
  const isHit = new Map<number, boolean>();
  for (const [index, { written = index, action }] of policy[direction].entries()) {
    if (action === 'log') continue;
    isHit.set(written, isHit.get(written) === true || hits.some(({ ruleIndex }) => ruleIndex === index));
  }
  return [...isHit].flatMap(([index, hit]): readonly Finding[] =>
    hit
      ? []
      : [
          {
            code: 'rule-never-hit',
            severity: 'hint',
            policy: nameOf(policy),
            rule: { direction, index },
            message: `${ruleText(direction, index)} was not hit by any connection of the window, while others of the policy were asked.`,
            remedy: 'Look at a longer window; if it stays unused, remove the rule.',
          },
        ],
  );
}
