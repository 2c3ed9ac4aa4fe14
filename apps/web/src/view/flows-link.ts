import { conjuncts, type Filter, fromConjuncts } from '@vibrissa/model';
import { changeApplied } from './clause-edits.js';
import { type View, viewToUrl } from './view-url.js';

/** A clause that a field is one of these values; empty for what has none. */
export function is(field: string, ...values: readonly string[]): Filter {
  return { type: 'clause', field, op: '=', values };
}

/** What a mark's link leads to besides its clauses: a window of its own, another order. */
export type LinkChange = Partial<Pick<View, 'window' | 'sort'>>;

/**
 * The address of the table with what is behind a mark: all that the view filters by, and `parts`. Connections are
 * its lines, as they are counted here, and nothing is compared, played or open.
 */
export function flowsHref(view: View, parts: readonly Filter[], change: LinkChange = {}): string {
  const filtered = changeApplied(view, (applied) => fromConjuncts([...conjuncts(applied), ...parts]));
  const shown: View = {
    ...view,
    ...filtered,
    grouping: 'connection',
    selected: null,
    compare: null,
    play: null,
    policy: null,
    trial: null,
    recommend: null,
    ...change,
  };
  return `/${viewToUrl(shown)}`;
}
