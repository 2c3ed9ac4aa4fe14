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
