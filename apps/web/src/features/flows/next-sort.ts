import { DEFAULT_VIEW, type ViewSort } from '../../view/view-url.js';
import type { FlowColumn } from './flow-columns.js';

/** What a click on a header does: numbers large first, names from A; then the other way; then as before. */
export function nextSort(sort: ViewSort, column: Pick<FlowColumn, 'sort' | 'align'>): ViewSort {
  if (column.sort === null) return sort;
  const first = column.align === 'end' || column.sort === DEFAULT_VIEW.sort.column;
  if (sort.column !== column.sort) return { column: column.sort, descending: first };
  if (sort.descending === first) return { column: column.sort, descending: !first };
  return DEFAULT_VIEW.sort;
}
