import { addCount, endpointText, type FlowGroup, policyOf, wouldBeDenied } from '@vibrissa/model';
import type { SortColumn } from './flow-store.js';

/** What a line is sorted by; null is unknown. */
export type SortValue = number | string | null;

const VALUES: Readonly<Record<SortColumn, (group: FlowGroup) => SortValue>> = {
  firstSeen: (group) => group.firstSeen,
  lastSeen: (group) => group.lastSeen,
  attention: ({ verdict, pending }) => (verdict === 'deny' ? 2 : wouldBeDenied(verdict, pending) ? 1 : 0),
  policy: ({ verdict, pending, decidedBy, pendingDecidedBy }) => {
    const hit = wouldBeDenied(verdict, pending) ? pendingDecidedBy : decidedBy;
    return hit === null ? null : policyOf(hit).name;
  },
  source: (group) => endpointText(group.key.source),
  dest: (group) => endpointText(group.key.dest),
  port: (group) => group.key.port,
  protocol: (group) => group.key.protocol,
  bytes: ({ traffic }) => addCount(traffic.bytesSent, traffic.bytesReceived),
  bytesSent: ({ traffic }) => traffic.bytesSent,
  bytesReceived: ({ traffic }) => traffic.bytesReceived,
  packets: ({ traffic }) => addCount(traffic.packetsSent, traffic.packetsReceived),
  connections: ({ traffic }) => traffic.connectionsStarted,
  denied: ({ traffic }) => traffic.connectionsDenied,
};

/** What the line has in a column that lines are sorted by. */
export function sortValue(group: FlowGroup, column: SortColumn): SortValue {
  return VALUES[column](group);
}

/** Less than zero when a line with `a` comes before one with `b`: unknown last either way. */
export function compareSortValues(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b === descending ? 1 : -1;
}
