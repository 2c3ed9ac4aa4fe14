import type { NetworkSetObject } from './cluster.js';
import { labelledCluster } from './label-edits.js';
import type { Policy, PolicyObjectKind, Tier } from './policy.js';
import type { Rulebook } from './rulebook.js';
import { enforcedTwin } from './staged.js';

/** What tells a policy from every other. Empty namespace for a global one. */
export interface PolicyName {
  readonly kind: PolicyObjectKind;
  readonly namespace: string;
  readonly name: string;
}

/** One step of a change to a rulebook. */
export type PolicyEdit =
  /** Adds the policy, or puts it in the place of the one by its name. */
  | { readonly op: 'put'; readonly policy: Policy }
  | { readonly op: 'remove'; readonly policy: PolicyName }
  /** Puts a staged policy into force: what it stages happens to its twin, and it is gone. */
  | { readonly op: 'enforce'; readonly policy: PolicyName }
  /** Adds a tier, or changes the order and the default action of one. */
  | { readonly op: 'put-tier'; readonly tier: Tier }
  /** Adds a network set, or puts it in the place of the one by its name; empty namespace for a global one. */
  | { readonly op: 'put-network-set'; readonly set: NetworkSetObject }
  /** Gives labels to every pod of a workload, as `kubectl label` and a change of its template would. */
  | {
      readonly op: 'label';
      readonly namespace: string;
      /** As flows name it: `frontend`, or `frontend-*`. Empty labels the namespace itself. */
      readonly workload: string;
      readonly labels: Readonly<Record<string, string>>;
    };

/** An edit that cannot be made to this rulebook; the message says which and what there is. */
export class PolicyEditError extends Error {
  readonly code = 'policy-edit';

  constructor(message: string) {
    super(message);
    this.name = 'PolicyEditError';
  }
}

export function policyNameText({ kind, namespace, name }: PolicyName): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

export function isSamePolicy(a: PolicyName, b: PolicyName): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/**
 * The rulebook once the edits are made, in order; the one given stays as it is. Labels are given to what the cluster
 * knows of a workload; flows say labels too, so whoever evaluates them gives them there with `withLabels`.
 * @throws PolicyEditError where an edit names a policy that is not there, or enforces one that is not staged
 */
export function edited(rulebook: Rulebook, edits: readonly PolicyEdit[]): Rulebook {
  let { policies, tiers, cluster } = rulebook;
  for (const edit of edits) {
    if (edit.op === 'put') {
      policies = [...policies.filter((policy) => !isSamePolicy(policy, edit.policy)), edit.policy];
    } else if (edit.op === 'remove') {
      const gone = found(policies, edit.policy);
      policies = policies.filter((policy) => policy !== gone);
    } else if (edit.op === 'enforce') {
      policies = enforced(policies, found(policies, edit.policy));
    } else if (edit.op === 'put-tier') {
      tiers = [...tiers.filter(({ name }) => name !== edit.tier.name), edit.tier];
    } else if (edit.op === 'put-network-set') {
      cluster = { ...cluster, networkSets: withSet(cluster.networkSets, edit.set) };
    } else cluster = labelledCluster(cluster, [edit]);
  }
  return { ...rulebook, policies, tiers, cluster };
}

function withSet(sets: readonly NetworkSetObject[], set: NetworkSetObject): readonly NetworkSetObject[] {
  return [...sets.filter(({ namespace, name }) => namespace !== set.namespace || name !== set.name), set];
}

function found(policies: readonly Policy[], name: PolicyName): Policy {
  const policy = policies.find((candidate) => isSamePolicy(candidate, name));
  if (policy !== undefined) return policy;
  const alike = policies.filter((candidate) => candidate.name === name.name).map(policyNameText);
  const hint = alike.length === 0 ? '' : `; by that name there is ${alike.join(', ')}`;
  throw new PolicyEditError(`there is no ${policyNameText(name)}${hint}`);
}

function enforced(policies: readonly Policy[], staged: Policy): readonly Policy[] {
  const twin = enforcedTwin(staged);
  if (twin.kind === staged.kind) {
    throw new PolicyEditError(`${policyNameText(staged)} is not staged: it is in force already`);
  }
  const action = staged.stagedAction ?? 'set';
  const rest = policies.filter(
    (policy) =>
      policy !== staged && (!isSamePolicy(policy, twin) || action === 'learn' || action === 'ignore'),
  );
  return action === 'set' ? [...rest, twin] : rest;
}
