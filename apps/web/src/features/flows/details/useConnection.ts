import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { exactFilterFor, printFilter } from '@vibrissa/model';
import type { ApiGroup } from '@vibrissa/protocol/messages';
import { useRef } from 'react';
import { type Bounds, groupsQuery } from '../../../api/queries.js';
import type { Row } from '../../../live/row.js';
import { useShownWindow } from './shown-window.js';

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
  const filter = printFilter(exactFilterFor(row));
  const { bounds, refetch: refetchInterval } = useShownWindow();
  const { data, error, isSuccess, refetch } = useQuery({
    ...groupsQuery(filter, bounds, 'connection', 1),
    enabled: row.protocol !== '',
    refetchInterval,
    // The row is the same for as long as this lives; another window of it goes on showing what was there.
    placeholderData: keepPreviousData,
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
