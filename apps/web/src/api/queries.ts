import { hashKey, type QueryKey, queryOptions } from '@tanstack/react-query';
import type { Grouping } from '@vibrissa/model';
import type {
  ApiFlow,
  ApiGroup,
  CompareReply,
  FlowsReply,
  Health,
  HintsReply,
  SeenReply,
  SeriesReply,
  TopReply,
  ViewsReply,
} from '@vibrissa/protocol/messages';
import { getJson, type QueryValue } from './client.js';
import { getLong, postLong } from './long-reply.js';
import { queryProgress } from './query-progress.js';
import { stopwatch } from './stopwatch-clock.js';

/** A stretch of time as the API takes it: ms since epoch, negative is relative to now, `to` absent is now. */
export interface Bounds {
  readonly from: number;
  readonly to?: number;
}

/** What to compare a window with: a rule of the API, or a window of one's own. */
export type CompareBase =
  | { readonly base: 'before' | 'day' | 'week' }
  | { readonly baseFrom: number; readonly baseTo: number };

interface Reading {
  readonly queryKey: QueryKey;
  readonly signal: AbortSignal;
}

/** A reading that tells how far it is, to whoever asks useLongQuery for the same key. */
export function readLong<Reply>(
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  reading: Reading,
): Promise<Reply> {
  return told(reading, (onProgress) => getLong<Reply>(path, query, reading.signal, onProgress));
}

/** The same for a question that does not fit into an address. */
export function askLong<Reply>(
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  question: object,
  reading: Reading,
): Promise<Reply> {
  return told(reading, (onProgress) => postLong<Reply>(path, query, question, reading.signal, onProgress));
}

async function told<Reply>(
  { queryKey }: Reading,
  read: (onProgress: (done: number) => void) => Promise<Reply>,
): Promise<Reply> {
  const hash = hashKey(queryKey);
  const began = stopwatch.now();
  let tookMs: number | null = null;
  try {
    const reply = await read((done) => queryProgress.tell(hash, done));
    tookMs = stopwatch.now() - began;
    return reply;
  } finally {
    queryProgress.end(hash, tookMs);
  }
}

/** Flows per step by verdict, or what they moved. A `stepMs` of 0 leaves the step to the server. */
export function seriesQuery(
  filter: string,
  bounds: Bounds,
  stepMs: number,
  measure: SeriesReply['measure'] = 'lines',
) {
  const query = { filter, ...bounds, step: stepMs, ...(measure !== 'lines' && { measure }) };
  return queryOptions({
    queryKey: ['series', filter, bounds.from, bounds.to ?? null, stepMs, measure],
    queryFn: (context) => readLong<SeriesReply>('/api/v1/series', query, context),
  });
}

/** Values of each field among what matches the rest of the filter, most frequent first. */
export function hintsQuery(fields: readonly string[], filter: string, bounds: Bounds, limit: number) {
  const query = { field: fields, filter, ...bounds, limit };
  return queryOptions({
    queryKey: ['hints', fields, filter, bounds.from, bounds.to ?? null, limit],
    queryFn: (context) => readLong<HintsReply>('/api/v1/hints', query, context),
  });
}

/** Values of one field that contain `q`, for completion. */
export function valueHintsQuery(field: string, filter: string, q: string, bounds: Bounds, limit: number) {
  const query = { field, filter, q, ...bounds, limit };
  return queryOptions({
    queryKey: ['hints', field, filter, q, bounds.from, bounds.to ?? null, limit],
    queryFn: (context) => readLong<HintsReply>('/api/v1/hints', query, context),
  });
}

/** One page of lines at a grouping. */
export function groupsQuery(
  filter: string,
  bounds: Bounds,
  groupBy: Exclude<Grouping, 'flow'>,
  limit: number,
) {
  const query = { filter, ...bounds, groupBy, limit };
  return queryOptions({
    queryKey: ['flows', groupBy, filter, bounds.from, bounds.to ?? null, limit],
    queryFn: (context) => readLong<FlowsReply<ApiGroup>>('/api/v1/flows', query, context),
  });
}

/** One page of raw reports. */
export function flowsQuery(filter: string, bounds: Bounds, limit: number) {
  const query = { filter, ...bounds, groupBy: 'flow', limit };
  return queryOptions({
    queryKey: ['flows', 'flow', filter, bounds.from, bounds.to ?? null, limit],
    queryFn: (context) => readLong<FlowsReply<ApiFlow>>('/api/v1/flows', query, context),
  });
}

export type TopMeasure = 'flows' | 'bytes' | 'packets' | 'connections' | 'denied';

/** What connections have in one or two fields, with the most of a measure first. */
export function topQuery(
  by: readonly [string] | readonly [string, string],
  measure: TopMeasure,
  filter: string,
  bounds: Bounds,
  limit: number,
) {
  const query = { by, measure, filter, ...bounds, limit };
  return queryOptions({
    queryKey: ['top', by, measure, filter, bounds.from, bounds.to ?? null, limit],
    queryFn: (context) => readLong<TopReply>('/api/v1/top', query, context),
  });
}

/** When what matches was first and last seen. */
export function seenQuery(filter: string, bounds: Bounds) {
  return queryOptions({
    queryKey: ['seen', filter, bounds.from, bounds.to ?? null],
    queryFn: (context) => readLong<SeenReply>('/api/v1/seen', { filter, ...bounds }, context),
  });
}

/** What differs between a window and its base. */
export function compareQuery(
  filter: string,
  bounds: Bounds,
  base: CompareBase,
  groupBy: Grouping,
  limit: number,
) {
  const query = { filter, ...bounds, ...base, groupBy, limit };
  return queryOptions({
    queryKey: ['compare', filter, bounds.from, bounds.to ?? null, base, groupBy, limit],
    queryFn: (context) => readLong<CompareReply>('/api/v1/compare', query, context),
  });
}

/** Views that have a name. */
export function viewsQuery() {
  return queryOptions({
    queryKey: ['views'],
    queryFn: ({ signal }) => getJson<ViewsReply>('/api/v1/views', {}, signal),
  });
}

/** What the header shows, for a page whose socket is not open. */
export function statusQuery() {
  return queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<Health>('/api/v1/status', {}, signal),
  });
}
