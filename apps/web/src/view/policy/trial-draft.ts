import type { PolicyChange } from '@vibrissa/protocol/messages';
import { goTo } from '../address.js';
import type { View } from '../view-url.js';
import { newPolicyHref } from './policy-name.js';

/** A change that somebody began: what is typed in the editor, or what another page hands to it. */
export interface TrialDraft {
  /** What it is for, in a sentence: `Let rule 2 of allow-checkout accept port 8080 too`. */
  readonly title: string;
  readonly change: PolicyChange;
}

const PREFIX = 'vibrissa.trial.';
/** Characters; a change that is larger is not the work of a person, and no browser would keep it. */
const LARGEST = 1_000_000;

/** Opens a change in the editor, with what it would do beside it. Filter and window stay. */
export function tryInEditor(view: View, draft: TrialDraft): void {
  keepDraft('new', draft);
  goTo(newPolicyHref(view));
}

/**
 * Keeps a draft for as long as the tab is open, so that neither a reload nor a look at the flows loses it. `key` is
 * the policy's, or `new`.
 */
export function keepDraft(key: string, draft: TrialDraft | null): void {
  const name = `${PREFIX}${key}`;
  try {
    const text = draft === null ? '' : JSON.stringify(draft);
    if (text === '' || text.length > LARGEST) window.sessionStorage.removeItem(name);
    else window.sessionStorage.setItem(name, text);
  } catch {
    // Storage that is full or not allowed: the draft lives until the page is left.
  }
}

/** What was kept under a key; null when nothing was, or what is there is no draft. */
export function keptDraft(key: string): TrialDraft | null {
  try {
    const found: unknown = JSON.parse(window.sessionStorage.getItem(`${PREFIX}${key}`) ?? 'null');
    return isDraft(found) ? found : null;
  } catch {
    return null;
  }
}

function isDraft(found: unknown): found is TrialDraft {
  if (typeof found !== 'object' || found === null) return false;
  const { title, change } = found as Partial<Record<keyof TrialDraft, unknown>>;
  return typeof title === 'string' && typeof change === 'object' && change !== null;
}
