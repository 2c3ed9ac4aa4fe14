import type { Labels } from '@vibrissa/model';
import { anyRule, type Policy, type Tier } from './policy.js';
import { labelsEqual } from './selector.js';
import { isNamespaceName, stableLabels } from './stable-labels.js';
import { writeYaml } from './write-yaml.js';

/** The workload to cut off, as flows name it. */
export interface Suspect {
  readonly namespace: string;
  /** As a person calls it: `recommendationservice`. */
  readonly name: string;
  readonly labels: Labels;
}

/** What cuts a workload off, ready to apply. */
export interface Quarantine {
  readonly title: string;
  /** Null when no label is known to select the workload by; the caveats say so. */
  readonly policy: Policy | null;
  readonly tier: Tier;
  /** The tier and the policy; empty without a policy. */
  readonly yaml: string;
  /** What to type, in order; the last one lifts the quarantine. */
  readonly commands: readonly string[];
  readonly caveats: readonly string[];
}

/** Comes before every tier a cluster has from the start, and leaves what it does not select to them. */
export const QUARANTINE_TIER: Tier = { name: 'quarantine', order: 0, defaultAction: 'pass' };

/** Logs, then denies, every new connection of a workload in both directions. */
export function quarantine({ namespace, name, labels }: Suspect): Quarantine {
  const selected = stableLabels(labels);
  const title = `Quarantine ${namespace}/${name}`;
  if (selected === null || namespace === '' || !isNamespaceName(namespace)) {
    const caveats = [`No stable label of ${namespace}/${name} was reported to select it by.`];
    return { title, policy: null, tier: QUARANTINE_TIER, yaml: '', commands: [], caveats };
  }
  // The log comes first: after a deny nothing is reached.
  const rules = [anyRule('log'), anyRule('deny')];
  const policy: Policy = {
    kind: 'GlobalNetworkPolicy',
    namespace: '',
    name: `${QUARANTINE_TIER.name}.${namespace}-${name}`.toLowerCase().replace(/[^a-z0-9.-]+/g, '-'),
    tier: QUARANTINE_TIER.name,
    order: 0,
    selector: labelsEqual(selected),
    namespaceSelector: { op: 'eq', key: 'projectcalico.org/name', value: namespace },
    types: ['ingress', 'egress'],
    ingress: rules,
    egress: rules,
  };
  const file = `${policy.name}.yaml`;
  return {
    title,
    policy,
    tier: QUARANTINE_TIER,
    yaml: writeYaml([QUARANTINE_TIER, policy]),
    commands: [
      `kubectl apply -f ${file}`,
      `kubectl delete globalnetworkpolicies.projectcalico.org ${policy.name}`,
    ],
    caveats: [
      'Connections that are open stay open until they close: delete its pods to cut them too.',
      `It selects every pod in ${namespace} with ${labelsText(selected)}; all its replicas stop serving.`,
      'Traffic between a pod and its own node still passes.',
      'DNS is cut off as well: nothing is allowed.',
      'kubectl needs the Calico API server; without it use calicoctl with the same file.',
      'Logged packets go to the system log of the node, not to the flow log.',
    ],
  };
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
