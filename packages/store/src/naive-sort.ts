import { endpointText, type FlowGroup } from '@vibrissa/model';
import type { FlowSort, SortColumn } from './flow-store.js';

/** What a line is sorted by, said once more in the slow and obvious way. For the contract suite. */
export function naiveSortValue(group: FlowGroup, column: SortColumn): string | number | null {
  const { traffic } = group;
  const blocked = group.verdict !== 'deny' && group.pending === 'deny';
  switch (column) {
    case 'firstSeen':
    case 'lastSeen':
      return group[column];
    case 'attention':
      return group.verdict === 'deny' ? 2 : blocked ? 1 : 0;
    case 'policy': {
      const hit = blocked ? group.pendingDecidedBy : group.decidedBy;
      return hit?.trigger?.name ?? hit?.name ?? null;
    }
    case 'source':
      return endpointText(group.key.source);
    case 'dest':
      return endpointText(group.key.dest);
    case 'port':
    case 'protocol':
      return group.key[column];
    case 'bytes':
      return sum(traffic.bytesSent, traffic.bytesReceived);
    case 'packets':
      return sum(traffic.packetsSent, traffic.packetsReceived);
    case 'bytesSent':
    case 'bytesReceived':
      return traffic[column];
    case 'connections':
      return traffic.connectionsStarted;
    case 'denied':
      return traffic.connectionsDenied;
  }
}

/** Values in the order that pages are in. */
export function naiveSorted(
  values: readonly (string | number | null)[],
  { descending }: FlowSort,
): readonly (string | number | null)[] {
  const known = values.filter((value) => value !== null).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (descending) known.reverse();
  return [...known, ...values.filter((value) => value === null)];
}

function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}
