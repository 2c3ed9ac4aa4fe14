import { isStaged } from '@vibrissa/model';
import type { Party } from './connection.js';
import { effectivePolicySelector } from './effective-selector.js';
import { type CompiledRule, compileRule } from './match-rule.js';
import { BUILT_IN_TIERS, type Direction, type Policy, type Tier } from './policy.js';
import { matchesSelector, type Selector } from './selector.js';

/** A policy with its selectors and rules made ready to evaluate. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly staged: boolean;
  readonly selector: Selector;
  readonly ingress: readonly CompiledRule[];
  readonly egress: readonly CompiledRule[];
}

/** The policies of one tier that govern an endpoint in one direction, in order. */
export interface TierPolicies {
  readonly tier: Tier;
  readonly policies: readonly CompiledPolicy[];
}

/** All policies of a cluster in the order in which they are evaluated. */
export class PolicySet {
  private readonly tiers: readonly TierPolicies[];
  /** Which policies govern an endpoint does not depend on the connection, so it is found once. */
  private readonly governing = new WeakMap<Party, Partial<Record<Direction, readonly TierPolicies[]>>>();

  /** A policy that names a missing tier gets that tier, sorted last, as in Felix. */
  constructor(tiers: readonly Tier[], policies: readonly Policy[]) {
    const byName = new Map<string, Tier>();
    for (const tier of [...BUILT_IN_TIERS, ...tiers]) byName.set(tier.name, tier);
    const missing: Tier[] = [];
    for (const { tier } of policies) {
      if (byName.has(tier) || missing.some((other) => other.name === tier)) continue;
      missing.push({ name: tier, order: null, defaultAction: 'deny' });
    }
    const compiled = sortPolicies(policies).map(compilePolicy);
    this.tiers = [...sortTiers([...byName.values()]), ...sortTiers(missing)].map((tier) => ({
      tier,
      policies: compiled.filter(({ policy }) => policy.tier === tier.name),
    }));
  }

  /** The tiers with policies that govern the endpoint; nothing for one whose labels are not known. */
  governs(party: Party, direction: Direction): readonly TierPolicies[] {
    const known = this.governing.get(party) ?? {};
    const found = known[direction] ?? this.find(party, direction);
    this.governing.set(party, { ...known, [direction]: found });
    return found;
  }

  private find({ labels }: Party, direction: Direction): readonly TierPolicies[] {
    if (labels === null || labels === undefined) return [];
    return this.tiers
      .map(({ tier, policies }) => ({
        tier,
        policies: policies.filter(
          ({ policy, selector }) => policy.types.includes(direction) && matchesSelector(selector, labels),
        ),
      }))
      .filter(({ policies }) => policies.length > 0);
  }
}

function compilePolicy(policy: Policy): CompiledPolicy {
  return {
    policy,
    staged: isStaged(policy.kind),
    selector: effectivePolicySelector(policy),
    ingress: policy.ingress.map((rule) => compileRule(rule, policy.namespace)),
    egress: policy.egress.map((rule) => compileRule(rule, policy.namespace)),
  };
}

/** Tiers in the order Calico evaluates them. */
export function sortTiers(tiers: readonly Tier[]): readonly Tier[] {
  return [...tiers].sort((a, b) => compareOrder(a.order, b.order) || compareText(a.name, b.name));
}

/** Policies of one tier in the order Calico evaluates them; ties go by `name/namespace/kind`, byte by byte. */
export function sortPolicies(policies: readonly Policy[]): readonly Policy[] {
  return policies
    .map((policy) => ({ policy, tie: tieBreak(policy) }))
    .sort((a, b) => compareOrder(a.policy.order, b.policy.order) || compareText(a.tie, b.tie))
    .map(({ policy }) => policy);
}

/** Calico's own name for a kind, where it differs from the one users see. */
const CALICO_KINDS: Partial<Record<Policy['kind'], string>> = {
  CalicoNetworkPolicy: 'NetworkPolicy',
  NetworkPolicy: 'KubernetesNetworkPolicy',
  ClusterNetworkPolicy: 'KubernetesClusterNetworkPolicy',
};

function tieBreak({ kind, namespace, name }: Policy): string {
  return `${name}/${namespace}/${CALICO_KINDS[kind] ?? kind}`;
}

function compareOrder(a: number | null, b: number | null): number {
  const x = a ?? Number.POSITIVE_INFINITY;
  const y = b ?? Number.POSITIVE_INFINITY;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
