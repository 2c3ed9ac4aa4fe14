import { splitName } from '@vibrissa/model';
import { edited, type PolicyEdit, PolicyEditError } from '@vibrissa/policy';
import { idOf } from './pod-places.js';
import { rulebookOf } from './rulebook.js';
import type { Namespace, Workload, World } from './world.js';

type LabelEdit = Extract<PolicyEdit, { readonly op: 'label' }>;

/**
 * The world once the edits are in force, in their order.
 * @throws PolicyEditError where one cannot be made; then none is
 */
export function editWorld(world: World, edits: readonly PolicyEdit[]): World {
  const { tiers, policies } = edited(rulebookOf(world), edits);
  let { namespaces, workloads, networkSets = [] } = world;
  for (const edit of edits) {
    if (edit.op === 'put-network-set') {
      networkSets = [...networkSets.filter((set) => idOf(set) !== idOf(edit.set)), edit.set];
    } else if (edit.op === 'label' && edit.workload === '') {
      namespaces = namespacesLabelled(namespaces, edit);
    } else if (edit.op === 'label') workloads = workloadsLabelled(workloads, edit);
  }
  return { ...world, tiers, policies, namespaces, workloads, networkSets };
}

function namespacesLabelled(
  namespaces: readonly Namespace[],
  { namespace, labels }: LabelEdit,
): readonly Namespace[] {
  if (!namespaces.some(({ name }) => name === namespace)) {
    throw new PolicyEditError(`there is no namespace ${namespace} to label`);
  }
  return namespaces.map((one) =>
    one.name === namespace ? { ...one, labels: { ...one.labels, ...labels } } : one,
  );
}

/** The pods are labelled as they run, so their names stay. */
function workloadsLabelled(workloads: readonly Workload[], edit: LabelEdit): readonly Workload[] {
  const isMeant = (workload: Workload) =>
    workload.namespace === edit.namespace &&
    [edit.workload, splitName(edit.workload)[0]].includes(workload.name);
  if (!workloads.some(isMeant)) {
    const inIt = workloads.filter(({ namespace }) => namespace === edit.namespace).map(({ name }) => name);
    const hint =
      inIt.length === 0 ? `there is no namespace ${edit.namespace}` : `there is ${inIt.join(', ')}`;
    throw new PolicyEditError(`there is no workload ${edit.namespace}/${edit.workload} to label: ${hint}`);
  }
  return workloads.map((workload) =>
    isMeant(workload) ? { ...workload, labels: { ...workload.labels, ...edit.labels } } : workload,
  );
}
