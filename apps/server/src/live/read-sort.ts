import type { Subscribe } from '@vibrissa/protocol/messages';
import { type FlowSort, SORT_COLUMNS } from '@vibrissa/store';
import { RequestError } from '../errors.js';

/** Which rows come first where there are too many: as the subscription says, or newest seen last. Throws RequestError. */
export function readSort(sort: Subscribe['sort']): FlowSort {
  if (sort === undefined) return { column: 'lastSeen', descending: true };
  const column = SORT_COLUMNS.find((known) => known === sort.column);
  if (column !== undefined) return { column, descending: sort.descending };
  throw new RequestError(
    'unknown-sort',
    400,
    `rows cannot be sorted by "${sort.column}"; send one of ${SORT_COLUMNS.join(', ')}`,
  );
}
