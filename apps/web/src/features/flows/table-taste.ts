import { stored } from '../../ui/stored.js';
import { COLUMN_IDS, type ColumnId, NARROWEST } from './flow-columns.js';

export type Density = 'comfortable' | 'compact';

/** How one reader likes the table; kept in the browser. */
export interface TableTaste {
  readonly order: readonly ColumnId[];
  readonly hidden: readonly ColumnId[];
  /** px, for columns the reader has sized. */
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
  readonly density: Density;
}

export const DEFAULT_TASTE: TableTaste = Object.freeze({
  order: COLUMN_IDS,
  hidden: [],
  widths: {},
  density: 'comfortable',
});

function isColumn(value: unknown): value is ColumnId {
  return COLUMN_IDS.some((id) => id === value);
}

function columnsIn(value: unknown): readonly ColumnId[] {
  return Array.isArray(value) ? [...new Set(value.filter(isColumn))] : [];
}

/** Whatever was found, as a taste: columns unknown then come where they stand by default. */
export function tasteFrom(found: unknown): TableTaste {
  if (typeof found !== 'object' || found === null) return DEFAULT_TASTE;
  const { order, hidden, widths, density } = found as Record<string, unknown>;
  const known = [...columnsIn(order)];
  for (const [index, id] of COLUMN_IDS.entries()) if (!known.includes(id)) known.splice(index, 0, id);
  return {
    order: known,
    hidden: columnsIn(hidden).filter((id) => id !== 'verdict'),
    widths: widthsIn(widths),
    density: density === 'compact' ? 'compact' : 'comfortable',
  };
}

function widthsIn(value: unknown): TableTaste['widths'] {
  if (typeof value !== 'object' || value === null) return {};
  const sane = Object.entries(value).filter(
    ([id, width]) => isColumn(id) && typeof width === 'number' && width >= NARROWEST && width <= 2_000,
  );
  return Object.fromEntries(sane);
}

/** The columns with `id` moved to where `target` stands. */
export function moveColumn(order: readonly ColumnId[], id: ColumnId, target: ColumnId): readonly ColumnId[] {
  const to = order.indexOf(target);
  if (id === target || to < 0) return order;
  const rest = order.filter((other) => other !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

export const storedTaste = stored<TableTaste>('vibrissa.flows-table', tasteFrom);
