import { OF_KUBERNETES } from './label-selector.js';
import {
  ANY_PEER,
  anyRule,
  type Direction,
  KUBERNETES_ORDER,
  type Peer,
  type Policy,
  type Rule,
} from './policy.js';
import { ALL } from './selector.js';

/** Where a template's policy is to stand, and how. */
export interface Place {
  /** Empty for all namespaces. */
  readonly namespace: string;
  readonly dialect: 'kubernetes' | 'calico';
  readonly staged: boolean;
}

/** From and to every pod of the namespace; `before` are the egress rules that it comes behind. */
export function withinRules(
  { dialect }: Pick<Place, 'dialect'>,
  before: readonly Rule[],
): Readonly<Record<Direction, readonly Rule[]>> {
  const kubernetes = dialect === 'kubernetes';
  const each: Peer = { ...ANY_PEER, selector: kubernetes ? OF_KUBERNETES : ALL };
  const place = (written: number) => (kubernetes ? { written } : {});
  return {
    ingress: [{ ...anyRule('allow'), source: each, ...place(0) }],
    egress: [{ ...anyRule('allow'), dest: each, ...place(before.length === 0 ? 0 : 1) }],
  };
}

/** A policy for every pod of a namespace, in both directions. */
export function inNamespace(
  { namespace, dialect, staged }: Place,
  name: string,
  rules: Readonly<Record<Direction, readonly Rule[]>>,
): Policy {
  const kubernetes = dialect === 'kubernetes';
  return {
    kind: kubernetes
      ? staged
        ? 'StagedKubernetesNetworkPolicy'
        : 'NetworkPolicy'
      : staged
        ? 'StagedNetworkPolicy'
        : 'CalicoNetworkPolicy',
    namespace,
    name,
    tier: 'default',
    // Of Calico's it comes last, so that every other policy of its tier is asked before its end denies.
    order: kubernetes ? KUBERNETES_ORDER : null,
    selector: kubernetes ? OF_KUBERNETES : ALL,
    namespaceSelector: null,
    types: ['ingress', 'egress'],
    ...rules,
    ...(staged ? { stagedAction: 'set' } : {}),
  };
}

/** A policy for what every pod of the cluster may call. */
export function forAll(staged: boolean, name: string, tier: string, egress: readonly Rule[]): Policy {
  return {
    kind: staged ? 'StagedGlobalNetworkPolicy' : 'GlobalNetworkPolicy',
    namespace: '',
    name,
    tier,
    order: KUBERNETES_ORDER,
    selector: ALL,
    namespaceSelector: ALL,
    types: ['egress'],
    ingress: [],
    egress,
    ...(staged ? { stagedAction: 'set' } : {}),
  };
}

/** A ClusterNetworkPolicy for what every pod of the cluster may call. */
export function forCluster(name: string, order: number, egress: readonly Rule[]): Policy {
  return {
    kind: 'ClusterNetworkPolicy',
    namespace: '',
    name,
    tier: 'kube-admin',
    order,
    selector: OF_KUBERNETES,
    namespaceSelector: ALL,
    types: ['egress'],
    ingress: [],
    egress,
  };
}
