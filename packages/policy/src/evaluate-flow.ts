import type { Evidence, FlowKey, Labels } from '@vibrissa/model';
import type { ClusterIndex } from './cluster-index.js';
import type { Connection, Party } from './connection.js';
import { type ConnectionVerdict, decideConnection, evaluateConnection, type Outcome } from './evaluate.js';
import { type ObservedEnd, observedParty } from './observed-party.js';
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

const MOST_KEPT = 100_000;

/**
 * Turns many flows into connections. Ends that are alike are one, so that what is worked out of an end is
 * worked out once; the oldest are forgotten when there are too many.
 */
export class FlowConnections {
  private readonly known = new Map<string, Party>();

  constructor(private readonly cluster: ClusterIndex) {}

  of(flow: ObservedFlow): Connection {
    const { source, dest, port, protocol } = flow.key;
    return {
      source: this.party({ endpoint: source, labels: flow.sourceLabels, ips: flow.evidence.sourceIps }),
      dest: this.party({ endpoint: dest, labels: flow.destLabels, ips: flow.evidence.destIps }),
      port,
      protocol,
    };
  }

  private party(end: ObservedEnd): Party {
    const { endpoint, labels, ips } = end;
    const id = JSON.stringify([
      [endpoint.kind, endpoint.namespace, endpoint.name, endpoint.address],
      labels,
      [ips.kept, ips.mentions],
    ]);
    const found = this.known.get(id);
    if (found !== undefined) return found;
    const made = observedParty(end, this.cluster);
    if (this.known.size >= MOST_KEPT) {
      const oldest = this.known.keys().next();
      if (oldest.done === false) this.known.delete(oldest.value);
    }
    this.known.set(id, made);
    return made;
  }
}
