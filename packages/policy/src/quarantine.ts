import type { Labels } from '@vibrissa/model';
import type { Dataplane } from './dataplane.js';
import { podsSelected } from './label-selector.js';
import { anyRule, KUBERNETES_ORDER, type Policy, type Tier } from './policy.js';
import type { PolicyEdit } from './policy-edit.js';
import { labelsEqual } from './selector.js';
import { isNamespaceName, QUARANTINE_LABEL, stableLabels } from './stable-labels.js';
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
  /** What to type, in order: the first applies the policy, the second puts it into force, the last one lifts it. */
  readonly commands: readonly string[];
  /** The same as a change to a rulebook; empty where the policy is of a kind that is not evaluated here. */
  readonly edits: readonly PolicyEdit[];
  readonly caveats: readonly string[];
}

const QUARANTINED = { [QUARANTINE_LABEL]: 'true' } as const;

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
    const nothing = { does: '', policy: null, yaml: '', commands: [], edits: [] };
    return { title, tier: QUARANTINE_TIER, ...nothing, caveats };
  }
  const target: Target = { namespace, workload: name, labels: selected };
  const form =
    dataplane === 'cilium'
      ? byCilium(target)
      : dataplane === 'unknown'
        ? byKubernetes(target)
        : byCalico(target);
  const { file, remove, policy, caveats, ...rest } = form;
  const [on, off] = labelCommands(target);
  return {
    title,
    tier: QUARANTINE_TIER,
    ...rest,
    policy,
    commands: [`kubectl apply -f ${file}`, on, off],
    edits: policy === null ? [] : editsOf(target, policy),
    caveats: [
      ...caveats,
      `Pods that are made anew lack the label ${QUARANTINE_LABEL}: give it to the template of ${name} too, unless others are to take their place.`,
      `Without the label the policy selects nothing and may stay; this removes it: ${remove}`,
    ],
  };
}

interface Target {
  readonly namespace: string;
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Form extends Pick<Quarantine, 'does' | 'policy' | 'yaml' | 'caveats'> {
  /** What to save the YAML as. */
  readonly file: string;
  /** The command that takes the policy away. */
  readonly remove: string;
}

function labelCommands({ namespace, labels }: Target): readonly [on: string, off: string] {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const pods = `kubectl -n ${namespace} label pods -l ${wanted.join(',')}`;
  return [`${pods} ${QUARANTINE_LABEL}=true --overwrite`, `${pods} ${QUARANTINE_LABEL}-`];
}

function editsOf({ namespace, workload }: Target, policy: Policy): readonly PolicyEdit[] {
  const tier =
    policy.tier === QUARANTINE_TIER.name ? [{ op: 'put-tier', tier: QUARANTINE_TIER } as const] : [];
  return [...tier, { op: 'put', policy }, { op: 'label', namespace, workload, labels: QUARANTINED }];
}

function byCalico(target: Target): Form {
  const { namespace, workload, labels } = target;
  // The log comes first: after a deny nothing is reached.
  const rules = [anyRule('log'), anyRule('deny')];
  const policy: Policy = {
    kind: 'GlobalNetworkPolicy',
    namespace: '',
    name: `${QUARANTINE_TIER.name}.${nameOf(`${namespace}-${workload}`)}`,
    tier: QUARANTINE_TIER.name,
    order: 0,
    selector: labelsEqual({ ...labels, ...QUARANTINED }),
    namespaceSelector: { op: 'eq', key: 'projectcalico.org/name', value: namespace },
    types: ['ingress', 'egress'],
    ingress: rules,
    egress: rules,
  };
  return {
    does: `Logs, then denies, every new connection of its pods in both directions once they have the label ${QUARANTINE_LABEL}, in a tier ${QUARANTINE_TIER.name} that comes before all others.`,
    policy,
    yaml: writeYaml([QUARANTINE_TIER, policy]),
    file: `${policy.name}.yaml`,
    remove: `kubectl delete globalnetworkpolicies.projectcalico.org ${policy.name}`,
    caveats: [
      ...everywhere(target),
      'Traffic between a pod and its own node still passes.',
      'kubectl needs the Calico API server; without it use calicoctl with the same file.',
      'Logged packets go to the system log of the node, not to the flow log.',
    ],
  };
}

/** Cilium's denials come before every allow of any policy; its entity `all` is everyone, inside and out. */
function byCilium(target: Target): Form {
  const { namespace, workload, labels } = target;
  const name = nameOf(`quarantine-${workload}`);
  const matching = Object.entries({ ...labels, ...QUARANTINED }).map(
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
    does: `Denies every connection of its pods in both directions once they have the label ${QUARANTINE_LABEL}; in Cilium a denial outweighs every allow.`,
    policy: null,
    yaml,
    file: `${name}.yaml`,
    remove: `kubectl -n ${namespace} delete ciliumnetworkpolicies.cilium.io ${name}`,
    caveats: everywhere(target),
  };
}

/** Kubernetes' policies only allow: this one allows nothing, and stands as long as no other allows more. */
function byKubernetes(target: Target): Form {
  const { namespace, workload, labels } = target;
  const policy: Policy = {
    kind: 'NetworkPolicy',
    namespace,
    name: nameOf(`quarantine-${workload}`),
    tier: 'default',
    order: KUBERNETES_ORDER,
    selector: podsSelected({ matchLabels: { ...labels, ...QUARANTINED }, matchExpressions: [] }),
    namespaceSelector: null,
    types: ['ingress', 'egress'],
    ingress: [],
    egress: [],
  };
  return {
    does: `Allows no new connection of its pods in either direction once they have the label ${QUARANTINE_LABEL}.`,
    policy,
    yaml: writeYaml([policy]),
    file: `${policy.name}.yaml`,
    remove: `kubectl -n ${namespace} delete networkpolicy ${policy.name}`,
    caveats: [
      'What another policy allows these pods stays allowed: Kubernetes policies add up.',
      'The reports do not tell which network plugin runs; one must be there that enforces policies.',
      ...everywhere(target),
    ],
  };
}

function everywhere({ namespace, labels }: Target): readonly string[] {
  return [
    'Connections that are open may stay open until they close: delete its pods to cut them too.',
    `The command labels every pod in ${namespace} with ${labelsText(labels)}, so all its replicas stop serving; label a single pod by its name to cut off that one alone.`,
    'DNS is cut off as well: nothing is allowed.',
  ];
}

/** Calico takes one dot in a policy's name: the one behind its tier. */
function nameOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
