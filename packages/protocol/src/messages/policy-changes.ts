import type { Endpoint, PolicyRef, Verdict } from '@vibrissa/model';
import type { ApiPolicyName, ApiProblem } from './policy-board.js';

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
