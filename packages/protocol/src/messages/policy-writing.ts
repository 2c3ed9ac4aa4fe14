import type { Endpoint } from '@vibrissa/model';
import type { ApiFinding, ApiPolicyName, ApiProblem } from './policy-board.js';
import type { ApiChangeTotals, ApiVerdictChange, PolicyChange } from './policy-changes.js';

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
