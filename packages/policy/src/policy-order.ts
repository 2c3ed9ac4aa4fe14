import { BUILT_IN_TIERS, type Policy, type Tier } from './policy.js';

/** Tiers in the order Calico evaluates them. */
export function sortTiers(tiers: readonly Tier[]): readonly Tier[] {
  return [...tiers].sort((a, b) => compareOrder(a.order, b.order) || compareText(a.name, b.name));
}

/** The tiers a cluster has with these policies: its own, the built-in ones, and last those that only policies name. */
export function tiersOf(tiers: readonly Tier[], policies: readonly Policy[]): readonly Tier[] {
  const byName = new Map<string, Tier>();
  for (const tier of [...BUILT_IN_TIERS, ...tiers]) byName.set(tier.name, tier);
  const missing = new Map<string, Tier>();
  for (const { tier } of policies) {
    if (!byName.has(tier)) missing.set(tier, { name: tier, order: null, defaultAction: 'deny' });
  }
  return [...sortTiers([...byName.values()]), ...sortTiers([...missing.values()])];
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
