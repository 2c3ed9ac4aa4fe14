import {
  type Evidence,
  intersectLabels,
  type Labels,
  mergeEvidence,
  NO_EVIDENCE,
  workloadOf,
} from '@vibrissa/model';
import type { SeenConnection, Suspect } from '@vibrissa/policy';
import type { ApiGroup } from '@vibrissa/protocol/messages';

/** A line of the API as the policy library reads it. A line without its reports has none to explain. */
export function seenOf({ source, dest, port, protocol, flows = [] }: ApiGroup): SeenConnection {
  return {
    source,
    dest,
    port,
    protocol,
    flows: flows.map(({ reporter, verdict, enforced, pending, sourceLabels, destLabels, evidence }) => ({
      reporter,
      verdict,
      enforced,
      pending,
      sourceLabels,
      destLabels,
      evidence,
    })),
  };
}

/** The labels at one end that all reports agree on; null when none tells. */
export function labelsAt({ flows = [] }: ApiGroup, end: 'source' | 'dest'): Labels {
  return flows.reduce<Labels>(
    (labels, flow) => intersectLabels(labels, end === 'source' ? flow.sourceLabels : flow.destLabels),
    null,
  );
}

/** The evidence of all reports together. */
export function evidenceOf({ flows = [] }: ApiGroup): Evidence {
  return flows.reduce<Evidence>((sum, { evidence }) => mergeEvidence(sum, evidence), NO_EVIDENCE);
}

/** The workload to be cut off: the one that calls, else the one that is called; null when neither is one. */
export function suspectOf(group: ApiGroup): Suspect | null {
  const end = group.source.kind === 'workload' ? 'source' : 'dest';
  const endpoint = group[end];
  if (endpoint.kind !== 'workload' || endpoint.namespace === '') return null;
  return { namespace: endpoint.namespace, name: workloadOf(endpoint), labels: labelsAt(group, end) };
}
