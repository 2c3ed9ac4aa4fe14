import type { Cluster } from './cluster.js';
import { EMPTY_CLUSTER } from './cluster.js';
import { ClusterIndex } from './cluster-index.js';
import type { Policy, Profile, Tier } from './policy.js';
import { PolicySet } from './policy-set.js';

/** All that a verdict depends on: plain data that threads and files can carry. */
export interface Rulebook {
  readonly cluster: Cluster;
  readonly tiers: readonly Tier[];
  readonly policies: readonly Policy[];
  readonly profiles: readonly Profile[];
}

export const EMPTY_RULEBOOK: Rulebook = Object.freeze({
  cluster: EMPTY_CLUSTER,
  tiers: [],
  policies: [],
  profiles: [],
});

/** A rulebook made ready to evaluate with. */
export interface Engine {
  readonly set: PolicySet;
  readonly index: ClusterIndex;
}

/** Compiles a rulebook; worth keeping for as long as the rulebook stays the same. */
export function engineOf({ cluster, tiers, policies, profiles }: Rulebook): Engine {
  return { set: new PolicySet(tiers, policies, profiles), index: new ClusterIndex(cluster) };
}

/** What of a list tells its objects apart. */
export interface ListedObject {
  readonly name: string;
  readonly namespace?: string;
  readonly kind?: string;
}

/** Several rulebooks as one: `all` makes each of its lists from theirs. */
export function joinedRulebook(
  all: <T extends ListedObject>(read: (book: Rulebook) => readonly T[]) => readonly T[],
  complete: boolean,
): Rulebook {
  return {
    tiers: all(({ tiers }) => tiers),
    policies: all(({ policies }) => policies),
    profiles: all(({ profiles }) => profiles),
    cluster: {
      namespaces: all(({ cluster }) => cluster.namespaces),
      pods: all(({ cluster }) => cluster.pods),
      workloads: all(({ cluster }) => cluster.workloads),
      serviceAccounts: all(({ cluster }) => cluster.serviceAccounts),
      services: all(({ cluster }) => cluster.services),
      endpointSlices: all(({ cluster }) => cluster.endpointSlices),
      networkSets: all(({ cluster }) => cluster.networkSets),
      hostEndpoints: all(({ cluster }) => cluster.hostEndpoints),
      complete,
    },
  };
}
