import { POLICY_KINDS, type PolicyKind } from '@vibrissa/model';
import type { ApiPolicyName } from '@vibrissa/protocol/messages';
import { DEFAULT_VIEW, type View, type ViewTrial, viewToUrl } from '../view-url.js';

/** `kind/namespace/name`, as the address holds it. Kubernetes allows no slash in any of them. */
export function policyKey({ kind, namespace, name }: ApiPolicyName): string {
  return `${kind}/${namespace}/${name}`;
}

/** Reads what `policyKey` wrote; null when the text is none. */
export function policyFromKey(text: string | null): ApiPolicyName | null {
  const [kind, namespace, name, ...rest] = (text ?? '').split('/');
  if (!isKind(kind) || namespace === undefined || name === undefined) return null;
  return name === '' || rest.length > 0 ? null : { kind, namespace, name };
}

function isKind(text: string | undefined): text is PolicyKind {
  return POLICY_KINDS.some((kind) => kind === text);
}

/** `shop/allow-cart`, or the name alone of a global policy. */
export function policyText({ namespace, name }: ApiPolicyName): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The address of a policy's page, or of what is tried with it. Filter and window stay. */
export function policyHref(view: View, policy: ApiPolicyName, trial: ViewTrial | null = null): string {
  return `/policies${viewToUrl(policyView(view, { policy: policyKey(policy), trial }))}`;
}

/** The address of the board. */
export function boardHref(view: View): string {
  return `/policies${viewToUrl(policyView(view, {}))}`;
}

/** The address of a policy yet to be written. */
export function newPolicyHref(view: View): string {
  return `/policies${viewToUrl(policyView(view, { trial: 'new' }))}`;
}

function policyView({ filter, disabled, window }: View, open: Partial<View>): View {
  return { ...DEFAULT_VIEW, filter, disabled, window, ...open };
}

const KIND_WORDS: Readonly<Record<PolicyKind, string>> = {
  CalicoNetworkPolicy: 'Calico',
  GlobalNetworkPolicy: 'Calico global',
  StagedNetworkPolicy: 'Calico',
  StagedGlobalNetworkPolicy: 'Calico global',
  StagedKubernetesNetworkPolicy: 'Kubernetes',
  NetworkPolicy: 'Kubernetes',
  ClusterNetworkPolicy: 'Cluster',
  CiliumNetworkPolicy: 'Cilium',
  CiliumClusterwideNetworkPolicy: 'Cilium clusterwide',
  Profile: 'Profile',
  EndOfTier: 'End of tier',
};

/** The dialect of a policy in a word or two; whether it is staged is told apart. */
export function kindWord(kind: PolicyKind): string {
  return KIND_WORDS[kind];
}

/** The kind as YAML spells it: `kind: NetworkPolicy` of `projectcalico.org/v3` is Calico's. */
export function kindTitle(kind: PolicyKind): string {
  if (kind === 'CalicoNetworkPolicy') return 'NetworkPolicy of projectcalico.org/v3';
  if (kind === 'NetworkPolicy') return 'NetworkPolicy of networking.k8s.io/v1';
  return kind;
}
