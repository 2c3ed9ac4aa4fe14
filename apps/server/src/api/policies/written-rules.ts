import type { Action } from '@vibrissa/model';
import {
  DIRECTIONS,
  type Direction,
  type Policy,
  type PolicyUsage,
  type Rule,
  ruleText,
} from '@vibrissa/policy';
import type { ApiRuleUsage } from '@vibrissa/protocol/messages';
import { sumOfHits, tellsRules } from './usage-index.js';

/** A rule as its author wrote it: one in the YAML, one or several in traces. */
interface WrittenRule {
  readonly direction: Direction;
  readonly index: number;
  readonly action: Action;
  readonly parts: readonly { readonly rule: Rule; readonly place: number }[];
}

function writtenRules(policy: Policy): readonly WrittenRule[] {
  return DIRECTIONS.flatMap((direction) => {
    const found = new Map<number, { rule: Rule; place: number }[]>();
    for (const [place, rule] of policy[direction].entries()) {
      const index = rule.written ?? place;
      const parts = found.get(index) ?? [];
      parts.push({ rule, place });
      found.set(index, parts);
    }
    return [...found].map(([index, parts]) => ({
      direction,
      index,
      action: parts[0]?.rule.action ?? 'allow',
      parts,
    }));
  });
}

/** Each rule of a policy as the YAML has it, in words, with what it did. */
export function usedRules(policy: Policy, usage: PolicyUsage | null): readonly ApiRuleUsage[] {
  return writtenRules(policy).map(({ direction, index, action, parts }) => {
    const places = new Set(parts.map(({ place }) => place));
    const hits = (usage?.rules ?? []).filter(
      (rule) => rule.direction === direction && places.has(rule.ruleIndex),
    );
    const texts = parts.map(({ rule }) => ruleText(rule, policy.namespace, direction));
    return { direction, index, action, text: [...new Set(texts)].join('; '), hits: sumOfHits(hits) };
  });
}

export interface RuleCount {
  readonly rules: number;
  /** Rules that nothing hit, as far as that is told; what only logs never shows. */
  readonly unused: number;
}

export function countRules(policy: Policy, usage: PolicyUsage | null): RuleCount {
  const rules = writtenRules(policy);
  if (usage !== null && !tellsRules(usage.rules)) return { rules: rules.length, unused: 0 };
  const hit = new Set((usage?.rules ?? []).map(({ direction, ruleIndex }) => `${direction} ${ruleIndex}`));
  const unused = rules.filter(
    ({ direction, action, parts }) =>
      action !== 'log' && !parts.some(({ place }) => hit.has(`${direction} ${place}`)),
  );
  return { rules: rules.length, unused: unused.length };
}
