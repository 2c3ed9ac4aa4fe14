import type { Endpoint, PolicyRef, Verdict } from '@vibrissa/model';

/** What a change would do to connections that were observed. */
export type ChangeDirection = 'newly-denied' | 'newly-allowed' | 'uncertain';

export const CHANGE_DIRECTIONS: readonly ChangeDirection[] = ['newly-denied', 'newly-allowed', 'uncertain'];

/** Who → whom over which port: what is looked at as one. */
export interface ObservedPair {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  /** 0 when there is none or it is not known. */
  readonly port: number;
  /** Empty when not known. */
  readonly protocol: string;
}

/** How often, how much and when. Unknown counts as none. */
export interface Amounts {
  readonly connections: number;
  /** Both ways. */
  readonly bytes: number;
  /** ms since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** An observed connection whose verdict would change, or may. */
export interface VerdictChange extends ObservedPair, Amounts {
  readonly direction: ChangeDirection;
  /** By the known policies, before the change and after it. */
  readonly before: Verdict;
  readonly after: Verdict;
  /** What the data plane did, when it was seen. */
  readonly observed: Verdict;
  /** The policy that decides after the change; null where none does or it is open. */
  readonly decidedBy: PolicyRef | null;
  /** Why, in a sentence; for an uncertain one what is missing. */
  readonly reason: string;
}

/** Lines and what they moved. */
export interface ChangeTotals {
  readonly lines: number;
  readonly connections: number;
  readonly bytes: number;
}

/** What a change would do to all that was observed in a window. */
export interface WhatIfAnswer {
  /** Connections that were looked at. */
  readonly lines: number;
  readonly totals: Readonly<Record<ChangeDirection, ChangeTotals>>;
  /** The gravest first: newly denied, newly allowed, uncertain, and in each those with the most connections. */
  readonly changes: readonly VerdictChange[];
  /** True when there are more than are listed. */
  readonly isCut: boolean;
  /** Lines whose observed verdict is not what the known policies give without the change: they are older, or a fact is missing. */
  readonly disagreeing: number;
  /** What the data plane itself says of staged policies; null where the change enforces none. */
  readonly traces: TraceComparison | null;
}

/** The same question asked of the pending traces that the data plane reported. */
export interface TraceComparison {
  /** Lines that it would deny and that are allowed today. */
  readonly denied: number;
  /** Lines of which both say the same. */
  readonly agreeing: number;
  /** Lines of which they do not; the first of them are listed. */
  readonly differing: number;
  readonly examples: readonly (ObservedPair & {
    readonly byTraces: Verdict;
    readonly byPolicies: Verdict;
    readonly reason: string;
  })[];
}
