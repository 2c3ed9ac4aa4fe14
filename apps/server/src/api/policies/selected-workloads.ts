import { NO_EVIDENCE, splitName, workloadOf } from '@vibrissa/model';
import {
  connectionOf,
  DIRECTIONS,
  type Engine,
  enforcedKind,
  isSamePolicy,
  type Party,
  type PodObject,
  type Policy,
} from '@vibrissa/policy';
import type { ObservedWorkload } from '../../policies/reductions.js';

/** The workloads that each policy selects, as `namespace/workload`, sorted. */
export type SelectedWorkloads = ReadonlyMap<Policy, readonly string[]>;

/** Whether workloads are known from elsewhere than from flows. */
export function knowsWorkloads({ index: { cluster } }: Engine): boolean {
  return cluster.pods.length > 0 || cluster.workloads.length > 0;
}

/**
 * Which workloads each policy certainly selects, staged ones too: of those known, or of those observed where none
 * is. One of several pods is enough. What would delete a policy selects what that one selects.
 */
export function selectedWorkloads(engine: Engine, observed: readonly ObservedWorkload[]): SelectedWorkloads {
  const found = new Map<Policy, Set<string>>();
  for (const { name, party } of workloadsOf(engine, observed)) {
    for (const policy of policiesOf(engine, party)) {
      const names = found.get(policy);
      if (names === undefined) found.set(policy, new Set([name]));
      else names.add(name);
    }
  }
  const selected = new Map([...found].map(([policy, names]) => [policy, [...names].sort()] as const));
  for (const policy of engine.set.policies) {
    if (policy.stagedAction !== 'delete') continue;
    const twin = engine.set.policies.find((other) => isSamePolicy(other, twinOf(policy)));
    if (twin !== undefined) selected.set(policy, selected.get(twin) ?? []);
  }
  return selected;
}

function twinOf(policy: Policy): Policy {
  return { ...policy, kind: enforcedKind(policy.kind) };
}

interface KnownWorkload {
  readonly name: string;
  readonly party: Party;
}

function* workloadsOf(engine: Engine, observed: readonly ObservedWorkload[]): Generator<KnownWorkload> {
  const { index } = engine;
  if (!knowsWorkloads(engine)) {
    for (const { endpoint, labels } of observed) {
      const key = { source: endpoint, dest: endpoint, port: 0, protocol: '' };
      const flow = { key, sourceLabels: labels, destLabels: labels, evidence: NO_EVIDENCE };
      yield {
        name: `${endpoint.namespace}/${workloadOf(endpoint)}`,
        party: connectionOf(flow, index).source,
      };
    }
    return;
  }
  for (const { namespace, name, kind, hostNetwork } of index.cluster.workloads) {
    const party = hostNetwork ? null : index.workload(namespace, name, kind);
    if (party !== null) yield { name: `${namespace}/${name}`, party };
  }
  // Pods of one workload are mostly alike: each sort of them is asked about once.
  const asked = new Set<string>();
  for (const pod of index.cluster.pods) {
    if (pod.hostNetwork) continue;
    const name = `${pod.namespace}/${madeBy(pod)}`;
    const sort = JSON.stringify([name, pod.serviceAccount, pod.labels]);
    if (asked.has(sort)) continue;
    asked.add(sort);
    const party = index.pod(pod.namespace, pod.name);
    if (party !== null) yield { name, party };
  }
}

/** The workload that made a pod, as flows name it. */
export function madeBy({ owner, name, generateName }: PodObject): string {
  if (owner === null) return generateName === '' ? name : splitName(`${generateName}*`)[0];
  return owner.kind === 'ReplicaSet' ? splitName(`${owner.name}-*`)[0] : owner.name;
}

function policiesOf({ set }: Engine, party: Party): ReadonlySet<Policy> {
  const policies = new Set<Policy>();
  for (const direction of DIRECTIONS) {
    for (const tier of set.governs(party, direction).pending) {
      for (const { compiled, selects } of tier.policies) if (selects === 'yes') policies.add(compiled.policy);
    }
  }
  return policies;
}
