import type { World } from '../world.js';
import { SHOP_NAMESPACES, SHOP_NODES, SHOP_OUTSIDE, SHOP_WORKLOADS } from './shop-cluster.js';
import { SHOP_POLICIES, SHOP_TIERS } from './shop-policies.js';
import { SHOP_PATTERNS } from './shop-traffic.js';

/** The shop on a good day: where every scenario starts. */
export const SHOP_WORLD: World = {
  nodes: SHOP_NODES,
  namespaces: SHOP_NAMESPACES,
  workloads: SHOP_WORKLOADS,
  outside: SHOP_OUTSIDE,
  tiers: SHOP_TIERS,
  policies: SHOP_POLICIES,
  patterns: SHOP_PATTERNS,
};
