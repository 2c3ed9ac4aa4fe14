import type { Evidence, FlowKey, Labels } from '@vibrissa/model';
import type { ClusterIndex } from './cluster-index.js';
import type { Connection } from './connection.js';
import { type ConnectionVerdict, decideConnection, evaluateConnection, type Outcome } from './evaluate.js';
import { observedParty } from './observed-party.js';
import type { PolicySet } from './policy-set.js';
import { type SideSteps, sideSteps } from './steps.js';

/** What is used of a flow; every flow and record has it. */
export interface ObservedFlow {
  readonly key: Pick<FlowKey, 'source' | 'dest' | 'port' | 'protocol'>;
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
  readonly evidence: Evidence;
}

/** What known policies say of a flow, with the way to it. */
export interface FlowEvaluation extends ConnectionVerdict {
  /** Once every staged policy is put into force: unlike `pending`, twins are replaced and deleted. */
  readonly afterStaging: Outcome;
  /** Null where no policy applies, outside the cluster. */
  readonly egress: SideSteps | null;
  readonly ingress: SideSteps | null;
}

/** Evaluates an observed flow as a new connection, with every step at both ends. */
export function evaluate(flow: ObservedFlow, policies: PolicySet, cluster: ClusterIndex): FlowEvaluation {
  const connection = connectionOf(flow, cluster);
  const verdict = evaluateConnection(policies, connection);
  return {
    ...verdict,
    afterStaging: decideConnection(policies.afterStaging(), connection),
    egress: verdict.source === null ? null : sideSteps(policies, connection, 'egress'),
    ingress: verdict.dest === null ? null : sideSteps(policies, connection, 'ingress'),
  };
}

/** The connection that a flow is a report of, with what it does not tell marked as not known. */
export function connectionOf(flow: ObservedFlow, cluster: ClusterIndex): Connection {
  const { source, dest, port, protocol } = flow.key;
  return {
    source: observedParty(
      { endpoint: source, labels: flow.sourceLabels, ips: flow.evidence.sourceIps },
      cluster,
    ),
    dest: observedParty({ endpoint: dest, labels: flow.destLabels, ips: flow.evidence.destIps }, cluster),
    port,
    protocol,
  };
}
