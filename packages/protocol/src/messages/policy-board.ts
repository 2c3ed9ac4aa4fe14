import type { Action, PolicyKind, PolicyRef } from '@vibrissa/model';

/** What tells a policy from every other; empty namespace for a global one. */
export interface ApiPolicyName {
  readonly kind: PolicyKind;
  readonly namespace: string;
  readonly name: string;
}

/** Something in a file or an object that could not be read, or is not what it seems. */
export interface ApiProblem {
  readonly file: string;
  /** Which document of the file, from 1. */
  readonly document: number;
  /** `spec.ingress[0].ports[1].port` */
  readonly path: string;
  /** From 1; 0 where there are no lines. */
  readonly line: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** Where the server knows policies from. */
export interface ApiPolicySource {
  readonly kind: 'demo' | 'folder' | 'kubernetes';
  /** The folder, or the address of the API. */
  readonly name: string;
  readonly state: 'loading' | 'ready' | 'failed';
  /** What is wrong and what to do about it; null when nothing is. */
  readonly detail: string | null;
  /** When something was last read from it. */
  readonly readAt: number | null;
  readonly problems: readonly ApiProblem[];
}

/** What a policy or rule did to connections in the window. */
export interface ApiHits {
  readonly allowed: number;
  readonly denied: number;
  readonly passed: number;
  readonly lines: number;
  readonly bytes: number;
  readonly lastHit: number | null;
}

export interface ApiPolicySummary extends ApiPolicyName {
  readonly tier: string;
  /** Null comes last. */
  readonly order: number | null;
  readonly types: readonly ('ingress' | 'egress')[];
  readonly staged: boolean;
  readonly stagedAction: 'set' | 'delete' | 'learn' | 'ignore' | null;
  /** The selector in words, or as written. */
  readonly selects: string;
  /** Workloads it selects among those known, or observed where the cluster is not known. */
  readonly workloads: number;
  readonly rules: number;
  /** Rules that no connection of the window hit. */
  readonly unusedRules: number;
  /** Of a staged policy what it would have done. */
  readonly hits: ApiHits;
  /** Packets in steps of the window, oldest first: what it let go on, and what it denied. */
  readonly spark: readonly number[];
  readonly deniedSpark: readonly number[];
  readonly findings: number;
}

/** A policy that traces name and that nobody has read. */
export interface ApiUnknownPolicy {
  readonly policy: PolicyRef;
  readonly hits: ApiHits;
}

export interface ApiTier {
  readonly name: string;
  readonly order: number | null;
  readonly defaultAction: 'deny' | 'pass';
  /** In the order they are evaluated. */
  readonly policies: readonly ApiPolicySummary[];
}

/** `GET /api/v1/policies` */
export interface PoliciesReply {
  /** Grows with each change of what is known. */
  readonly version: number;
  readonly sources: readonly ApiPolicySource[];
  /** In the order they are evaluated, empty ones too. */
  readonly tiers: readonly ApiTier[];
  readonly unknown: readonly ApiUnknownPolicy[];
  /** True when a change can be applied here: the cluster is simulated. */
  readonly canApply: boolean;
  /** Whether something was applied here and can be taken back. */
  readonly canReset: boolean;
  readonly from: number;
  readonly to: number;
}

export interface ApiRuleUsage {
  readonly direction: 'ingress' | 'egress';
  /** As the YAML counts it, from 0. */
  readonly index: number;
  readonly action: Action;
  /** The rule in words. */
  readonly text: string;
  readonly hits: ApiHits;
}

export interface ApiFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly policy: ApiPolicyName;
  readonly rule: { readonly direction: 'ingress' | 'egress'; readonly index: number } | null;
  readonly message: string;
  readonly remedy: string;
}

/** `GET /api/v1/policy?kind=…&namespace=…&name=…` */
export interface PolicyReply {
  readonly policy: ApiPolicySummary;
  readonly yaml: string;
  readonly rules: readonly ApiRuleUsage[];
  /** What the end of its tier did to connections that no rule matched. */
  readonly endOfTier: ApiHits;
  /** `namespace/workload`, sorted; at most 200. */
  readonly workloads: readonly string[];
  readonly findings: readonly ApiFinding[];
  /** The filter whose flows it decided. */
  readonly filter: string;
  readonly from: number;
  readonly to: number;
}
