import type { Action, Endpoint, PolicyKind, PolicyRef, Verdict } from '@vibrissa/model';

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

/** Which connection is asked about; what was observed of it is looked up in the window. */
export interface ConnectionQuestion {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol: string;
}

/** Whether a part of the way matched: `maybe` when a fact is missing. */
export type ApiMatch = 'yes' | 'no' | 'maybe';

export interface ApiCondition {
  readonly match: ApiMatch;
  /** What the rule wants, in words. */
  readonly wants: string;
  /** What the connection has. */
  readonly has: string;
}

export interface ApiRuleStep {
  readonly index: number;
  readonly written: number;
  readonly action: Action;
  readonly match: ApiMatch;
  /** `allows TCP 8443 from frontend` */
  readonly text: string;
  readonly conditions: readonly ApiCondition[];
}

export interface ApiPolicyStep {
  readonly policy: PolicyRef;
  readonly order: number | null;
  readonly selects: ApiMatch;
  readonly rules: readonly ApiRuleStep[];
}

export interface ApiTierStep {
  readonly tier: string;
  readonly outcome: 'skipped' | 'allow' | 'deny' | 'pass' | 'open';
  readonly policies: readonly ApiPolicyStep[];
  /** What the end of the tier does where no rule matched, in words; null otherwise. */
  readonly end: string | null;
}

/** The way to the verdict at one end, by the known policies. */
export interface ApiSideSteps {
  readonly direction: 'ingress' | 'egress';
  readonly title: string;
  readonly verdict: Verdict;
  readonly tiers: readonly ApiTierStep[];
  /** What a profile does when no tier decides, in words; null when one decides. */
  readonly profile: string | null;
  /** `the address of the source is not known` */
  readonly cannotTell: readonly string[];
  readonly notModelled: readonly string[];
}

/** `POST /api/v1/policies/why` */
export interface WhyReply {
  /** One sentence or two. */
  readonly headline: string;
  /** False when no policies are known and all is told from the traces. */
  readonly knowsPolicies: boolean;
  readonly observed: Verdict;
  readonly evaluated: Verdict;
  /** Once all staged policies are in force. */
  readonly afterStaging: Verdict;
  /** The source's side first. */
  readonly sides: readonly ApiSideSteps[];
  /** Where the observed trace and the known policies do not agree, and why that may be. */
  readonly disagreements: readonly string[];
  readonly notes: readonly string[];
}

export type ApiChangeDirection = 'newly-denied' | 'newly-allowed' | 'uncertain';

export interface ApiChangeTotals {
  readonly lines: number;
  readonly connections: number;
  readonly bytes: number;
}

