import { type Endpoint, type Labels, splitName } from '@vibrissa/model';
import type { Cluster, PodObject } from './cluster.js';
import type { ObservedFlow } from './evaluate-flow.js';
import type { PolicyEdit } from './policy-edit.js';

/** A change of labels; with an empty workload of the namespace itself. */
export type LabelEdit = Extract<PolicyEdit, { readonly op: 'label' }>;

/** The edits that change labels; often none, and then there is nothing to do at the ends of flows. */
export function labelEditsOf(edits: readonly PolicyEdit[]): readonly LabelEdit[] {
  return edits.filter((edit) => edit.op === 'label');
}

/**
 * The flow as it would be reported once the labels are given: at each end that is of such a workload they are
 * there. The same flow when none is. Labels of namespaces are the cluster's, which `labelledCluster` gives.
 */
export function withLabels(flow: ObservedFlow, edits: readonly PolicyEdit[]): ObservedFlow {
  const given = labelEditsOf(edits);
  if (given.length === 0) return flow;
  const sourceLabels = labelledEnd(flow.key.source, flow.sourceLabels, given);
  const destLabels = labelledEnd(flow.key.dest, flow.destLabels, given);
  if (sourceLabels === flow.sourceLabels && destLabels === flow.destLabels) return flow;
  return { ...flow, sourceLabels, destLabels };
}

/** The cluster once the labels are given: to the pods and templates of a workload, or to a namespace that is known. */
export function labelledCluster(cluster: Cluster, edits: readonly PolicyEdit[]): Cluster {
  let { namespaces, pods, workloads } = cluster;
  for (const edit of labelEditsOf(edits)) {
    const given = <T extends { readonly labels: Readonly<Record<string, string>> }>(object: T): T => ({
      ...object,
      labels: { ...object.labels, ...edit.labels },
    });
    if (edit.workload === '') {
      namespaces = namespaces.map((one) => (one.name === edit.namespace ? given(one) : one));
      continue;
    }
    const stem = stemOf(edit.workload);
    const isMeant = (one: { readonly namespace: string }) => one.namespace === edit.namespace;
    workloads = workloads.map((one) => (isMeant(one) && one.name === stem ? given(one) : one));
    pods = pods.map((pod) => (isMeant(pod) && isPodOf(pod, stem) ? given(pod) : pod));
  }
  return { ...cluster, namespaces, pods, workloads };
}

function labelledEnd(endpoint: Endpoint, labels: Labels, edits: readonly LabelEdit[]): Labels {
  if (endpoint.kind !== 'workload') return labels;
  let found = labels;
  for (const edit of edits) {
    if (edit.workload === '' || edit.namespace !== endpoint.namespace) continue;
    if (stemOf(edit.workload) !== stemOf(endpoint.name)) continue;
    const keys = new Set(Object.keys(edit.labels));
    const kept = (found ?? []).filter((label) => !keys.has(label.split('=', 1)[0] ?? ''));
    found = [...kept, ...Object.entries(edit.labels).map(([key, value]) => `${key}=${value}`)].sort();
  }
  return found;
}

function isPodOf(pod: PodObject, stem: string): boolean {
  if (pod.name === stem || pod.owner?.name === stem) return true;
  return pod.generateName !== '' && stemOf(`${pod.generateName}*`) === stem;
}

/** `frontend` for `frontend`, `frontend-*` and `frontend-7d9f5c8b6d-*`. */
function stemOf(name: string): string {
  return splitName(name)[0];
}
