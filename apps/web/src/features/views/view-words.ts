import { describeFilter } from '@vibrissa/model';
import { appliedFilter } from '../../view/filter-clauses.js';
import type { Here } from '../../view/time/when-resolve.js';
import { windowWords } from '../../view/time/when-words.js';
import { type View, viewFromUrl, viewToUrl } from '../../view/view-url.js';

/** The query string a view is saved under: without the open row, which is gone by the time it is opened. */
export function searchToSave(view: View): string {
  return viewToUrl({ ...view, selected: null });
}

/** Whether two query strings show the same, whatever row is open. */
export function sameView(one: string, other: string): boolean {
  return searchToSave(viewFromUrl(one)) === searchToSave(viewFromUrl(other));
}

const LINES: Readonly<Record<View['grouping'], string>> = {
  connection: '',
  flow: 'raw reports',
  workload: 'by workload',
  namespace: 'by namespace',
};

/** What a page is called; flows for one that is not known. */
export function pageWord(page: string): string {
  return { overview: 'Overview', policies: 'Policies', recommend: 'Recommend' }[page] ?? 'Flows';
}

/** What a view shows, in words: `denied flows from anything to shop · last 24 hours · by workload`. */
export function viewWords(page: string, search: string, here: Here): string {
  const view = viewFromUrl(search);
  const isTable = pageWord(page) === 'Flows';
  const window = windowWords(view.window, here);
  return [
    describeFilter(appliedFilter(view.filter, view.disabled)),
    // Only the first word may be large: days and months are names.
    view.window.kind === 'live' ? window.toLowerCase() : window,
    ...(isTable ? [LINES[view.grouping]] : []),
    ...(view.compare !== null && isTable ? ['compared'] : []),
    ...(view.play !== null && isTable ? ['played back'] : []),
    ...(view.policy === null ? [] : [policyWord(view.policy)]),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** `kind/namespace/name` by its name. */
function policyWord(policy: string): string {
  return policy.slice(policy.lastIndexOf('/') + 1);
}
