import type { PolicyEdit } from './policy-edit.js';
import type { Resources } from './read-resources.js';

/** What it means to apply resources to a cluster: tiers first, since policies stand in them. The rest is left alone. */
export function resourceEdits({
  tiers,
  cluster: { networkSets },
  policies,
}: Pick<Resources, 'tiers' | 'cluster' | 'policies'>): readonly PolicyEdit[] {
  return [
    ...tiers.map((tier) => ({ op: 'put-tier', tier }) as const),
    ...networkSets.map((set) => ({ op: 'put-network-set', set }) as const),
    ...policies.map((policy) => ({ op: 'put', policy }) as const),
  ];
}
