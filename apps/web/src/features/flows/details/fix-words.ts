import type { Suggestion } from '@vibrissa/policy';
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

/** What else a fix does; `nothing` for one that touches nothing else. */
export interface Reach {
  readonly text: string;
  readonly tone: 'nothing' | 'more' | 'denies';
}

/** What else a fix would do to what was observed; of what is only going to be denied it keeps things as they are. */
export function reachOf({ others }: Pick<ApiFix, 'others'>, answers: Suggestion['answers']): Reach {
  const isStaged = answers === 'would-be-denied';
  if (changedLines(others) === 0) {
    return { text: `${isStaged ? 'changes' : 'allows'} nothing else observed`, tone: 'nothing' };
  }
  const tone = others['newly-denied'].lines > 0 ? 'denies' : 'more';
  const text = othersWords(others);
  return { text: isStaged ? text.replace('also allows', 'also keeps allowed') : text, tone };
}
