import {
  ANY_PEER,
  allOf,
  KUBERNETES_ORDER,
  labelsEqual,
  type Peer,
  type Policy,
  parseSelector,
  type Rule,
  type Selector,
} from '@vibrissa/policy';

/** A Calico policy in the words of its YAML. */
export interface CalicoWords {
  readonly kind: Policy['kind'];
  readonly namespace?: string;
  readonly name: string;
  readonly tier: string;
  readonly order: number;
  readonly selector: string;
  readonly namespaceSelector?: string;
  readonly ingress?: readonly RuleWords[];
  readonly egress?: readonly RuleWords[];
}

export interface RuleWords {
  readonly action: Rule['action'];
  readonly protocol?: string;
  readonly from?: PeerWords;
  readonly to?: PeerWords;
  readonly ports?: readonly number[];
}

export interface PeerWords {
  readonly selector?: string;
  readonly namespaceSelector?: string;
  readonly nets?: readonly string[];
}

/** A direction is governed when its rules are given, even if there are none. */
export function calicoPolicy(words: CalicoWords): Policy {
  return {
    kind: words.kind,
    namespace: words.namespace ?? '',
    name: words.name,
    tier: words.tier,
    order: words.order,
    selector: parseSelector(words.selector),
    namespaceSelector: optionalSelector(words.namespaceSelector),
    types: [
      ...(words.ingress === undefined ? [] : (['ingress'] as const)),
      ...(words.egress === undefined ? [] : (['egress'] as const)),
    ],
    ingress: (words.ingress ?? []).map(ruleOf),
    egress: (words.egress ?? []).map(ruleOf),
  };
}

function ruleOf({ action, protocol, from, to, ports }: RuleWords): Rule {
  const dest = peerOf(to);
  return {
    action,
    protocol: protocol ?? null,
    notProtocol: null,
    source: peerOf(from),
    dest: { ...dest, ports: (ports ?? []).map((port) => ({ from: port, to: port })) },
  };
}

function peerOf(words: PeerWords | undefined): Peer {
  return {
    ...ANY_PEER,
    selector: optionalSelector(words?.selector),
    namespaceSelector: optionalSelector(words?.namespaceSelector),
    nets: words?.nets ?? [],
  };
}

function optionalSelector(text: string | undefined): Selector | null {
  return text === undefined ? null : parseSelector(text);
}

/** A Kubernetes NetworkPolicy about the pods with one `app` label, or all of the namespace. */
export interface KubernetesWords {
  readonly namespace: string;
  readonly name: string;
  /** Absent selects every pod. */
  readonly app?: string;
  /** Absent does not govern ingress; `any` lets everyone in. */
  readonly ingress?: 'any' | { readonly apps: readonly string[]; readonly port: number } | 'none';
  readonly egress?: 'any' | 'none';
}

const OF_KUBERNETES = parseSelector("projectcalico.org/orchestrator == 'k8s'");

/** The policy that Calico makes of it: one rule for each peer. */
export function kubernetesPolicy({ namespace, name, app, ingress, egress }: KubernetesWords): Policy {
  return {
    kind: 'NetworkPolicy',
    namespace,
    name,
    tier: 'default',
    order: KUBERNETES_ORDER,
    selector: podsOf(app),
    namespaceSelector: null,
    types: [
      ...(ingress === undefined ? [] : (['ingress'] as const)),
      ...(egress === undefined ? [] : (['egress'] as const)),
    ],
    ingress: ingress === undefined ? [] : ingressRules(ingress),
    egress: egress === 'any' ? [ruleOf({ action: 'allow' })] : [],
  };
}

function ingressRules(ingress: NonNullable<KubernetesWords['ingress']>): readonly Rule[] {
  if (ingress === 'none') return [];
  if (ingress === 'any') return [ruleOf({ action: 'allow' })];
  return ingress.apps.map((app) => ({
    ...ruleOf({ action: 'allow', protocol: 'tcp', ports: [ingress.port] }),
    source: { ...ANY_PEER, selector: podsOf(app) },
  }));
}

function podsOf(app: string | undefined): Selector {
  return allOf(OF_KUBERNETES, app === undefined ? null : labelsEqual({ app }));
}
