import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { viewsQuery } from '../../api/queries.js';
import { goTo, useSearch } from '../../view/address.js';

export interface Opening {
  /** True while it is not known yet what to show. */
  readonly isOpening: boolean;
  /** Why the view that the address named is not shown. */
  readonly problem: string | null;
  readonly dismiss: () => void;
}

/** ms that a page waits for the views before it shows what it shows without them. */
const PATIENCE = 1_500;

/**
 * Turns an address that names a saved view (`?view=<id>`) into the view's own, and the bare address, when the page
 * is loaded at it, into that of the view that was chosen to come first.
 */
export function useOpening(pathOf: (page: string) => string): Opening {
  const search = useSearch();
  const named = new URLSearchParams(search).get('view');
  const [bare, setBare] = useState(isFreshAndBare);
  const [problem, setProblem] = useState<string | null>(null);
  const isOpening = named !== null || bare;
  const { data, error, isFetching, isFetchedAfterMount } = useQuery({
    ...viewsQuery(),
    enabled: isOpening,
    retry: false,
    // A view that was saved a moment ago is not among those read before.
    staleTime: named === null ? 60_000 : 0,
  });
  const isFresh = isFetchedAfterMount && !isFetching;
  const known = named === null || isFresh ? data : undefined;

  useEffect(() => {
    if (!isOpening) return;
    const wanted = named ?? known?.first;
    const view = known?.views.find(({ id }) => id === wanted);
    if (known === undefined && (error === null || isFetching)) return;
    setBare(false);
    if (view !== undefined) {
      goTo(`${pathOf(view.page)}${view.search}`, 'replace');
    } else if (named !== null) {
      setProblem(
        error === null
          ? `There is no saved view “${named}” any more; it was deleted, or the link is wrong.`
          : `The saved view “${named}” cannot be read. ${error.message}`,
      );
      goTo(window.location.pathname, 'replace');
    }
  }, [isOpening, isFetching, known, error, named, pathOf]);

  useEffect(() => {
    if (!bare) return;
    const timer = setTimeout(() => setBare(false), PATIENCE);
    return () => clearTimeout(timer);
  }, [bare]);

  return { isOpening, problem, dismiss: () => setProblem(null) };
}

/** A page that is loaded again, or come back to, shows what it showed. */
function isFreshAndBare(): boolean {
  const { pathname, search } = window.location;
  if (pathname !== '/' || search !== '') return false;
  const [loading] = performance.getEntriesByType('navigation');
  return loading === undefined || !('type' in loading) || loading.type === 'navigate';
}