export interface ApiVerdictChange {
  readonly direction: ApiChangeDirection;
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol: string;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly observed: Verdict;
  readonly decidedBy: PolicyRef | null;
  readonly reason: string;
  readonly connections: number;
  readonly bytes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface ApiFix {
  readonly kind: 'edit-rule' | 'add-rule' | 'add-label' | 'new-policy' | 'remove-staged';
  readonly title: string;
  readonly yaml: string;
  /** Unified, without file names. */
  readonly diff: string;
  readonly command: string | null;
  readonly caveats: readonly string[];
  readonly allows: 'yes' | 'maybe';
  readonly others: Readonly<Record<ApiChangeDirection, ApiChangeTotals>>;
  readonly examples: readonly ApiVerdictChange[];
  /** Hand it to what-if or, in the simulated cluster, to apply. */
  readonly change: PolicyChange;
}

/** `POST /api/v1/policies/fixes`: the least first. */
export interface FixesReply {
  readonly fixes: readonly ApiFix[];
  /** What kept others from being found, such as policies that are not known. */
  readonly notes: readonly string[];
  /** How many observed lines each was tried on. */
  readonly lines: number;
}

/** A change of policies. All that is given is done, in this order. */
export interface PolicyChange {
  /** Policies, tiers and network sets to add, or to put in place of those by the same name. */
  readonly yaml?: string;
  readonly remove?: readonly ApiPolicyName[];
  /** Staged policies to put into force. */
  readonly enforce?: readonly ApiPolicyName[];
  readonly labels?: readonly {
    readonly namespace: string;
    readonly workload: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

/** `POST /api/v1/policies/what-if` */
export interface WhatIfReply {
  readonly lines: number;
  readonly totals: Readonly<Record<ApiChangeDirection, ApiChangeTotals>>;
  readonly changes: readonly ApiVerdictChange[];
  readonly isCut: boolean;
  readonly disagreeing: number;
  readonly traces: {
    readonly denied: number;
    readonly agreeing: number;
    readonly differing: number;
    readonly examples: readonly {
      readonly source: Endpoint;
      readonly dest: Endpoint;
      readonly port: number;
      readonly protocol: string;
      readonly byTraces: Verdict;
      readonly byPolicies: Verdict;
      readonly reason: string;
    }[];
  } | null;
  /** What could not be read of the YAML that was given; where one is an error, nothing else is told. */
  readonly problems: readonly ApiProblem[];
  readonly from: number;
  readonly to: number;
}

export interface ApiRuleEvidence {
  readonly direction: 'ingress' | 'egress';
  readonly index: number;
  readonly text: string;
  readonly lines: number;
  readonly connections: number;
  readonly bytes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly reporters: number;
}

export interface ApiRecommendation {
  readonly namespace: string;
  readonly workload: string;
  /** Null when no stable label is known to select it by; the caveats say so. */
  readonly policy: ApiPolicyName | null;
  readonly yaml: string;
  readonly rules: readonly ApiRuleEvidence[];
  readonly stableForMs: number | null;
  readonly notCovered: readonly {
    readonly source: Endpoint;
    readonly dest: Endpoint;
    readonly port: number;
    readonly protocol: string;
    readonly lines: number;
    readonly reason: string;
  }[];
  readonly caveats: readonly string[];
}

/**
 * What `POST /api/v1/policies/recommend` is asked. Like of every question to these addresses, its window and its
 * filter are `from`, `to` and `filter` of the address.
 */
export interface RecommendRequest {
  readonly namespace: string;
  /** By its name in flows without the `-*`; null, or without it, each of the namespace. */
  readonly workload?: string | null;
  /** `kubernetes` without it. */
  readonly dialect?: 'kubernetes' | 'calico';
  /** True without it. */
  readonly staged?: boolean;
  /** False without it. */
  readonly includeDenied?: boolean;
  /** Of Calico policies; `default` without it. */
  readonly tier?: string;
}

/** `POST /api/v1/policies/recommend` */
export interface RecommendReply {
  readonly recommendations: readonly ApiRecommendation[];
  /** All of them in one file. */
  readonly yaml: string;
  readonly lines: number;
  readonly from: number;
  readonly to: number;
}

/** What `POST /api/v1/policies/quarantine` is asked: a workload by its name in flows without the `-*`. */
export interface QuarantineRequest {
  readonly namespace: string;
  readonly workload: string;
}

/** `POST /api/v1/policies/quarantine` */
export interface QuarantineReply {
  readonly title: string;
  readonly does: string;
  readonly yaml: string;
  /** What to type, in order; the last one lifts the quarantine. */
  readonly commands: readonly string[];
  readonly caveats: readonly string[];
  /** Observed peers it would cut off, those with the most connections first. */
  readonly cutsOff: readonly ApiVerdictChange[];
  readonly totals: ApiChangeTotals;
  /** The filter that shows what the workload tries afterwards. */
  readonly watch: string;
  readonly change: PolicyChange;
}

/** What `POST /api/v1/policies/lint` is asked: with YAML its policies are looked at, among those that are known. */
export interface LintRequest {
  readonly yaml?: string;
}

/** `POST /api/v1/policies/lint` */
export interface LintReply {
  readonly findings: readonly ApiFinding[];
  readonly problems: readonly ApiProblem[];
  readonly policies: number;
}

export type TemplateName = 'default-deny' | 'namespace-isolation' | 'three-tiers' | 'in-scope';

/** `GET /api/v1/policies/templates?template=…&namespace=…&namespaces=…&dialect=…&staged=…` */
export interface TemplateReply {
  readonly template: TemplateName;
  readonly title: string;
  readonly does: string;
  readonly yaml: string;
  readonly caveats: readonly string[];
}

/** `POST /api/v1/policies/apply` and `/reset`, in the simulated cluster alone. */
export interface AppliedReply {
  /** What was done, in words: `NetworkPolicy shop/allow-cart was put`. */
  readonly done: readonly string[];
  readonly version: number;
}

/** `GET /api/v1/policies/known`, with an ETag: all that the server knows, for evaluating in the page. */
export interface KnownPoliciesReply<Book = unknown> {
  readonly version: number;
  /** A rulebook as `@vibrissa/policy` takes it. */
  readonly rulebook: Book;
  /** True when there is more of the cluster than is told here; what is left out then counts as not known. */
  readonly isCut: boolean;
}
