import {
  BadRequestError,
  checkHints,
  checkList,
  type FilterHintsRequest,
  type FlowListRequest,
  oneSort,
  readWhiskerFilters,
  readWhiskerHintType,
  readWhiskerSort,
} from '@vibrissa/protocol';

/** A query string as it was taken apart: text, or a list where a name came more than once. */
export type Query = Readonly<Record<string, unknown>>;

export interface FlowsQuery {
  readonly watch: boolean;
  readonly request: FlowListRequest;
}

/** What `/flows` is asked. Throws BadRequestError, as all readers here do. */
export function readFlowsQuery(query: Query): FlowsQuery {
  return {
    watch: readBoolean(query, 'watch'),
    request: checkList({
      startTimeGte: readInteger(query, 'startTimeGte'),
      startTimeLt: readInteger(query, 'startTimeLt'),
      page: readInteger(query, 'page'),
      pageSize: readInteger(query, 'pageSize'),
      sortBy: oneSort(readWhiskerSort(texts(query, 'sortBy'))),
      filter: readWhiskerFilters(text(query, 'filters')),
    }),
  };
}

/** What `/flows-filter-hints` is asked: always over all that is held. */
export function readHintsQuery(query: Query): FilterHintsRequest {
  const type = text(query, 'type');
  if (type === '') throw new BadRequestError('type: is missing; name what to hint, as in type=SourceName');
  return checkHints({
    type: readWhiskerHintType(type),
    startTimeGte: 0,
    startTimeLt: 0,
    page: readInteger(query, 'page'),
    pageSize: readInteger(query, 'pageSize'),
    filter: readWhiskerFilters(text(query, 'filters')),
  });
}

function texts(query: Query, name: string): string[] {
  const value = query[name];
  return (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === 'string' && one !== '',
  );
}

function text(query: Query, name: string): string {
  return texts(query, name)[0] ?? '';
}

function readInteger(query: Query, name: string): number {
  const value = text(query, name);
  if (value === '') return 0;
  if (!/^[+-]?\d{1,15}$/.test(value)) throw new BadRequestError(`${name}: must be a whole number`);
  return Number(value);
}

function readBoolean(query: Query, name: string): boolean {
  const value = text(query, name).toLowerCase();
  if (['', '0', 'f', 'false'].includes(value)) return false;
  if (['1', 't', 'true'].includes(value)) return true;
  throw new BadRequestError(`${name}: must be true or false`);
}
