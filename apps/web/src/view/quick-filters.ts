import {
  conjuncts,
  EVERYTHING,
  type Filter,
  fromConjuncts,
  INNER_NETWORK_NAMES,
  parseFilter,
  printFilter,
  withoutField,
} from '@vibrissa/model';
import { type Clauses, changeApplied } from './clause-edits.js';
import { appliedFilter } from './filter-clauses.js';

/** A question that is asked so often that it has a button. */
export interface QuickFilter {
  readonly label: string;
  readonly title: string;
  readonly filter: string;
  /** What it has an answer of its own to: clauses on these give way to it. */
  readonly fields: readonly string[];
  readonly tone: 'deny' | 'stage' | null;
}

export const DENIED: QuickFilter = {
  label: 'Denied',
  title: 'What policies deny today',
  filter: 'verdict=deny',
  fields: ['verdict', 'pending'],
  tone: 'deny',
};

export const WOULD_BE_DENIED: QuickFilter = {
  label: 'Would be denied',
  title: 'Allowed today, but not once the staged policies are enforced',
  filter: 'pending=deny verdict!=deny',
  fields: ['verdict', 'pending'],
  tone: 'stage',
};

export const LEAVES_CLUSTER: QuickFilter = {
  label: 'Leaves the cluster',
  title: 'To networks and network sets outside',
  // The same as the model's isOutside: a network set may have the name of an inner network, and is outside all the same.
  filter: `dest.kind=network,network-set not (dest.kind=network dest.name=${INNER_NETWORK_NAMES.join(',')})`,
  fields: ['dest.kind'],
  tone: null,
};

export const QUICK_FILTERS: readonly QuickFilter[] = [
  DENIED,
  WOULD_BE_DENIED,
  LEAVES_CLUSTER,
  { label: 'DNS', title: 'To port 53', filter: 'port=53', fields: ['port'], tone: null },
  {
    label: 'New in 5 min',
    title: 'First seen in the last 5 minutes',
    filter: 'age<5m',
    fields: ['age'],
    tone: null,
  },
];

function partsOf(quick: QuickFilter): readonly Filter[] {
  return conjuncts(parseFilter(quick.filter));
}

/** Whether all that the quick filter says applies. */
export function isQuickOn(applied: Filter, quick: QuickFilter): boolean {
  const said = new Set(conjuncts(applied).map(printFilter));
  return partsOf(quick).every((part) => said.has(printFilter(part)));
}

/** The filter with what the quick filter says, in place of what was said about the same fields. */
export function withQuick(applied: Filter, quick: QuickFilter): Filter {
  const rest = quick.fields.reduce(withoutField, withoutQuick(applied, quick));
  return fromConjuncts([...conjuncts(rest), ...partsOf(quick)]);
}

/** The filter without what the quick filter says. */
export function withoutQuick(applied: Filter, quick: QuickFilter): Filter {
  const said = new Set(partsOf(quick).map(printFilter));
  return fromConjuncts(conjuncts(applied).filter((part) => !said.has(printFilter(part))));
}

/** Presses the button. */
export function toggleQuick(clauses: Clauses, quick: QuickFilter): Clauses {
  return changeApplied(clauses, (applied) =>
    isQuickOn(applied, quick) ? withoutQuick(applied, quick) : withQuick(applied, quick),
  );
}

/** What would be on screen with the button pressed: what its count counts. */
export function quickCountFilter(clauses: Clauses, quick: QuickFilter): string {
  return printFilter(withQuick(appliedFilter(clauses.filter, clauses.disabled) ?? EVERYTHING, quick));
}
