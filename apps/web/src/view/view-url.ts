import { ENDPOINT_KINDS, type Endpoint, type EndpointKind, GROUPINGS, type Grouping } from '@vibrissa/model';

/** The stretch of time on screen: one that ends now and moves, or one that stands still. */
export type ViewWindow =
  | { readonly kind: 'live'; readonly sinceMs: number }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number };

export interface ViewSort {
  readonly column: string;
  readonly descending: boolean;
}

/** All that decides what is on screen. The URL holds it, so that a link shows the same to another. */
export interface View {
  /** Every clause, the disabled ones too. */
  readonly filter: string;
  /** Canonical texts of the top-level clauses that are switched off. */
  readonly disabled: readonly string[];
  readonly window: ViewWindow;
  readonly grouping: Grouping;
  readonly sort: ViewSort;
  /** Key text of the open row, see `rowKeyText`. */
  readonly selected: string | null;
}

const MINUTE = 60_000;

export const DEFAULT_VIEW: View = Object.freeze<View>({
  filter: '',
  disabled: [],
  window: { kind: 'live', sinceMs: 15 * MINUTE },
  grouping: 'connection',
  sort: { column: 'attention', descending: true },
  selected: null,
});

/** What a query string says, with the default wherever it says nothing or nonsense. */
export function viewFromUrl(search: string): View {
  const query = new URLSearchParams(search);
  const grouping = GROUPINGS.find((name) => name === query.get('by'));
  return {
    filter: query.get('filter') ?? '',
    disabled: query.getAll('off'),
    window: windowFrom(query),
    grouping: grouping ?? DEFAULT_VIEW.grouping,
    sort: sortFrom(query.get('sort')),
    selected: query.get('row'),
  };
}

/** The query string of a view, `?` included; empty for the default view. */
export function viewToUrl(view: View): string {
  const parts: string[] = [];
  const say = (name: string, value: string): void => {
    parts.push(`${name}=${readable(value)}`);
  };
  if (view.filter !== '') say('filter', view.filter);
  for (const text of view.disabled) say('off', text);
  if (view.window.kind === 'fixed') {
    say('from', String(view.window.from));
    say('to', String(view.window.to));
  } else if (view.window.sinceMs !== spanOf(DEFAULT_VIEW.window)) {
    say('last', spanText(view.window.sinceMs));
  }
  if (view.grouping !== DEFAULT_VIEW.grouping) say('by', view.grouping);
  const sort = sortText(view.sort);
  if (sort !== sortText(DEFAULT_VIEW.sort)) say('sort', sort);
  if (view.selected !== null) say('row', view.selected);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Escapes only what would end the value, so that a person can read and edit the address. */
function readable(value: string): string {
  return encodeURIComponent(value)
    .replace(/%(3D|3A|2F|2C|40|7C)/g, (code) => decodeURIComponent(code))
    .replaceAll('%20', '+');
}

function spanOf(window: ViewWindow): number {
  return window.kind === 'live' ? window.sinceMs : window.to - window.from;
}

const UNITS: readonly (readonly [suffix: string, ms: number])[] = [
  ['h', 60 * MINUTE],
  ['m', MINUTE],
  ['s', 1000],
];

function spanText(ms: number): string {
  const unit = UNITS.find(([, size]) => ms % size === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}

function windowFrom(query: URLSearchParams): ViewWindow {
  const from = count(query.get('from'));
  const to = count(query.get('to'));
  if (from !== null && to !== null && to > from) return { kind: 'fixed', from, to };
  const said = /^(\d{1,9})(ms|s|m|h)$/.exec(query.get('last') ?? '');
  const size = said === null ? 0 : (UNITS.find(([suffix]) => suffix === said[2])?.[1] ?? 1);
  const sinceMs = Number(said?.[1] ?? 0) * size;
  return sinceMs > 0 ? { kind: 'live', sinceMs } : DEFAULT_VIEW.window;
}

function count(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function sortText({ column, descending }: ViewSort): string {
  return descending ? `-${column}` : column;
}

function sortFrom(text: string | null): ViewSort {
  const said = /^(-?)([\w.]+)$/.exec(text ?? '');
  if (said?.[2] === undefined) return DEFAULT_VIEW.sort;
  return { column: said[2], descending: said[1] === '-' };
}

/**
 * Names a row by what it stands for, so that it is the same row after a reconnect, when ids have changed.
 * `report` tells raw reports on the same pair apart; other groupings leave it out.
 */
export function rowKeyText(
  source: Endpoint,
  dest: Endpoint,
  port: number,
  protocol: string,
  report = '',
): string {
  const parts = [...endpointParts(source), ...endpointParts(dest), String(port), protocol];
  if (report !== '') parts.push(report);
  return parts.map((part) => part.replace(/[\\|]/g, '\\$&')).join('|');
}

function endpointParts(endpoint: Endpoint): readonly string[] {
  return [endpoint.kind, endpoint.namespace, endpoint.name, endpoint.address];
}

export interface RowKey {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol: string;
  readonly report: string;
}

/** Reads what `rowKeyText` wrote; null when the text is none. */
export function rowKeyFromText(text: string): RowKey | null {
  const parts = text.match(/(?:^|\|)(?:\\.|[^\\|])*/gs)?.map((part, index) => unescaped(index, part)) ?? [];
  const source = endpointFrom(parts.slice(0, 4));
  const dest = endpointFrom(parts.slice(4, 8));
  const port = count(parts[8] ?? null);
  const protocol = parts[9];
  if (source === null || dest === null || port === null || protocol === undefined) return null;
  return { source, dest, port, protocol, report: parts[10] ?? '' };
}

function unescaped(index: number, part: string): string {
  return (index === 0 ? part : part.slice(1)).replace(/\\(.)/gs, '$1');
}

function endpointFrom(parts: readonly string[]): Endpoint | null {
  const [kind, namespace, name, address] = parts;
  if (!isKind(kind) || namespace === undefined || name === undefined || address === undefined) return null;
  return { kind, namespace, name, address };
}

function isKind(text: string | undefined): text is EndpointKind {
  return ENDPOINT_KINDS.some((kind) => kind === text);
}
