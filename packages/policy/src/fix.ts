import type { PolicyEdit } from './policy-edit.js';
import type { ChangeTotals, VerdictChange } from './verdict-change.js';

/** How a change lets a denied connection through. */
export type FixKind = 'edit-rule' | 'add-rule' | 'add-label' | 'new-policy' | 'remove-staged';

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
}

/** A fix with what it would do to all else that was observed. */
export interface JudgedFix extends Fix {
  /** Whether the connection is allowed afterwards, as far as is known; a fix that does not allow it is never listed. */
  readonly allows: 'yes' | 'maybe';
  /** Other observed lines whose verdict changes. */
  readonly others: Readonly<Record<'newly-allowed' | 'newly-denied' | 'uncertain', ChangeTotals>>;
  /** The first of them. */
  readonly examples: readonly VerdictChange[];
}
