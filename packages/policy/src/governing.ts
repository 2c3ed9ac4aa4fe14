import type { AskedTiers } from './asked-tiers.js';
import type { CompiledPolicy } from './compile-policy.js';
import type { Match } from './match.js';
import type { CompiledRule } from './match-rule.js';
import type { Tier } from './policy.js';

/** A policy that governs an endpoint, or may. */
export interface Governor {
  readonly compiled: CompiledPolicy;
  readonly rules: readonly CompiledRule[];
  /** Never `no`. */
  readonly selects: Match;
}

/** The policies of one tier that govern an endpoint in one direction, in order. */
export interface TierPolicies {
  readonly tier: Tier;
  readonly policies: readonly Governor[];
}

/** What governs an endpoint in one direction. */
export interface Governing extends Asked {
  /** The staged policies are not there at all: a tier that has no others is skipped. */
  readonly enforced: readonly TierPolicies[];
  /** Staged policies count as if they were enforced; the same list where there are none. */
  readonly pending: readonly TierPolicies[];
  /** What is asked when no tier decides, in order. */
  readonly profiles: readonly ProfileRules[];
}

/** The same as it is asked of single connections. */
interface Asked {
  readonly askedEnforced: AskedTiers;
  readonly askedPending: AskedTiers;
}

/** A profile's rules for one direction. */
export interface ProfileRules {
  readonly name: string;
  readonly rules: readonly CompiledRule[];
}
