import type { Millis, PolicyRef } from '@vibrissa/model';

/** What a policy, or a rule of it, did to connections in a window. */
export interface HitCounts {
  /** Connections started that it allowed, denied, passed on to the next tier. */
  readonly allowed: number;
  readonly denied: number;
  readonly passed: number;
  /** Lines it decided or passed. */
  readonly lines: number;
  /** Both ways, of these lines. */
  readonly bytes: number;
  /** Null when it was never asked in the window. */
  readonly lastHit: Millis | null;
}

/** A rule's, as traces count rules: from 0, −1 the end of its tier, −2 not told. */
export interface RuleUsage extends HitCounts {
  readonly direction: 'ingress' | 'egress';
  readonly ruleIndex: number;
}

/** What traces say of a policy over a window: of a staged one the pending traces. */
export interface PolicyUsage extends HitCounts {
  readonly policy: PolicyRef;
  readonly rules: readonly RuleUsage[];
  /** Packets of the lines it decided in each step of the window, oldest first; empty when not asked for. */
  readonly spark: readonly number[];
  /** The same for those it denied. */
  readonly deniedSpark: readonly number[];
}
