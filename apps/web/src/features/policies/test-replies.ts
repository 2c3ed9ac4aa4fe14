import type {
  ApiHits,
  ApiPolicySummary,
  ApiTier,
  PoliciesReply,
  PolicyReply,
  WhatIfReply,
} from '@vibrissa/protocol/messages';

/** Builders of what the server says of policies, for tests. */

export const NO_HITS: ApiHits = { allowed: 0, denied: 0, passed: 0, lines: 0, bytes: 0, lastHit: null };

export function aPolicy(name: string, change: Partial<ApiPolicySummary> = {}): ApiPolicySummary {
  return {
    kind: 'NetworkPolicy',
    namespace: 'shop',
    name,
    tier: 'default',
    order: 1000,
    types: ['ingress'],
    staged: false,
    stagedAction: null,
    selects: 'all pods in namespace shop',
    workloads: 2,
    rules: 2,
    unusedRules: 0,
    hits: { ...NO_HITS, allowed: 12, lines: 3, bytes: 900, lastHit: 999_999_990_000 },
    spark: [1, 2, 3],
    deniedSpark: [],
    findings: 0,
    ...change,
  };
}

export function aTier(name: string, policies: readonly ApiPolicySummary[]): ApiTier {
  return { name, order: 100, defaultAction: 'deny', policies };
}

export function aBoard(tiers: readonly ApiTier[], change: Partial<PoliciesReply> = {}): PoliciesReply {
  return {
    version: 1,
    sources: [{ kind: 'demo', name: 'shop', state: 'ready', detail: null, readAt: 1, problems: [] }],
    tiers,
    unknown: [],
    canApply: true,
    canReset: false,
    from: 0,
    to: 1,
    ...change,
  };
}

export function aPolicyReply(change: Partial<PolicyReply> = {}): PolicyReply {
  return {
    policy: aPolicy('cart'),
    yaml: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n',
    rules: [
      {
        direction: 'ingress',
        index: 0,
        action: 'allow',
        text: 'allows TCP 8080 from web',
        hits: { ...NO_HITS, allowed: 12, lines: 3, bytes: 900, lastHit: 1 },
      },
      { direction: 'ingress', index: 1, action: 'allow', text: 'allows TCP 9090 from probes', hits: NO_HITS },
    ],
    endOfTier: { ...NO_HITS, denied: 5, lines: 1, lastHit: 1 },
    workloads: ['shop/cart', 'shop/web'],
    findings: [],
    filter: 'decided=cart',
    from: 0,
    to: 1,
    ...change,
  };
}

const NONE = { lines: 0, connections: 0, bytes: 0 };

export function aWhatIf(change: Partial<WhatIfReply> = {}): WhatIfReply {
  return {
    lines: 80,
    totals: { 'newly-denied': NONE, 'newly-allowed': NONE, uncertain: NONE },
    changes: [],
    isCut: false,
    disagreeing: 0,
    traces: null,
    problems: [],
    from: 0,
    to: 1,
    ...change,
  };
}
