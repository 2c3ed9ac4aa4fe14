import type { PolicyName } from './policy-edit.js';

/** What is wrong, or looks so, with a policy. */
export type FindingCode =
  | 'log-after-deny'
  | 'unreachable-rule'
  | 'shadowed-rule'
  | 'rule-never-hit'
  | 'selects-nothing'
  | 'peer-selects-nothing'
  | 'no-effect'
  | 'allow-all'
  | 'missing-tier';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly policy: PolicyName;
  /** The rule as YAML counts it, from 0; null when it is about all of the policy. */
  readonly rule: { readonly direction: 'ingress' | 'egress'; readonly index: number } | null;
  /** What is the matter, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}
