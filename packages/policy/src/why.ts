import type { Action, PolicyRef, Verdict } from '@vibrissa/model';
import type { Match } from './match.js';
import type { Direction } from './policy.js';

/** Why a connection has its verdict: what was observed of it, what known policies say, and how the two compare. */
export interface Why {
  /** One sentence or two that a person would say. */
  readonly headline: string;
  /** False when no policies are known and all is told from the traces. */
  readonly knowsPolicies: boolean;
  readonly observed: Verdict;
  /** `unknown` when no policies are known, or a fact is missing that decides. */
  readonly evaluated: Verdict;
  /** Once all staged policies are in force. */
  readonly afterStaging: Verdict;
  /** The source's side first. */
  readonly sides: readonly WhySide[];
  /** Where the observed traces and the known policies do not agree, and why that may be. */
  readonly disagreements: readonly string[];
  readonly notes: readonly string[];
}

/** The way to the verdict at one end. */
export interface WhySide {
  readonly direction: Direction;
  /** `Leaving checkoutservice`, `Arriving at ledger`. */
  readonly title: string;
  readonly verdict: Verdict;
  readonly tiers: readonly WhyTier[];
  /** What a profile does when no tier decides; null when one decides. */
  readonly profile: string | null;
  /** Which facts are missing, and who asks for them. */
  readonly cannotTell: readonly string[];
  readonly notModelled: readonly string[];
}

export interface WhyTier {
  readonly tier: string;
  readonly outcome: 'skipped' | 'allow' | 'deny' | 'pass' | 'open';
  readonly policies: readonly WhyPolicy[];
  /** What the end of the tier does where no rule matched; null otherwise. */
  readonly end: string | null;
}

export interface WhyPolicy {
  readonly policy: PolicyRef;
  readonly order: number | null;
  readonly selects: Match;
  readonly rules: readonly WhyRule[];
}

export interface WhyRule {
  /** As traces count it, from 0. */
  readonly index: number;
  /** As the YAML counts it, from 0. */
  readonly written: number;
  readonly action: Action;
  readonly match: Match;
  /** `allows TCP 8443 from frontend` */
  readonly text: string;
  readonly conditions: readonly WhyCondition[];
}

export interface WhyCondition {
  readonly match: Match;
  readonly wants: string;
  readonly has: string;
}
