import type { CompiledRule } from './match-rule.js';
import type { Policy } from './policy.js';
import type { KnownSelector } from './selector-table.js';

/** A policy's selectors and rules made ready to evaluate. */
export interface CompiledRules {
  readonly policy: Policy;
  readonly staged: boolean;
  /** What it selects in effect. */
  readonly selector: KnownSelector;
  readonly ingress: readonly CompiledRule[];
  readonly egress: readonly CompiledRule[];
}

/** A policy made ready to evaluate among others. */
export interface CompiledPolicy extends CompiledRules {
  /** Its place among all policies in the order of evaluation. */
  readonly place: number;
}
