import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type Filter, printFilter } from '@vibrissa/model';
import type { Hint } from '@vibrissa/protocol/messages';
import { hintsQuery } from '../../api/queries.js';
import { useViewBounds } from '../../view/useViewBounds.js';

/** The most that are offered of each; a longer list is no choice. */
const MOST = 300;

function is(field: string, value: string): string {
  const clause: Filter = { type: 'clause', field, op: '=', values: [value] };
  return printFilter(clause);
}

/** Namespaces with flows in the window, and the workloads of the chosen one, by name; null until they are read. */
export function useScopeHints(namespace: string): {
  readonly namespaces: readonly string[] | null;
  readonly workloads: readonly string[] | null;
} {
  const { bounds } = useViewBounds();
  const keep = { placeholderData: keepPreviousData } as const;
  const all = useQuery({ ...hintsQuery(['namespace'], '', bounds, MOST), ...keep });
  const enabled = namespace !== '';
  const callers = useQuery({
    ...hintsQuery(['source.workload'], is('source.namespace', namespace), bounds, MOST),
    enabled,
  });
  const called = useQuery({
    ...hintsQuery(['dest.workload'], is('dest.namespace', namespace), bounds, MOST),
    enabled,
  });
  const workloads =
    callers.data === undefined && called.data === undefined
      ? null
      : namesOf([
          ...(callers.data?.hints['source.workload'] ?? []),
          ...(called.data?.hints['dest.workload'] ?? []),
        ]);
  return {
    namespaces: all.data === undefined ? null : namesOf(all.data.hints.namespace ?? []),
    workloads,
  };
}

function namesOf(hints: readonly Hint[]): readonly string[] {
  return [...new Set(hints.map(({ value }) => value))].filter((name) => name !== '').sort();
}
