import { type Operator, withClause } from '@vibrissa/model';
import { useSyncExternalStore } from 'react';
import { goTo, subscribeAddress } from './address.js';
import { changeApplied } from './clause-edits.js';
import { withoutDisabled } from './filter-clauses.js';
import { type View, viewFromUrl, viewToUrl } from './view-url.js';

export type SetView = (change: Partial<View>, how?: 'push' | 'replace') => void;

let read: { readonly search: string; readonly view: View } | null = null;

/** The view the address bar holds; the same object until the address changes. */
function current(): View {
  const { search } = window.location;
  if (read?.search !== search) read = { search, view: viewFromUrl(search) };
  return read.view;
}

/** Changes part of the view. `push` makes a step the back button undoes; `replace` does not. */
export const setView: SetView = (change, how = 'push') => {
  const { pathname, hash, search } = window.location;
  const next = viewToUrl({ ...current(), ...change });
  if (next !== search) goTo(`${pathname}${next}${hash}`, how);
};

/** The view, and how to change it. */
export function useView(): readonly [View, SetView] {
  return [useSyncExternalStore(subscribeAddress, current), setView];
}

/** The filter text that applies: without the clauses that are switched off. */
export function effectiveFilter(view: View): string {
  return withoutDisabled(view.filter, view.disabled);
}

/**
 * Adds `field op value` to what applies, or takes it out when it is already there. `=` on a field that has
 * an `=` list joins the list. A filter that does not parse is left alone.
 */
export function addClause(view: View, change: SetView, field: string, op: Operator, value: string): void {
  const { filter, disabled } = changeApplied(view, (applied) => withClause(applied, field, op, value));
  change({ filter, disabled });
}
