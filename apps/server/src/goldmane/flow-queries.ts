import {
  type FilterHintsRequest,
  type FlowListRequest,
  type FlowStreamRequest,
  goldmaneMatcher,
  hintValues,
  type ListMeta,
  listMeta,
  sortValue,
} from '@vibrissa/protocol';
import type { FlowWindow } from './flow-window.js';
import { type FlowWindows, MOST_RESULTS, TooManyResultsError } from './flow-windows.js';
import { firstOfStream, wholeBuckets } from './time-rules.js';

export interface FlowsAnswer {
  readonly flows: readonly FlowWindow[];
  readonly meta: ListMeta;
}

export interface HintsAnswer {
  readonly values: readonly string[];
  readonly meta: ListMeta;
}

/**
 * One result for each key over the buckets that lie wholly in the range; one that reaches beyond it gives nothing,
 * rather than Goldmane's empty flow. A page past the end is empty and still says how many there are.
 * Throws BadRequestError and TooManyResultsError.
 */
export async function listFlows(
  windows: FlowWindows,
  request: FlowListRequest,
  signal?: AbortSignal,
): Promise<FlowsAnswer> {
  const { page, pageSize, sortBy, filter } = request;
  const { windows: flows, total } = await windows.list(
    {
      range: wholeBuckets(request, windows.ring, windows.clock),
      matches: goldmaneMatcher(filter),
      sort: sortValue(sortBy) ?? 'newest',
      page,
      pageSize,
    },
    signal,
  );
  return { flows, meta: listMeta(total, pageSize) };
}

/** Flows as their buckets end; the filter's and the stream's times are read now. See FlowWindows.stream. */
export function streamFlows(
  windows: FlowWindows,
  { startTimeGte, filter }: FlowStreamRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly FlowWindow[]> {
  return windows.stream(
    { from: firstOfStream(startTimeGte, windows.ring, windows.clock), matches: goldmaneMatcher(filter) },
    signal,
  );
}

/**
 * The values of one field among the flows that match, each once and in order. The filter chooses flows, so other
 * policies of a flow that was chosen by one show up too. Throws BadRequestError and TooManyResultsError.
 */
export async function filterHints(
  windows: FlowWindows,
  request: FilterHintsRequest,
  signal?: AbortSignal,
): Promise<HintsAnswer> {
  const { type, filter, page, pageSize } = request;
  const values = new Set<string>();
  await windows.visit(
    { range: wholeBuckets(request, windows.ring, windows.clock), matches: goldmaneMatcher(filter) },
    ({ key }) => {
      for (const value of hintValues(type, key)) values.add(value);
    },
    signal,
  );
  const sorted = [...values].sort();
  const chosen = pageSize === 0 ? sorted : sorted.slice(page * pageSize, (page + 1) * pageSize);
  if (chosen.length > MOST_RESULTS) throw new TooManyResultsError(sorted.length);
  return { values: chosen, meta: listMeta(sorted.length, pageSize) };
}
