import { type Flow, type FlowGroup, type Grouping, type Millis, pendingVerdict } from '@vibrissa/model';
import type { ApiFlow, ApiGroup } from '@vibrissa/protocol/messages';

/** A flow laid flat for a reply. */
export function toApiFlow(flow: Flow): ApiFlow {
  const { key, counters } = flow;
  return {
    id: flow.id,
    source: key.source,
    dest: key.dest,
    port: key.port,
    protocol: key.protocol,
    service: key.service,
    reporter: key.reporter,
    verdict: key.verdict,
    pendingVerdict: pendingVerdict(key.trace),
    enforced: key.trace.enforced,
    pending: key.trace.pending,
    ...counters,
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
    evidence: flow.evidence,
    firstSeen: flow.firstSeen,
    lastSeen: flow.lastSeen,
  };
}

/** A line of flows for a reply; a connection tells its raw reports too. */
export function toApiGroup(group: FlowGroup, grouping: Grouping, newSince: Millis | null): ApiGroup {
  const { id, key, service, verdict, pending, decidedBy, pendingDecidedBy, traffic } = group;
  return {
    id,
    ...key,
    service,
    verdict,
    pendingVerdict: pending,
    decidedBy,
    pendingDecidedBy,
    ...traffic,
    newSince,
    firstSeen: group.firstSeen,
    lastSeen: group.lastSeen,
    ...(grouping === 'connection' ? { flows: group.flows.map(toApiFlow) } : {}),
  };
}
