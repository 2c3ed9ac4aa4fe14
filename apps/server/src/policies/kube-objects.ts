import {
  EMPTY_RULEBOOK,
  joinedRulebook,
  type ReadProblem,
  type Rulebook,
  readObjects,
} from '@vibrissa/policy';
import { apiVersionOf, type KubeResource } from './kube-resources.js';

/** What an object of the API comes down to; what policies do not depend on is let go of at once. */
export interface KubeObject {
  /** `shop/frontend`; without a namespace the name alone. */
  readonly id: string;
  /** Itself alone. Null for one that counts no more, such as a pod that has ended. */
  readonly rulebook: Rulebook | null;
  readonly problems: readonly ReadProblem[];
}

/** Pods that have ended keep an address that others get meanwhile. */
const ENDED = new Set(['Succeeded', 'Failed']);

/** Null for what has no name. */
export function readKubeObject(resource: KubeResource, object: unknown): KubeObject | null {
  if (!isRecord(object) || !isRecord(object.metadata)) return null;
  const { name, namespace } = object.metadata;
  if (typeof name !== 'string' || name === '') return null;
  const id = typeof namespace === 'string' && namespace !== '' ? `${namespace}/${name}` : name;
  if (resource.kind === 'Pod' && isRecord(object.status) && ENDED.has(String(object.status.phase))) {
    return { id, rulebook: null, problems: [] };
  }
  // Within a list objects do not say what they are.
  const whole = { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
  const { cluster, tiers, policies, profiles, problems } = readObjects(`${resource.kind} ${id}`, [whole]);
  return {
    id,
    rulebook: slim({ cluster, tiers, policies, profiles }),
    // Each object is its own file: that it is the first document of it tells nothing.
    problems: problems.map((problem) => ({ ...problem, document: 0 })),
  };
}

/** The same with one empty list instead of many: there are as many of these as objects. */
function slim({ cluster, tiers, policies, profiles }: Rulebook): Rulebook {
  const none = EMPTY_RULEBOOK.cluster;
  const kept = <T>(list: readonly T[], empty: readonly T[]) => (list.length === 0 ? empty : list);
  return {
    tiers: kept(tiers, EMPTY_RULEBOOK.tiers),
    policies: kept(policies, EMPTY_RULEBOOK.policies),
    profiles: kept(profiles, EMPTY_RULEBOOK.profiles),
    cluster: {
      namespaces: kept(cluster.namespaces, none.namespaces),
      pods: kept(cluster.pods, none.pods),
      workloads: kept(cluster.workloads, none.workloads),
      serviceAccounts: kept(cluster.serviceAccounts, none.serviceAccounts),
      services: kept(cluster.services, none.services),
      endpointSlices: kept(cluster.endpointSlices, none.endpointSlices),
      networkSets: kept(cluster.networkSets, none.networkSets),
      hostEndpoints: kept(cluster.hostEndpoints, none.hostEndpoints),
      complete: false,
    },
  };
}

/** Several parts of one cluster, none of which names what another does. */
export function joined(parts: readonly Rulebook[], complete: boolean): Rulebook {
  return joinedRulebook((read) => {
    // There is a part for each object, and most of their lists are empty.
    const found: ReturnType<typeof read>[number][] = [];
    for (const part of parts) for (const one of read(part)) found.push(one);
    return found;
  }, complete);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
