import { endpointText, policyOf, wouldBeDenied } from '@vibrissa/model';
import type { Row } from './row.js';

export type SortKey = number | string | null;

/** How a column is sorted: by a key for each row. Rows whose key is unknown come last, either way. */
export interface RowSort {
  readonly keyOf: (row: Row) => SortKey;
  readonly descending: boolean;
}

/** Denied 2, would be denied 1, all else 0. */
export function attention(row: Pick<Row, 'verdict' | 'pending'>): 0 | 1 | 2 {
  if (row.verdict === 'deny') return 2;
  return wouldBeDenied(row.verdict, row.pending) ? 1 : 0;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

function policyName(row: Row): string | null {
  const hit = attention(row) === 1 ? row.pendingDecidedBy : row.decidedBy;
  return hit === null ? null : policyOf(hit).name;
}

/** What can be sorted by, under the names the view uses. */
const KEYS: Readonly<Record<string, (row: Row) => SortKey>> = {
  attention,
  source: (row) => endpointText(row.source),
  dest: (row) => endpointText(row.dest),
  port: (row) => row.port,
  protocol: (row) => row.protocol,
  policy: policyName,
  bytes: (row) => sum(row.bytesSent, row.bytesReceived),
  packets: (row) => sum(row.packetsSent, row.packetsReceived),
  connections: (row) => row.connectionsStarted,
  seen: (row) => row.lastSeen,
};

/** The sort of a column; by attention for a name that is none. */
export function rowSort(column: string, descending: boolean): RowSort {
  const keyOf = Object.hasOwn(KEYS, column) ? KEYS[column] : undefined;
  return keyOf === undefined ? { keyOf: attention, descending: true } : { keyOf, descending };
}

/** Less than zero when a row with key `a` comes before one with `b`. */
export function compareKeys(a: SortKey, b: SortKey, descending: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b === descending ? 1 : -1;
}
