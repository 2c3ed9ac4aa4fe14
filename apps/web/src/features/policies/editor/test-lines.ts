import { NO_EVIDENCE, UNKNOWN_COUNTERS } from '@vibrissa/model';
import type { ApiFlow, ApiGroup } from '@vibrissa/protocol/messages';

/** An allowed connection between two workloads of `shop`, reported by its destination, for tests. */
export function aGroup(source: string, dest: string, port: number): ApiGroup {
  const pair = {
    source: { kind: 'workload', namespace: 'shop', name: source, address: '' },
    dest: { kind: 'workload', namespace: 'shop', name: dest, address: '' },
    port,
    protocol: 'tcp',
    service: null,
    bytesSent: 100,
    bytesReceived: 200,
    packetsSent: 1,
    packetsReceived: 2,
    connectionsStarted: 3,
    connectionsCompleted: 3,
    connectionsLive: 0,
    connectionsDenied: 0,
    firstSeen: 1_000,
    lastSeen: 60_000,
    verdict: 'allow',
    pendingVerdict: 'allow',
  } as const;
  const report: ApiFlow = {
    ...UNKNOWN_COUNTERS,
    ...pair,
    id: 1,
    reporter: 'dst',
    enforced: [],
    pending: [],
    sourceLabels: [`app=${source}`],
    destLabels: [`app=${dest}`],
    evidence: NO_EVIDENCE,
  };
  return { ...pair, id: 1, decidedBy: null, pendingDecidedBy: null, newSince: null, flows: [report] };
}
