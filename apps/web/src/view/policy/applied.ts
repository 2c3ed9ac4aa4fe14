import type { AppliedReply } from '@vibrissa/protocol/messages';
import { useSyncExternalStore } from 'react';

/** What was last done to the simulated cluster from this page. */
export interface Applied {
  readonly how: 'applied' | 'taken-back';
  readonly done: AppliedReply['done'];
}

let last: Applied | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Says what was done; null once it has been read. */
export function tellApplied(applied: Applied | null): void {
  last = applied;
  for (const listener of listeners) listener();
}

/** What was last done; null when nothing was, or it has been dismissed. */
export function useApplied(): Applied | null {
  return useSyncExternalStore(subscribe, () => last);
}
