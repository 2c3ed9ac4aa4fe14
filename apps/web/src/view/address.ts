import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

function notify(): void {
  for (const listener of listeners) listener();
}

/** Hears of every change of the address: by the page itself, or by the browser's back and forward. */
export function subscribeAddress(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', notify);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('popstate', notify);
  };
}

/**
 * Shows another path or query of this page without loading it anew. `push` makes a step the back button undoes;
 * `replace` does not.
 */
export function goTo(address: string, how: 'push' | 'replace' = 'push'): void {
  const { pathname, search, hash } = window.location;
  if (address === `${pathname}${search}${hash}`) return;
  if (how === 'push') window.history.pushState(null, '', address);
  else window.history.replaceState(null, '', address);
  notify();
}

/** The address's path, now and as it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribeAddress, () => window.location.pathname);
}

/** The address's query string with its `?`, now and as it changes; empty where there is none. */
export function useSearch(): string {
  return useSyncExternalStore(subscribeAddress, () => window.location.search);
}
