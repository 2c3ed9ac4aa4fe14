import {
  hashKey,
  type QueryKey,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useRef, useState, useSyncExternalStore } from 'react';
import { useLasting } from '../ui/useLasting.js';
import { queryProgress } from './query-progress.js';

export interface LongQuery<Reply> {
  /** The reply; the one before while another is read, where the options keep it. */
  readonly data: Reply | undefined;
  /** True while `data` answers another question than the one asked. */
  readonly isStale: boolean;
  readonly error: Error | null;
  /** True once the first reading of this question takes long enough to be worth telling. */
  readonly slow: boolean;
  /** How much of it is done, 0 to 1; null where the server does not say. */
  readonly progress: number | null;
  /** Ends the reading, on the server as well. */
  readonly stop: () => void;
  readonly stopped: boolean;
  /** Asks again, after a stop or an error. */
  readonly again: () => void;
}

/** ms before a reading is worth telling. */
const SLOW = 400;
/** A reading may take one part in this of the time; it is repeated less often where it is dear. */
const SHARE = 20;

/**
 * A query that may take long: like useQuery with the options of api/queries, with progress and an end. What is
 * read again by itself does so quietly.
 */
export function useLongQuery<Reply, Key extends QueryKey>(
  options: UseQueryOptions<Reply, Error, Reply, Key>,
): LongQuery<Reply> {
  const client = useQueryClient();
  const hash = hashKey(options.queryKey);
  const [stoppedHash, setStopped] = useState<string | null>(null);
  const stopped = stoppedHash === hash;
  const { refetchInterval } = options;
  const result: UseQueryResult<Reply> = useQuery({
    ...options,
    enabled: stopped ? false : (options.enabled ?? true),
    ...(typeof refetchInterval === 'number' && {
      refetchInterval: () => Math.max(refetchInterval, SHARE * queryProgress.lastTook(hash)),
    }),
  });
  const progress = useSyncExternalStore(queryProgress.subscribe, () => queryProgress.of(hash));
  // An error takes the place of what was kept meanwhile; what was read last is still worth more than nothing.
  const last = useRef<Reply | undefined>(undefined);
  if (result.data !== undefined) last.current = result.data;
  const keeps = options.placeholderData !== undefined && result.data === undefined;
  const first = result.isFetching && (result.isPlaceholderData || result.data === undefined);
  const slow = useLasting(first, SLOW);
  return {
    data: keeps ? last.current : result.data,
    isStale: result.isPlaceholderData || (keeps && last.current !== undefined),
    error: result.error,
    slow,
    progress,
    stop: () => {
      setStopped(hash);
      void client.cancelQueries({ queryKey: options.queryKey, exact: true });
    },
    stopped,
    again: () => {
      if (stopped) setStopped(null);
      else void result.refetch();
    },
  };
}
