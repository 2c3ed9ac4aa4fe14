import { conjuncts, EVERYTHING, type Filter, fromConjuncts, printFilter, withClause } from '@vibrissa/model';
import type { Hint } from '@vibrissa/protocol/messages';
import { type Clauses, changeApplied, opposite } from './clause-edits.js';
import { isQuickOn, type QuickFilter, WOULD_BE_DENIED, withoutQuick, withQuick } from './quick-filters.js';

/** A field whose values are listed to filter by. */
export interface Facet {
  readonly field: string;
  readonly label: string;
  /** Values shown before "show more". */
  readonly shown: number;
}

export const FACETS: readonly Facet[] = [
  { field: 'namespace', label: 'Namespace', shown: 5 },
  { field: 'workload', label: 'Workload', shown: 5 },
  { field: 'decided', label: 'Decided by', shown: 5 },
  { field: 'port', label: 'Port', shown: 5 },
  { field: 'protocol', label: 'Protocol', shown: 4 },
  { field: 'reporter', label: 'Reporter', shown: 3 },
];

/** Whether a value is filtered by, against, or neither. */
export type Choice = 'only' | 'without' | null;

export interface FacetValue {
  readonly value: string;
  /** Connections that have it; null while it is unknown. */
  readonly count: number | null;
  readonly choice: Choice;
}

/** Whether the filter is by or against this value. */
export function choiceOf(applied: Filter, field: string, value: string): Choice {
  for (const part of conjuncts(applied)) {
    if (part.type !== 'clause' || part.field !== field || !part.values.includes(value)) continue;
    if (part.op === '=') return 'only';
    if (part.op === '!=') return 'without';
  }
  return null;
}

/**
 * The values of a facet: the most frequent first, and those filtered by whether they occur or not. `order`
 * keeps the values of an earlier list where they were, so that none moves under the pointer.
 */
export function facetValues(
  applied: Filter,
  field: string,
  hints: readonly Hint[] | undefined,
  order: readonly string[] | null,
): readonly FacetValue[] {
  const counts = new Map(hints?.map(({ value, count }) => [value, count]));
  const chosen = conjuncts(applied).flatMap((part) =>
    part.type === 'clause' && part.field === field && (part.op === '=' || part.op === '!=')
      ? part.values
      : [],
  );
  const unknown = hints === undefined ? null : 0;
  const values = new Set([...(order ?? []), ...counts.keys(), ...chosen]);
  return [...values].map((value) => ({
    value,
    count: counts.get(value) ?? unknown,
    choice: choiceOf(applied, field, value),
  }));
}

/** The first `shown` values and, wherever they stand, those filtered by. */
export function shortList(values: readonly FacetValue[], shown: number): readonly FacetValue[] {
  return values.filter(({ choice }, index) => index < shown || choice !== null);
}

/** A click on a value of a facet: filters by it, against it, or no longer. */
export function toggleValue(
  clauses: Clauses,
  field: string,
  value: string,
  choice: 'only' | 'without',
): Clauses {
  return changeApplied(clauses, (applied) => {
    const chosen = choiceOf(applied, field, value);
    // A click on what is struck out takes that back, like the click that struck it out.
    return withClause(applied, field, chosen === 'without' || choice === 'without' ? '!=' : '=', value);
  });
}

/** Outcomes a connection can have, as the verdict facet lists them. */
export const OUTCOMES = [
  { outcome: 'deny', label: 'Denied' },
  { outcome: 'stage', label: 'Would be denied' },
  { outcome: 'allow', label: 'Allowed' },
  { outcome: 'unknown', label: 'Unknown' },
] as const;

export type FacetOutcome = (typeof OUTCOMES)[number]['outcome'];

/** The "would be denied" part as one negated clause: the opposite of both its halves together. */
const NOT_STAGED = opposite(fromConjuncts(conjunctsOf(WOULD_BE_DENIED)));

function conjunctsOf(quick: QuickFilter): readonly Filter[] {
  return conjuncts(withQuick(EVERYTHING, quick));
}

/** Whether the filter is by or against this outcome. */
export function outcomeChoice(applied: Filter, outcome: FacetOutcome): Choice {
  if (outcome !== 'stage') {
    return isQuickOn(applied, WOULD_BE_DENIED) ? null : choiceOf(applied, 'verdict', outcome);
  }
  if (isQuickOn(applied, WOULD_BE_DENIED)) return 'only';
  const against = printFilter(NOT_STAGED);
  return conjuncts(applied).some((part) => printFilter(part) === against) ? 'without' : null;
}

/**
 * A click on an outcome. "Would be denied" is no verdict of its own but a pair of clauses, so it does not
 * join a list of verdicts: it takes their place, and they its.
 */
export function toggleOutcome(clauses: Clauses, outcome: FacetOutcome, choice: 'only' | 'without'): Clauses {
  if (outcome !== 'stage') {
    const rest = changeApplied(clauses, (applied) =>
      isQuickOn(applied, WOULD_BE_DENIED) ? withoutQuick(applied, WOULD_BE_DENIED) : applied,
    );
    return toggleValue(rest, 'verdict', outcome, choice);
  }
  return changeApplied(clauses, (applied) => {
    const chosen = outcomeChoice(applied, 'stage');
    const against = printFilter(NOT_STAGED);
    const parts = conjuncts(applied).filter((part) => printFilter(part) !== against);
    const without = withoutQuick(fromConjuncts(parts), WOULD_BE_DENIED);
    if (chosen !== null && (choice === 'only' || chosen === choice)) return without;
    if (choice === 'only') return withQuick(without, WOULD_BE_DENIED);
    return fromConjuncts([...conjuncts(without), NOT_STAGED]);
  });
}

/** Networks stand among workloads under Goldmane's names; the table calls them by these. */
const NETWORK_LABEL: Readonly<Record<string, string>> = { pub: 'Internet', pvt: 'Private network' };

/** What a facet's value is called where the value itself is a code. */
export function valueLabel(field: string, value: string): string {
  if (field === 'workload' && value in NETWORK_LABEL) return NETWORK_LABEL[value] ?? value;
  return field === 'reporter' ? (REPORTER_LABELS[value] ?? value) : value;
}

const REPORTER_LABELS: Readonly<Record<string, string>> = {
  src: 'Source',
  dst: 'Destination',
  fwd: 'Forwarder',
};
