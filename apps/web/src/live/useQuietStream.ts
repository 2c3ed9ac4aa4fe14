import { NOTHING, printFilter } from '@vibrissa/model';
import { useEffect } from 'react';
import { useLiveStore } from './useLiveFlows.js';

/** ms; of a stream that carries no rows any window will do. */
const WINDOW = 60_000;

/** Asks the stream for no rows, which nobody here would look at; how the server is doing still comes. */
export function useQuietStream(): void {
  const store = useLiveStore();
  useEffect(
    () =>
      store.ask({
        watch: { filter: printFilter(NOTHING), grouping: 'connection', since: -WINDOW, limit: 1 },
        streams: true,
        haltedAt: null,
      }),
    [store],
  );
}
