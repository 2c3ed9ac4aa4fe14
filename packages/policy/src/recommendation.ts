import type { NetworkSetObject } from './cluster.js';
import type { Policy } from './policy.js';
import type { ObservedPair } from './verdict-change.js';

/** For which workloads, and how, policies are written from what was observed. */
export interface LearnOptions {
  readonly namespace: string;
  /** One workload by its name in flows without the `-*`; null is each of the namespace. */
  readonly workload: string | null;
  readonly dialect: 'kubernetes' | 'calico';
  /** Staged policies only show what they would deny. Kubernetes ones are staged as Calico's kind for them. */
  readonly staged: boolean;
  /** Denied connections are learned from only when this is true. */
  readonly includeDenied: boolean;
  /** Of Calico policies. */
  readonly tier: string;
  /** ms since the epoch, for how long nothing new was seen. */
  readonly now: number;
}

/** What a rule of a recommended policy was learned from. */
export interface RuleEvidence {
  readonly direction: 'ingress' | 'egress';
  /** The rule as the YAML counts it, from 0. */
  readonly index: number;
  /** In words: `from frontend in shop to port 8080/TCP`. */
  readonly text: string;
  readonly lines: number;
  readonly connections: number;
  readonly bytes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Distinct ends that reported: 2 when both saw it. */
  readonly reporters: number;
}

export interface Recommendation {
  readonly namespace: string;
  /** As flows name it, without the `-*`. */
  readonly workload: string;
  /** What selects it; empty when no stable label is known, and then there is no policy. */
  readonly policy: Policy | null;
  /** Addresses outside the cluster that rules of the policy name together, to be put with it. */
  readonly networkSets: readonly NetworkSetObject[];
  /** Policy and network sets, with their evidence as comments; empty without a policy. */
  readonly yaml: string;
  readonly rules: readonly RuleEvidence[];
  /** How long ago the newest peer was first seen, ms; null when nothing was learned. */
  readonly stableForMs: number | null;
  /** What was observed and is not allowed by the policy, with why. */
  readonly notCovered: readonly (ObservedPair & { readonly lines: number; readonly reason: string })[];
  readonly caveats: readonly string[];
}
