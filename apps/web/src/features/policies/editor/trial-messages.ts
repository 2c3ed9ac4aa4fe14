import type { ReadProblem, WhatIfAnswer } from '@vibrissa/policy';
import type { ApiPolicyName, PolicyChange } from '@vibrissa/protocol/messages';
import type { Bounds } from '../../../api/queries.js';
import type { KnownNames } from './known-names.js';

/** What is asked of the worker that tries changes. */
export type TrialRequest =
  /** Reads the rulebook; the version is the server's. */
  | { readonly type: 'know'; readonly version: number }
  /** Reads the lines of a window, up to as many as a page holds. */
  | { readonly type: 'hold'; readonly filter: string; readonly bounds: Bounds }
  /** Tries a change; `base` is the YAML as it is in force, to be compared with; null is that of what the change puts. An answer to an earlier one is dropped. */
  | {
      readonly type: 'try';
      readonly id: number;
      readonly change: PolicyChange;
      readonly base: string | null;
    };

/** What it answers. */
export type TrialNews =
  | { readonly type: 'known'; readonly names: KnownNames }
  | { readonly type: 'held'; readonly lines: number; readonly total: number; readonly done: boolean }
  | { readonly type: 'read'; readonly id: number; readonly reading: TrialReading }
  | { readonly type: 'tried'; readonly id: number; readonly answer: WhatIfAnswer; readonly tookMs: number }
  | { readonly type: 'failed'; readonly message: string };

/** What a change says, before it is tried on anything. */
export interface TrialReading {
  readonly problems: readonly ReadProblem[];
  /** Why it cannot be made: it removes what is not there, or enforces what is not staged. */
  readonly refusal: string | null;
  /** In words, one for each object: `changes NetworkPolicy shop/allow-cart`. */
  readonly does: readonly string[];
  /** Unified, against `base`; empty when the text is the same. */
  readonly diff: string;
  /** The YAML to apply for what is enforced; empty where nothing is. */
  readonly enforced: string;
  /** What the text puts that only takes effect once it is enforced. */
  readonly staged: readonly ApiPolicyName[];
  /** Whether there is anything to try. */
  readonly isChange: boolean;
}
