import { ENDPOINT_KINDS, type Endpoint, type EndpointKind, GROUPINGS, type Grouping } from '@vibrissa/model';

/** The stretch of time on screen: one that ends now and moves, or one that stands still. */
export type ViewWindow =
  | { readonly kind: 'live'; readonly sinceMs: number }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number };

/** What the window is compared with: the one just before it, the same time a day or a week earlier, or any other. */
export type ViewCompare =
  | { readonly kind: 'before' | 'day' | 'week' }
  | { readonly kind: 'window'; readonly from: number; readonly to: number };

/** How a fixed window is played back. */
export interface ViewPlay {
  /** Seconds of the past per second, 1 to 60. */
  readonly speed: number;
  /** How much before the playhead is shown, ms. */
  readonly spanMs: number;
  /** Where the playhead stands, ms since epoch; null while it runs, or where it begins at the window's start. */
  readonly at: number | null;
}

/** What is tried with a policy: another text for it, a new one, putting a staged one into force, doing without it. */
export type ViewTrial = 'edit' | 'new' | 'enforce' | 'remove';

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
  /** Null while the table shows flows, not changes. */
  readonly compare: ViewCompare | null;
  /** Null while nothing is played back; a live window has nothing to play. */
  readonly play: ViewPlay | null;
  /** Which policy is open on the page of policies: `kind/namespace/name`. */
  readonly policy: string | null;
  /** What is tried there; null while one only looks. */
  readonly trial: ViewTrial | null;
  /** For what policies are recommended: `namespace`, or `namespace/workload`. */
  readonly recommend: string | null;
}

const TRIALS: readonly ViewTrial[] = ['edit', 'new', 'enforce', 'remove'];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Longer windows than ten years are typing errors. */
const LONGEST = 3_660 * DAY;

export const DEFAULT_VIEW: View = Object.freeze<View>({
  filter: '',
  disabled: [],
  window: { kind: 'live', sinceMs: 15 * MINUTE },
  grouping: 'connection',
  sort: { column: 'attention', descending: true },
  selected: null,
  compare: null,
  play: null,
  policy: null,
  trial: null,
  recommend: null,
});

/** What a query string says, with the default wherever it says nothing or nonsense. */
export function viewFromUrl(search: string): View {
  const query = new URLSearchParams(search);
  const grouping = GROUPINGS.find((name) => name === query.get('by'));
  const window = windowFrom(query);
  return {
    filter: query.get('filter') ?? '',
    disabled: query.getAll('off'),
    window,
    grouping: grouping ?? DEFAULT_VIEW.grouping,
    sort: sortFrom(query.get('sort')),
    selected: query.get('row'),
    compare: compareFrom(query.get('compare')),
    play: window.kind === 'fixed' ? playFrom(query.get('play')) : null,
    policy: query.get('policy'),
    trial: TRIALS.find((name) => name === query.get('try')) ?? null,
    recommend: query.get('recommend'),
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
  if (view.compare !== null) say('compare', compareText(view.compare));
  if (view.play !== null && view.window.kind === 'fixed') say('play', playText(view.play));
  if (view.selected !== null) say('row', view.selected);
  if (view.policy !== null) say('policy', view.policy);
  if (view.trial !== null) say('try', view.trial);
  if (view.recommend !== null) say('recommend', view.recommend);
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
  ['d', DAY],
  ['h', 60 * MINUTE],
  ['m', MINUTE],
  ['s', 1000],
];

/** A single day is called 24 hours, which says better that it does not begin at midnight. */
function spanText(ms: number): string {
  const unit = UNITS.find(([suffix, size]) => ms % size === 0 && (suffix !== 'd' || ms > DAY));
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}

function windowFrom(query: URLSearchParams): ViewWindow {
  const from = count(query.get('from'));
  const to = count(query.get('to'));
  if (from !== null && to !== null && to > from) return { kind: 'fixed', from, to };
  const sinceMs = spanFrom(query.get('last') ?? '');
  return sinceMs === null ? DEFAULT_VIEW.window : { kind: 'live', sinceMs };
}

/** ms that a text such as `90s`, `15m` or `7d` says; null where it says none. */
function spanFrom(text: string): number | null {
  const said = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text);
  const size = said === null ? 0 : (UNITS.find(([suffix]) => suffix === said[2])?.[1] ?? 1);
  const ms = Number(said?.[1] ?? 0) * size;
  return ms > 0 && ms <= LONGEST ? ms : null;
}

function compareText(compare: ViewCompare): string {
  return compare.kind === 'window' ? `${compare.from}-${compare.to}` : compare.kind;
}

function compareFrom(text: string | null): ViewCompare | null {
  if (text === 'before' || text === 'day' || text === 'week') return { kind: text };
  const said = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '');
  const from = Number(said?.[1] ?? 0);
  const to = Number(said?.[2] ?? 0);
  return to > from ? { kind: 'window', from, to } : null;
}

function playText({ speed, spanMs, at }: ViewPlay): string {
  const text = `${speed}x,${spanText(spanMs)}`;
  return at === null ? text : `${text},${at}`;
}

function playFrom(text: string | null): ViewPlay | null {
  const said = /^(\d{1,2})x,(\w{2,14})(?:,(\d{1,15}))?$/.exec(text ?? '');
  const speed = Number(said?.[1] ?? 0);
  const spanMs = spanFrom(said?.[2] ?? '');
  if (speed < 1 || speed > 60 || spanMs === null) return null;
  return { speed, spanMs, at: count(said?.[3] ?? null) };
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
