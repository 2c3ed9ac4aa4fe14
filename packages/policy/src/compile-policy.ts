import { isStaged } from '@vibrissa/model';
import { effectivePolicySelector } from './effective-selector.js';
import { type CompiledRule, compileRule } from './match-rule.js';
import type { Policy } from './policy.js';
import type { KnownSelector, SelectorTable } from './selector-table.js';

/** A policy with its selectors and rules made ready to evaluate. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** Its place among all policies in the order of evaluation. */
  readonly place: number;
  readonly staged: boolean;
  readonly selector: KnownSelector;
  readonly ingress: readonly CompiledRule[];
  readonly egress: readonly CompiledRule[];
}

export function compilePolicy(policy: Policy, place: number, selectors: SelectorTable): CompiledPolicy {
  return {
    policy,
    place,
    staged: isStaged(policy.kind),
    selector: selectors.add(effectivePolicySelector(policy)),
    ingress: policy.ingress.map((rule) => compileRule(rule, policy.namespace, selectors)),
    egress: policy.egress.map((rule) => compileRule(rule, policy.namespace, selectors)),
  };
}
