import { allowName, allowRule, podsWith, WITH_PORTS } from './allow-rule.js';
import type { Denial } from './denial.js';
import { farName, farPeer } from './far-peer.js';
import { type Candidate, type Found, isOfKubernetes } from './fix-candidate.js';
import { type FixQuestion, nearEnd, originOf } from './fix-question.js';
import { KUBERNETES_ORDER, type Policy, type PolicyObjectKind } from './policy.js';
import { isSamePolicy } from './policy-edit.js';
import { labelsAt } from './seen-connection.js';
import { labelsEqual } from './selector.js';
import { isNamespaceName, stableLabels } from './stable-labels.js';
import { endNames, portWords } from './words.js';

/** A policy of its own for the end that denies, in the tier that does, before the policy that does. */
export function addedPolicy(question: FixQuestion, denial: Denial): Found {
  const { seen, staged } = question;
  const { direction, tier, asked, by } = denial;
  const none = (...notes: readonly string[]): Found => ({ candidates: [], notes });
  if (tier !== null && (tier.name === 'kube-admin' || tier.name === 'kube-baseline')) return none();
  const end = nearEnd(direction);
  const { namespace } = seen[end];
  const labels = stableLabels(labelsAt(seen, end));
  const { source, dest } = endNames(seen.source, seen.dest);
  const near = end === 'source' ? source : dest;
  if (labels === null)
    return none(`No stable label of ${near} is known to select it by in a policy of its own.`);
  if (!isNamespaceName(namespace)) return none('The report names a namespace that cannot be.');
  const hasPorts = WITH_PORTS.has(seen.protocol);
  const isKubernetes =
    by === null && hasPorts && namespace !== '' && asked.some(({ policy }) => isOfKubernetes(policy.kind));
  const kind = kindOf(isKubernetes, namespace, staged);
  const { peer, caveats } = farPeer(question, direction, { kind, namespace });
  if (peer === null) return none(...caveats);
  const rule = allowRule(seen, direction, peer);
  const tierName = tier?.name ?? 'default';
  const denying = by === null ? null : (asked.at(-1)?.policy ?? null);
  const policy: Policy = {
    kind,
    namespace,
    name: freeName(question, namespace, allowName(seen, tierName)),
    tier: tierName,
    order: isKubernetes ? KUBERNETES_ORDER : orderBefore(denying),
    selector: isKubernetes ? podsWith(labels) : labelsEqual(labels),
    namespaceSelector: null,
    types: [direction],
    ingress: direction === 'ingress' ? [isKubernetes ? { ...rule, written: 0 } : rule] : [],
    egress: direction === 'egress' ? [isKubernetes ? { ...rule, written: 0 } : rule] : [],
    ...(staged ? { stagedAction: 'set' } : {}),
  };
  const what = portWords(seen.protocol, seen.port);
  const far = farName(question, direction);
  const candidate: Candidate = {
    kind: 'new-policy',
    title:
      direction === 'ingress'
        ? `Let ${dest} accept ${what} from ${far}, in a policy of its own`
        : `Let ${source} call ${far} on ${what}, in a policy of its own`,
    edits: [{ op: 'put', policy }],
    command: null,
    caveats: [...caveats, ...caveatsFor(question, denial, policy, near)],
    shown: null,
  };
  return { candidates: [candidate], notes: [] };
}

function kindOf(isKubernetes: boolean, namespace: string, staged: boolean): PolicyObjectKind {
  if (isKubernetes) return staged ? 'StagedKubernetesNetworkPolicy' : 'NetworkPolicy';
  if (namespace === '') return staged ? 'StagedGlobalNetworkPolicy' : 'GlobalNetworkPolicy';
  return staged ? 'StagedNetworkPolicy' : 'CalicoNetworkPolicy';
}

/** Where no rule denies any place in the tier will do. */
function orderBefore(denying: Policy | null): number | null {
  if (denying === null) return null;
  return denying.order === null ? KUBERNETES_ORDER : denying.order - 1;
}

/** A name that no policy has, enforced or staged: putting a policy replaces the one by its name. */
function freeName({ rulebook }: FixQuestion, namespace: string, wanted: string): string {
  const isTaken = (name: string) =>
    rulebook.policies.some((policy) => isSamePolicy(policy, { kind: policy.kind, namespace, name }));
  if (!isTaken(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const name = `${wanted.slice(0, 60)}-${number}`;
    if (!isTaken(name)) return name;
  }
}

function caveatsFor(
  question: FixQuestion,
  { tier, by, asked }: Denial,
  policy: Policy,
  near: string,
): readonly string[] {
  const denying = asked.at(-1)?.policy;
  const staging = question.staged
    ? asked.map((one) => originOf(question, one.policy)).filter(({ kind }) => kind.startsWith('Staged'))
    : [];
  return [
    ...(staging.length > 0
      ? [`It is staged like ${staging.map(({ name }) => name).join(', ')}: enforce them together.`]
      : []),
    ...(by !== null && denying !== undefined
      ? [`It comes before ${denying.name}, whose ${by.action} it goes around.`]
      : []),
    ...(tier !== null && tier.name !== 'default'
      ? [`An allow in tier ${tier.name} is final: later tiers are not asked about this call.`]
      : []),
    `It is for every pod that has the labels of ${near}.`,
    ...(policy.namespace === '' ? ['It is global: only its selector says what it is about.'] : []),
  ];
}
