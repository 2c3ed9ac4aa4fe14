import {
  type Endpoint,
  type Evidence,
  type FlowGroup,
  intersectLabels,
  type Labels,
  mergeEvidence,
  NO_EVIDENCE,
  type PolicyHit,
  type Reporter,
  type Verdict,
} from '@vibrissa/model';
import type { ObservedFlow } from './evaluate-flow.js';

/** One end's report of a connection: what a flow says, laid flat. */
export interface SeenReport {
  readonly reporter: Reporter;
  readonly verdict: Verdict;
  readonly enforced: readonly PolicyHit[];
  readonly pending: readonly PolicyHit[];
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
  readonly evidence: Evidence;
}

/** A connection as it was observed. Nothing here knows the policies themselves. */
export interface SeenConnection {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  /** 0 when there is none or it is not known. */
  readonly port: number;
  /** Empty when not known. */
  readonly protocol: string;
  readonly flows: readonly SeenReport[];
}

/** The connection that a line of the table stands for. */
export function seenConnection({ key, flows }: FlowGroup): SeenConnection {
  return {
    ...key,
    flows: flows.map(({ key: { reporter, verdict, trace }, sourceLabels, destLabels, evidence }) => ({
      reporter,
      verdict,
      enforced: trace.enforced,
      pending: trace.pending,
      sourceLabels,
      destLabels,
      evidence,
    })),
  };
}

/** What is known of the labels at one end over all reports. */
export function labelsAt(seen: SeenConnection, end: 'source' | 'dest'): Labels {
  let labels: Labels = null;
  for (const flow of seen.flows) {
    labels = intersectLabels(labels, end === 'source' ? flow.sourceLabels : flow.destLabels);
  }
  return labels;
}

/** The evidence of all reports. */
export function evidenceOf(seen: SeenConnection): Evidence {
  return seen.flows.reduce((sum, { evidence }) => mergeEvidence(sum, evidence), NO_EVIDENCE);
}

/** All that its reports tell of a connection, as the one flow that policies are evaluated on. */
export function observedLine(seen: SeenConnection): ObservedFlow {
  const { source, dest, port, protocol } = seen;
  return {
    key: { source, dest, port, protocol },
    sourceLabels: labelsAt(seen, 'source'),
    destLabels: labelsAt(seen, 'dest'),
    evidence: evidenceOf(seen),
  };
}
