import { millis } from '@vibrissa/model';
import { BadCursorError, type FlowSort, SORT_COLUMNS, type Window } from './flow-store.js';
import type { SortValue } from './sort-value.js';

/** Where a page ended, and the window and order it was of. */
export interface PageCursor extends Window {
  readonly id: number;
  /** Null for the order that is not asked for by a column: newest first seen first. */
  readonly sort: FlowSort | null;
  readonly value: SortValue;
}

/** Longer than any two names with what is around them. */
const MOST_CHARS = 8_192;

/** The cursor as text that is safe in an address. */
export function writeCursor({ id, from, to, sort, value }: PageCursor): string {
  const place = `${id}-${from}-${to}`;
  if (sort === null) return place;
  return `${place}-${sort.column}-${sort.descending ? 'd' : 'a'}-${writeValue(value)}`;
}

/**
 * Reads a cursor of a query with this order.
 * @throws BadCursorError when it is none, or one of another order.
 */
export function readCursor(text: string, sort: FlowSort | undefined): PageCursor {
  const parts =
    text.length > MOST_CHARS
      ? null
      : /^(\d{1,16})-(-?\d{1,15})-(-?\d{1,15})(?:-([a-zA-Z]{1,20})-([ad])-([nft][\w.+-]*))?$/.exec(text);
  if (parts === null) throw new BadCursorError();
  const [, id, from, to, name, way, value] = parts;
  const column = SORT_COLUMNS.find((known) => known === name);
  const own = column === undefined ? null : { column, descending: way === 'd' };
  if (name !== undefined && own === null) throw new BadCursorError();
  if (own?.column !== sort?.column || own?.descending !== sort?.descending) throw new BadCursorError();
  return {
    id: Number(id),
    from: millis(Number(from)),
    to: millis(Number(to)),
    sort: own,
    value: readValue(value ?? 'n'),
  };
}

/** UTF-16 rather than UTF-8, because names from outside may hold halves of characters. */
function writeValue(value: SortValue): string {
  if (value === null) return 'n';
  return typeof value === 'number' ? `f${value}` : `t${Buffer.from(value, 'utf16le').toString('base64url')}`;
}

function readValue(text: string): SortValue {
  const rest = text.slice(1);
  if (text.startsWith('t')) return Buffer.from(rest, 'base64url').toString('utf16le');
  if (text === 'n') return null;
  const value = Number(rest);
  if (!text.startsWith('f') || rest === '' || !Number.isFinite(value)) throw new BadCursorError();
  return value;
}
