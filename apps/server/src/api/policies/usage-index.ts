import type { PolicyRef } from '@vibrissa/model';
import type { HitCounts, Policy, PolicyUsage, RuleUsage } from '@vibrissa/policy';
import type { ApiHits, ApiUnknownPolicy } from '@vibrissa/protocol/messages';

export const NO_HITS: ApiHits = { allowed: 0, denied: 0, passed: 0, lines: 0, bytes: 0, lastHit: null };

type Named = Pick<PolicyRef, 'kind' | 'namespace' | 'name' | 'tier'>;

/** What policies did, found by the policies that were read. */
export class UsageIndex {
  readonly #usage: ReadonlyMap<string, PolicyUsage>;

  constructor(usage: readonly PolicyUsage[]) {
    this.#usage = new Map(usage.map((one) => [idOf(one.policy), one]));
  }

  /** Null where no trace names the policy. */
  of(policy: Policy): PolicyUsage | null {
    return this.#usage.get(idOf(policy)) ?? null;
  }

  /** What traces name and none of these policies is: it was removed, or nobody could read it. */
  unknown(policies: readonly Policy[]): readonly ApiUnknownPolicy[] {
    const known = new Set(policies.map(idOf));
    return [...this.#usage]
      .filter(
        ([id, { policy }]) => !known.has(id) && policy.kind !== 'Profile' && policy.kind !== 'EndOfTier',
      )
      .map(([, { policy, ...counts }]) => ({ policy, hits: hitsOf(counts) }))
      .sort((a, b) => b.hits.denied - a.hits.denied || b.hits.lines - a.hits.lines);
  }
}

/** Clusters differ in whether the name of a Calico policy begins with its tier. */
function idOf({ kind, namespace, name, tier }: Named): string {
  const start = `${tier}.`;
  const bare = name.startsWith(start) && name.length > start.length ? name.slice(start.length) : name;
  return JSON.stringify([kind, namespace, bare]);
}

/** The same counts, without what else is told of a policy or a rule. */
export function hitsOf({ allowed, denied, passed, lines, bytes, lastHit }: HitCounts): ApiHits {
  return { allowed, denied, passed, lines, bytes, lastHit };
}

export function sumOfHits(counts: readonly HitCounts[]): ApiHits {
  return counts.reduce<ApiHits>(
    (sum, one) => ({
      allowed: sum.allowed + one.allowed,
      denied: sum.denied + one.denied,
      passed: sum.passed + one.passed,
      lines: sum.lines + one.lines,
      bytes: sum.bytes + one.bytes,
      lastHit: sum.lastHit === null || (one.lastHit ?? 0) > sum.lastHit ? one.lastHit : sum.lastHit,
    }),
    NO_HITS,
  );
}

/** A rule that traces count so was not told. */
const NOT_TOLD = -2;

/** Whether hits are told rule by rule, so that one without any was not used. */
export function tellsRules(rules: readonly RuleUsage[]): boolean {
  return !rules.some(({ ruleIndex }) => ruleIndex === NOT_TOLD);
}
