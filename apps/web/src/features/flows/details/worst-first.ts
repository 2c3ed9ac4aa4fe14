import type { ApiGroup } from '@vibrissa/protocol/messages';
import type { Outcome } from '../../../view/outcome.js';
import { outcomeOf } from '../row-text.js';

/** What became of a line of the API. */
export function outcomeOfGroup({
  verdict,
  pendingVerdict,
}: Pick<ApiGroup, 'verdict' | 'pendingVerdict'>): Outcome {
  return outcomeOf({ verdict, pending: pendingVerdict });
}

const ORDER: readonly Outcome[] = ['deny', 'stage', 'unknown', 'allow'];

/** Denied first, then what would be, then the rest; the latest first among equals. */
export function worstFirst(groups: readonly ApiGroup[]): readonly ApiGroup[] {
  return [...groups].sort(
    (a, b) => ORDER.indexOf(outcomeOfGroup(a)) - ORDER.indexOf(outcomeOfGroup(b)) || b.lastSeen - a.lastSeen,
  );
}
