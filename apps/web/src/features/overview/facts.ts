import { conjuncts, type Filter, fromConjuncts, parseFilter, printFilter } from '@vibrissa/model';
import { appliedFilter } from '../../view/filter-clauses.js';
import * as quick from '../../view/quick-filters.js';
import type { View } from '../../view/view-url.js';

function partsOf({ filter }: quick.QuickFilter): readonly Filter[] {
  return conjuncts(parseFilter(filter));
}

/** The clauses of the quick filters, so that what is counted here is what they show. */
export const DENIED = partsOf(quick.DENIED);
export const WOULD_BE_DENIED = partsOf(quick.WOULD_BE_DENIED);
export const LEAVES = partsOf(quick.LEAVES_CLUSTER);

/** The text of what the view filters by together with `parts`. */
export function filterWith(view: Pick<View, 'filter' | 'disabled'>, parts: readonly Filter[]): string {
  return printFilter(fromConjuncts([...conjuncts(appliedFilter(view.filter, view.disabled)), ...parts]));
}
