import { isStaged } from '@vibrissa/model';
import type { Policy, PolicyObjectKind } from './policy.js';

/** The kind that a staged policy becomes when it is put into force. */
const ENFORCED: Partial<Record<PolicyObjectKind, PolicyObjectKind>> = {
  StagedNetworkPolicy: 'CalicoNetworkPolicy',
  StagedGlobalNetworkPolicy: 'GlobalNetworkPolicy',
  StagedKubernetesNetworkPolicy: 'NetworkPolicy',
};

/** The kind a staged policy stands for; of any other kind itself. */
export function enforcedKind(kind: PolicyObjectKind): PolicyObjectKind {
  return ENFORCED[kind] ?? kind;
}

/** A staged policy as it would be enforced. */
export function enforcedTwin(policy: Policy): Policy {
  const { stagedAction: _, ...rest } = policy;
  return { ...rest, kind: enforcedKind(policy.kind) };
}

/**
 * The policies once every staged one is put into force: `Set` takes the place of its twin of the same name,
 * namespace and kind or is new, `Delete` removes the twin, `Learn` and `Ignore` change nothing.
 * Calico's own pending traces differ: they add staged policies beside their twins and never delete.
 */
export function stagedApplied(policies: readonly Policy[]): readonly Policy[] {
  const result = new Map<string, Policy>();
  const idOf = ({ kind, namespace, name }: Policy) => JSON.stringify([enforcedKind(kind), namespace, name]);
  for (const policy of policies) if (!isStaged(policy.kind)) result.set(idOf(policy), policy);
  for (const policy of policies) {
    if (!isStaged(policy.kind)) continue;
    const action = policy.stagedAction ?? 'set';
    if (action === 'delete') result.delete(idOf(policy));
    else if (action === 'set') result.set(idOf(policy), enforcedTwin(policy));
  }
  return [...result.values()];
}
