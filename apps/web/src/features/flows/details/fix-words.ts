import type { ApiFix } from '@vibrissa/protocol/messages';
import { changedLines, othersWords } from '../../../view/policy/change-words.js';

/** What kind of change a fix is, in a word or two. */
export const FIX_KINDS: Readonly<Record<ApiFix['kind'], string>> = {
  'edit-rule': 'edits a rule',
  'add-rule': 'adds a rule',
  'add-label': 'adds a label',
  'new-policy': 'new policy',
  'remove-staged': 'drops a staged policy',
};

/** What else a fix does; `quiet` for one that touches nothing else. */
export interface Reach {
  readonly text: string;
  readonly tone: 'nothing' | 'more' | 'denies';
}

/** What else a fix would do to what was observed. */
export function reachOf({ others }: Pick<ApiFix, 'others'>): Reach {
  if (changedLines(others) === 0) return { text: 'allows nothing else observed', tone: 'nothing' };
  return { text: othersWords(others), tone: others['newly-denied'].lines > 0 ? 'denies' : 'more' };
}
