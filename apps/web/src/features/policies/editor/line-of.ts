import { type Flow, type FlowGroup, millis } from '@vibrissa/model';
import type { ApiFlow, ApiGroup } from '@vibrissa/protocol/messages';

/** A line of the API as policies are evaluated on it. A line without its reports has none to tell. */
export function lineOf(group: ApiGroup): FlowGroup {
  const { id, source, dest, port, protocol, service, verdict, pendingVerdict } = group;
  return {
    id,
    key: { source, dest, port, protocol },
    service,
    flows: (group.flows ?? []).map(flowOf),
    verdict,
    pending: pendingVerdict,
    decidedBy: group.decidedBy,
    pendingDecidedBy: group.pendingDecidedBy,
    // All that a line moved, among more that nobody asks it for.
    traffic: group,
    firstSeen: millis(group.firstSeen),
    lastSeen: millis(group.lastSeen),
  };
}

function flowOf(flow: ApiFlow): Flow {
  const { source, dest, port, protocol, service, reporter, verdict, enforced, pending } = flow;
  return {
    id: flow.id,
    key: { source, dest, port, protocol, service, reporter, verdict, trace: { enforced, pending } },
    counters: flow,
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
    evidence: flow.evidence,
    firstSeen: millis(flow.firstSeen),
    lastSeen: millis(flow.lastSeen),
  };
}
