import { type KubeClient, KubeError } from '@vibrissa/protocol/kubernetes';
import { apiVersionOf, groupPathOf, KUBE_RESOURCES, type KubeResource } from './kube-resources.js';

export interface Discovery {
  /** What can be followed in this cluster: each sort of objects at the best of its places. */
  readonly resources: readonly KubeResource[];
  /** Groups of which it is not known what they have, each with the reason. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** Finds out what a cluster has. What every cluster has is not asked for. Throws what aborts it alone. */
export async function discover(client: KubeClient, signal: AbortSignal): Promise<Discovery> {
  const groups = new Map<string, Promise<ReadonlySet<string> | KubeError>>();
  const has = async (resource: KubeResource): Promise<boolean> => {
    if (resource.isCore) return true;
    const path = groupPathOf(resource);
    const asked = groups.get(path) ?? namesOf(client, path, signal);
    groups.set(path, asked);
    const names = await asked;
    return !(names instanceof KubeError) && names.has(resource.resource);
  };
  const resources: KubeResource[] = [];
  for (const places of KUBE_RESOURCES) {
    for (const place of places) {
      if (!(await has(place))) continue;
      resources.push(place);
      break;
    }
  }
  const unknown = new Map<string, string>();
  for (const place of KUBE_RESOURCES.flat()) {
    const names = await groups.get(groupPathOf(place));
    if (names instanceof KubeError) unknown.set(apiVersionOf(place), names.message);
  }
  return { resources, unknown };
}

/** The resources of a group; none where the cluster has no such group. */
async function namesOf(
  client: KubeClient,
  path: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | KubeError> {
  try {
    return new Set(readNames(await client.get(path, {}, signal)));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return error.code === 'not-found' ? new Set() : error;
  }
}

function readNames(answer: unknown): readonly string[] {
  const resources: unknown = Object(answer).resources;
  if (!Array.isArray(resources)) throw new KubeError('bad-answer', 'a group’s resources are no list');
  return resources.flatMap((resource: unknown) => {
    const name: unknown = Object(resource).name;
    return typeof name === 'string' ? [name] : [];
  });
}
