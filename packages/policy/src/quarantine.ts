import type { Labels } from '@vibrissa/model';
import type { Dataplane } from './dataplane.js';
import { anyRule, KUBERNETES_ORDER, type Policy, type Tier } from './policy.js';
import { allOf, labelsEqual } from './selector.js';
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
  /** What it does, in a sentence; empty without a policy. */
  readonly does: string;
  /** Null when no label is known to select the workload by, which the caveats say; or for Cilium's own kind. */
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

/** What cuts a workload off from everyone, in the form that its cluster's data plane enforces. */
export function quarantine(
  { namespace, name, labels }: Suspect,
  dataplane: Dataplane = 'calico',
): Quarantine {
  const selected = stableLabels(labels);
  const title = `Quarantine ${namespace}/${name}`;
  if (selected === null || namespace === '' || !isNamespaceName(namespace)) {
    const caveats = [`No stable label of ${namespace}/${name} was reported to select it by.`];
    return { title, does: '', policy: null, tier: QUARANTINE_TIER, yaml: '', commands: [], caveats };
  }
  if (dataplane === 'cilium') return { title, tier: QUARANTINE_TIER, ...byCilium(namespace, name, selected) };
  if (dataplane === 'unknown')
    return { title, tier: QUARANTINE_TIER, ...byKubernetes(namespace, name, selected) };
  // The log comes first: after a deny nothing is reached.
  const rules = [anyRule('log'), anyRule('deny')];
  const policy: Policy = {
    kind: 'GlobalNetworkPolicy',
    namespace: '',
    name: nameOf(`${QUARANTINE_TIER.name}.${namespace}-${name}`),
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
    does: `Logs, then denies, every new connection of it in both directions, in a tier ${QUARANTINE_TIER.name} that comes before all others.`,
    policy,
    tier: QUARANTINE_TIER,
    yaml: writeYaml([QUARANTINE_TIER, policy]),
    commands: [
      `kubectl apply -f ${file}`,
      `kubectl delete globalnetworkpolicies.projectcalico.org ${policy.name}`,
    ],
    caveats: [
      ...everywhere(namespace, selected),
      'Traffic between a pod and its own node still passes.',
      'kubectl needs the Calico API server; without it use calicoctl with the same file.',
      'Logged packets go to the system log of the node, not to the flow log.',
    ],
  };
}

type Form = Pick<Quarantine, 'does' | 'policy' | 'yaml' | 'commands' | 'caveats'>;
type MatchLabels = Readonly<Record<string, string>>;

/** Cilium's denials come before every allow of any policy; its entity `all` is everyone, inside and out. */
function byCilium(namespace: string, workload: string, labels: MatchLabels): Form {
  const name = nameOf(`quarantine-${workload}`);
  const matching = Object.entries(labels).map(
    ([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const yaml = [
    'apiVersion: cilium.io/v2',
    'kind: CiliumNetworkPolicy',
    'metadata:',
    `  name: ${name}`,
    `  namespace: ${namespace}`,
    'spec:',
    '  endpointSelector:',
    '    matchLabels:',
    ...matching,
    '  ingressDeny:',
    '    - fromEntities: [all]',
    '  egressDeny:',
    '    - toEntities: [all]',
    '',
  ].join('\n');
  return {
    does: 'Denies every connection of it in both directions; in Cilium a denial outweighs every allow.',
    policy: null,
    yaml,
    commands: [
      `kubectl apply -f ${name}.yaml`,
      `kubectl -n ${namespace} delete ciliumnetworkpolicies.cilium.io ${name}`,
    ],
    caveats: everywhere(namespace, labels),
  };
}

/** Kubernetes' policies only allow: this one allows nothing, and stands as long as no other allows more. */
function byKubernetes(namespace: string, workload: string, labels: MatchLabels): Form {
  const policy: Policy = {
    kind: 'NetworkPolicy',
    namespace,
    name: nameOf(`quarantine-${workload}`),
    tier: 'default',
    order: KUBERNETES_ORDER,
    selector: allOf({ op: 'eq', key: 'projectcalico.org/orchestrator', value: 'k8s' }, labelsEqual(labels)),
    namespaceSelector: null,
    types: ['ingress', 'egress'],
    ingress: [],
    egress: [],
  };
  return {
    does: 'Allows no new connection of it in either direction.',
    policy,
    yaml: writeYaml([policy]),
    commands: [
      `kubectl apply -f ${policy.name}.yaml`,
      `kubectl -n ${namespace} delete networkpolicy ${policy.name}`,
    ],
    caveats: [
      'What another policy allows these pods stays allowed: Kubernetes policies add up.',
      'The reports do not tell which network plugin runs; one must be there that enforces policies.',
      ...everywhere(namespace, labels),
    ],
  };
}

function everywhere(namespace: string, labels: MatchLabels): readonly string[] {
  return [
    'Connections that are open may stay open until they close: delete its pods to cut them too.',
    `It selects every pod in ${namespace} with ${labelsText(labels)}; all its replicas stop serving.`,
    'DNS is cut off as well: nothing is allowed.',
  ];
}

function nameOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 63)
    .replace(/^[-.]+|[-.]+$/g, '');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
