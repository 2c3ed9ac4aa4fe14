import type { Action, Endpoint, PolicyRef, Verdict } from '@vibrissa/model';

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
