/** What a policy, rule or tier does with a flow. */
export type Action = 'allow' | 'deny' | 'pass' | 'log';

export const ACTIONS: readonly Action[] = ['allow', 'deny', 'pass', 'log'];

/** Goldmane's policy kinds, spelled as users see them in Whisker, and Cilium's. */
export const POLICY_KINDS = [
  'CalicoNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'NetworkPolicy',
  'ClusterNetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'Profile',
  'EndOfTier',
] as const;

export type PolicyKind = (typeof POLICY_KINDS)[number];

/** Which policy an end of tier is put down to: one that selected the endpoint with no rule that matched. */
export interface PolicyRef {
  readonly kind: PolicyKind;
  readonly namespace: string;
  readonly name: string;
  readonly tier: string;
}

/**
 * One decision on a flow's way through the tiers. Only deciding rules appear: one for each tier that
 * passed, and the last.
 *
 * `ruleIndex` counts from 0; −1 is the end of a tier (kind `EndOfTier`, with `trigger`), −2 is unknown.
 */
export interface PolicyHit extends PolicyRef {
  readonly action: Action;
  readonly policyIndex: number;
  readonly ruleIndex: number;
  readonly trigger: PolicyRef | null;
}

/** What policy said: as enforced, and as it would be were every staged policy enforced. */
export interface PolicyTrace {
  readonly enforced: readonly PolicyHit[];
  readonly pending: readonly PolicyHit[];
}

export const NO_TRACE: PolicyTrace = Object.freeze({ enforced: [], pending: [] });

export function isStaged(kind: PolicyKind): boolean {
  return kind.startsWith('Staged');
}

/** The hit that decided: the last one, if it allows or denies. */
export function decidingHit(hits: readonly PolicyHit[]): PolicyHit | null {
  // Not `at(-1)`: traces are frozen, and there it is four times slower.
  const last = hits[hits.length - 1];
  return last !== undefined && (last.action === 'allow' || last.action === 'deny') ? last : null;
}

/** The policy a hit is put down to: the trigger for an end of tier, else the hit itself. */
export function policyOf(hit: PolicyHit): PolicyRef {
  return hit.trigger ?? hit;
}
