import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LiveStatus } from './live-status.js';
import type { LiveRows, LiveStore } from './live-store.js';

const LiveContext = createContext<LiveStore | null>(null);

export const LiveProvider = LiveContext.Provider;

/** The store of the page, to tell it something. */
export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (store === null) throw new Error('useLiveStore: put the page inside a LiveProvider');
  return store;
}

/** How the stream is doing; draws again about once a second. */
export function useLiveStatus(): LiveStatus {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.status);
}

export interface LiveFlows extends LiveRows {
  readonly status: LiveStatus;
}

/** The rows as they stream in; draws again up to four times a second. */
export function useLiveFlows(): LiveFlows {
  const store = useLiveStore();
  const rows = useSyncExternalStore(store.subscribe, store.rows);
  const status = useSyncExternalStore(store.subscribe, store.status);
  return { ...rows, status };
}
