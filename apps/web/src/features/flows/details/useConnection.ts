import { useQuery } from '@tanstack/react-query';
import { exactFilterFor, printFilter } from '@vibrissa/model';
import type { ApiGroup } from '@vibrissa/protocol/messages';
import { useRef } from 'react';
import { type Bounds, groupsQuery } from '../../../api/queries.js';
import type { Row } from '../../../live/row.js';
import { useLiveStatus } from '../../../live/useLiveFlows.js';
import { useView } from '../../../view/useView.js';
import type { ViewWindow } from '../../../view/view-url.js';

/** ms between two readings. */
export const REFRESH = 2_000;

/** The window of the view as the API takes it. */
export function boundsOf(window: ViewWindow): Bounds {
  return window.kind === 'live' ? { from: -window.sinceMs } : { from: window.from, to: window.to };
}

export interface ConnectionReading {
  /** The last that was read; it stays when the connection has left the window since. */
  readonly group: ApiGroup | null;
  /** True once the server has answered. */
  readonly answered: boolean;
  readonly failed: Error | null;
  readonly retry: () => void;
  /** The filter for this connection and no other. */
  readonly filter: string;
  readonly bounds: Bounds;
}

/** The reports behind a row, read again while the view is live. */
export function useConnection(row: Row): ConnectionReading {
  const [view] = useView();
  const { pausedAt } = useLiveStatus();
  const filter = printFilter(exactFilterFor(row));
  const bounds = boundsOf(view.window);
  const { data, error, isSuccess, refetch } = useQuery({
    ...groupsQuery(filter, bounds, 'connection', 1),
    enabled: row.protocol !== '',
    refetchInterval: view.window.kind === 'live' && pausedAt === null ? REFRESH : false,
    // Another window of the same connection goes on showing what was there; another connection does not.
    placeholderData: (previous, query) => (query?.queryKey[2] === filter ? previous : undefined),
  });
  const last = useRef<ApiGroup | null>(null);
  const read = data?.flows[0] ?? null;
  if (read !== null) last.current = read;
  return {
    group: read ?? last.current,
    answered: isSuccess,
    failed: error,
    retry: () => void refetch(),
    filter,
    bounds,
  };
}
