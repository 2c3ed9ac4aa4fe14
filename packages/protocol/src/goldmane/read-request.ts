import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import * as wire from '../gen/goldmane_pb.js';

/** The most values a filter may have in all: each flow is held against each. */
const MOST_FILTER_VALUES = 1_000;

/** A request that cannot be answered as asked; the message names the field and says what to do. */
export class BadRequestError extends Error {
  readonly code = 'bad-goldmane-request';
}

/** Bounds as the wire has them: seconds, negative for "before now", 0 for the end that is nearest. */
export interface TimeBounds {
  readonly startTimeGte: number;
  readonly startTimeLt: number;
}

export interface Paging {
  /** Counts from 0. */
  readonly page: number;
  /** 0 for all on one page. */
  readonly pageSize: number;
}

export interface FlowListRequest extends TimeBounds, Paging {
  readonly sortBy: wire.SortBy;
  readonly filter: wire.Filter | undefined;
}

export interface FlowStreamRequest {
  readonly startTimeGte: number;
  readonly filter: wire.Filter | undefined;
}

export interface FilterHintsRequest extends TimeBounds, Paging {
  readonly type: wire.FilterType;
  readonly filter: wire.Filter | undefined;
}

export interface StatisticsRequest extends TimeBounds {
  readonly type: wire.StatisticType;
  readonly groupBy: wire.StatisticsGroupBy;
  readonly policyMatch: wire.PolicyMatch | undefined;
  readonly timeSeries: boolean;
}

/** Throws BadRequestError, as all readers here do. */
export function readFlowListRequest(bytes: Uint8Array): FlowListRequest {
  const request = read(wire.FlowListRequestSchema, bytes);
  return checkList({
    startTimeGte: Number(request.startTimeGte),
    startTimeLt: Number(request.startTimeLt),
    page: Number(request.page),
    pageSize: Number(request.pageSize),
    sortBy: oneSort(request.sortBy.map((option) => option.sortBy)),
    filter: request.filter,
  });
}

export function readFlowStreamRequest(bytes: Uint8Array): FlowStreamRequest {
  const request = read(wire.FlowStreamRequestSchema, bytes);
  checkFilter(request.filter);
  return { startTimeGte: Number(request.startTimeGte), filter: request.filter };
}

export function readFilterHintsRequest(bytes: Uint8Array): FilterHintsRequest {
  const request = read(wire.FilterHintsRequestSchema, bytes);
  return checkHints({
    type: request.type,
    startTimeGte: Number(request.startTimeGte),
    startTimeLt: Number(request.startTimeLt),
    page: Number(request.page),
    pageSize: Number(request.pageSize),
    filter: request.filter,
  });
}

export function readStatisticsRequest(bytes: Uint8Array): StatisticsRequest {
  const request = read(wire.StatisticsRequestSchema, bytes);
  if (wire.StatisticType[request.type] === undefined) throw unknown('type', request.type, 'a StatisticType');
  if (wire.StatisticsGroupBy[request.groupBy] === undefined)
    throw unknown('group_by', request.groupBy, 'a StatisticsGroupBy');
  return {
    startTimeGte: Number(request.startTimeGte),
    startTimeLt: Number(request.startTimeLt),
    type: request.type,
    groupBy: request.groupBy,
    policyMatch: request.policyMatch,
    timeSeries: request.timeSeries,
  };
}

/** The request as given, when its fields say what can be done. */
export function checkList(request: FlowListRequest): FlowListRequest {
  checkPaging(request);
  checkFilter(request.filter);
  return request;
}

/** The request as given, when its fields say what can be done. */
export function checkHints(request: FilterHintsRequest): FilterHintsRequest {
  if (request.type === wire.FilterType.FilterTypeUnspecified || wire.FilterType[request.type] === undefined) {
    throw unknown('type', request.type, 'a FilterType other than FilterTypeUnspecified');
  }
  checkPaging(request);
  checkFilter(request.filter);
  return request;
}

/** The one order asked for. Goldmane takes no second one either. */
export function oneSort(sorts: readonly wire.SortBy[]): wire.SortBy {
  if (sorts.length > 1)
    throw new BadRequestError(`sort_by: at most one sort order is supported, not ${sorts.length}`);
  const [sort = wire.SortBy.Time] = sorts;
  if (wire.SortBy[sort] === undefined) throw unknown('sort_by', sort, 'a SortBy');
  return sort;
}

function checkPaging({ page, pageSize }: Paging): void {
  if (page < 0) throw new BadRequestError(`page: is ${page}; pages count from 0`);
  if (pageSize < 0) throw new BadRequestError(`page_size: is ${pageSize}; 0 gives all on one page`);
}

export function checkFilter(filter: wire.Filter | undefined): void {
  if (filter === undefined) return;
  const values = [
    filter.sourceNames,
    filter.sourceNamespaces,
    filter.destNames,
    filter.destNamespaces,
    filter.protocols,
    filter.destPorts,
    filter.actions,
    filter.policies,
    filter.pendingActions,
  ].reduce((sum, list) => sum + list.length, 0);
  if (values > MOST_FILTER_VALUES) {
    throw new BadRequestError(
      `filter: has ${values} values, and ${MOST_FILTER_VALUES} are allowed; name fewer`,
    );
  }
}

function read<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(schema, bytes);
  } catch {
    // The library's reasons speak of its insides.
    throw new BadRequestError(`the request is no ${schema.typeName}: its bytes are cut off or malformed`);
  }
}

function unknown(field: string, value: number, wanted: string): BadRequestError {
  return new BadRequestError(`${field}: ${value} is not known; it must be ${wanted}`);
}
