import { keepPreviousData, useQuery } from '@tanstack/react-query';
import {
  type Completion,
  findField,
  printFilter,
  type Suggestion,
  suggest,
  valueText,
} from '@vibrissa/model';
import { useDeferredValue } from 'react';
import { valueHintsQuery } from '../api/queries.js';
import { formatShort } from '../ui/format.js';
import { appliedFilter } from './filter-clauses.js';
import type { Draft } from './filter-draft.js';
import { useView } from './useView.js';
import { useViewBounds } from './useViewBounds.js';

const LIMIT = 20;

export interface Completions {
  readonly suggestion: Suggestion;
  readonly items: readonly Completion[];
  /** Set while the server is asked for values. */
  readonly loading: boolean;
}

/** What could stand at the caret: fields and operators at once, values that only the server knows after it answers. */
export function useCompletions(draft: Draft, open: boolean): Completions {
  const [view] = useView();
  const { bounds } = useViewBounds();
  const suggestion = suggest(draft.text, draft.caret);
  const field = suggestion.kind === 'value' ? suggestion.field : undefined;
  const asks = open && field !== undefined && isOpen(field);
  // A fast typist is not worth a request for each letter.
  const prefix = useDeferredValue(suggestion.prefix);
  const { data, isFetching } = useQuery({
    ...valueHintsQuery(
      field ?? '',
      printFilter(appliedFilter(view.filter, view.disabled)),
      prefix,
      bounds,
      LIMIT,
    ),
    enabled: asks,
    staleTime: 5_000,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!asks) return { suggestion, items: suggestion.items, loading: false };
  const typed = suggestion.prefix.toLowerCase();
  const known = (data?.hints[field] ?? [])
    .filter(({ value }) => value.toLowerCase().includes(typed))
    .map(({ value, count }) => ({ insert: valueText(value), label: value, help: formatShort(count) }));
  const counted = new Set(known.map(({ label }) => label));
  const rest = suggestion.items.filter(({ label }) => !counted.has(label));
  return { suggestion, items: [...known, ...rest], loading: isFetching && known.length === 0 };
}

/** Whether the server knows values of a field that the table of fields does not. Numbers are typed, ports picked. */
function isOpen(name: string): boolean {
  const field = findField(name);
  return field !== undefined && field.type !== 'bytes' && field.type !== 'duration';
}
