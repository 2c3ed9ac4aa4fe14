import { queryOptions } from '@tanstack/react-query';
import type { Grouping } from '@vibrissa/model';
import type {
  ApiFlow,
  ApiGroup,
  FlowsReply,
  Health,
  HintsReply,
  SeriesReply,
} from '@vibrissa/protocol/messages';
import { getJson } from './client.js';

/** A stretch of time as the API takes it: ms since epoch, negative is relative to now, `to` absent is now. */
export interface Bounds {
  readonly from: number;
  readonly to?: number;
}

/** Flows per bucket by verdict, for the timeline. */
export function seriesQuery(filter: string, bounds: Bounds, stepMs: number) {
  return queryOptions({
    queryKey: ['series', filter, bounds.from, bounds.to ?? null, stepMs],
    queryFn: ({ signal }) =>
      getJson<SeriesReply>('/api/v1/series', { filter, ...bounds, step: stepMs }, signal),
  });
}

/** Values of each field among what matches the rest of the filter, most frequent first. */
export function hintsQuery(fields: readonly string[], filter: string, bounds: Bounds, limit: number) {
  return queryOptions({
    queryKey: ['hints', fields, filter, bounds.from, bounds.to ?? null, limit],
    queryFn: ({ signal }) =>
      getJson<HintsReply>('/api/v1/hints', { field: fields, filter, ...bounds, limit }, signal),
  });
}

/** Values of one field that contain `q`, for completion. */
export function valueHintsQuery(field: string, filter: string, q: string, bounds: Bounds, limit: number) {
  return queryOptions({
    queryKey: ['hints', field, filter, q, bounds.from, bounds.to ?? null, limit],
    queryFn: ({ signal }) =>
      getJson<HintsReply>('/api/v1/hints', { field, filter, q, ...bounds, limit }, signal),
  });
}

/** One page of lines at a grouping. */
export function groupsQuery(
  filter: string,
  bounds: Bounds,
  groupBy: Exclude<Grouping, 'flow'>,
  limit: number,
) {
  return queryOptions({
    queryKey: ['flows', groupBy, filter, bounds.from, bounds.to ?? null, limit],
    queryFn: ({ signal }) =>
      getJson<FlowsReply<ApiGroup>>('/api/v1/flows', { filter, ...bounds, groupBy, limit }, signal),
  });
}

/** One page of raw reports. */
export function flowsQuery(filter: string, bounds: Bounds, limit: number) {
  return queryOptions({
    queryKey: ['flows', 'flow', filter, bounds.from, bounds.to ?? null, limit],
    queryFn: ({ signal }) =>
      getJson<FlowsReply<ApiFlow>>('/api/v1/flows', { filter, ...bounds, groupBy: 'flow', limit }, signal),
  });
}

/** What the header shows, for a page whose socket is not open. */
export function statusQuery() {
  return queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<Health>('/api/v1/status', {}, signal),
  });
}
