import type { PolicyHit } from '@vibrissa/model';
import type { SeenReport } from './seen-connection.js';

/** Who enforces policies, as far as traces tell: each takes policies of its own kind. */
export type Dataplane = 'calico' | 'cilium' | 'unknown';

/** Calico names a profile where no policy decides; a report without any hit is not its. */
export function dataplaneOf(reports: readonly Pick<SeenReport, 'enforced' | 'pending'>[]): Dataplane {
  let isCalico = false;
  for (const { enforced, pending } of reports) {
    for (const hit of [...enforced, ...pending]) {
      if (isOfCilium(hit)) return 'cilium';
      isCalico = true;
    }
  }
  return isCalico ? 'calico' : 'unknown';
}

/** True for what only Cilium says: its own kinds of policy, and a default that belongs to no tier. */
export function isOfCilium({ kind, tier }: PolicyHit): boolean {
  return (
    kind === 'CiliumNetworkPolicy' ||
    kind === 'CiliumClusterwideNetworkPolicy' ||
    (kind === 'EndOfTier' && tier === '')
  );
}
