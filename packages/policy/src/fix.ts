import type { PolicyEdit } from './policy-edit.js';
import type { ChangeTotals, VerdictChange } from './verdict-change.js';

/** How a change lets a denied connection through; where all else is equal, the earlier comes first. */
export const FIX_KINDS = ['edit-rule', 'add-rule', 'add-label', 'new-policy', 'remove-staged'] as const;

export type FixKind = (typeof FIX_KINDS)[number];

/** A change that would allow a denied connection. */
export interface Fix {
  readonly kind: FixKind;
  /** What it does, in a sentence: `Let rule 2 of allow-checkout accept port 8080 too`. */
  readonly title: string;
  readonly edits: readonly PolicyEdit[];
  /** For `kubectl apply -f -`; empty where a command does it. */
  readonly yaml: string;
  /** What changes in the YAML, as a unified diff without file names; of a new policy all lines are added. */
  readonly diff: string;
  /** What to type instead of applying YAML, such as `kubectl label`; null for most. */
  readonly command: string | null;
  /** What to check before. */
  readonly caveats: readonly string[];
  /** Whether the connection is allowed afterwards, as far as is known; a fix that does not allow it is never listed. */
  readonly allows: 'yes' | 'maybe';
}

/** A fix with what it would do to all else that was observed. */
export interface JudgedFix extends Fix {
  /** Other observed lines whose verdict changes. */
  readonly others: Readonly<Record<'newly-allowed' | 'newly-denied' | 'uncertain', ChangeTotals>>;
  /** The first of them. */
  readonly examples: readonly VerdictChange[];
}
