import { dnsRules } from './dns-rules.js';
import { namespacesSelected, OF_KUBERNETES } from './label-selector.js';
import {
  ANY_PEER,
  anyRule,
  KUBERNETES_ORDER,
  type Peer,
  type Policy,
  type Rule,
  type Tier,
} from './policy.js';
import { NAMESPACE_NAME } from './read-cluster.js';
import type { Selector } from './selector.js';
import { isNamespaceName } from './stable-labels.js';
import { forAll, forCluster, inNamespace, withinRules } from './template-parts.js';
import { type WritableObject, writeYaml } from './write-yaml.js';

export const TEMPLATE_NAMES = ['default-deny', 'namespace-isolation', 'three-tiers', 'in-scope'] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export interface TemplateOptions {
  readonly namespace: string;
  /** Of `in-scope`: the other namespaces that are in scope. */
  readonly namespaces?: readonly string[];
  readonly dialect: 'kubernetes' | 'calico';
  /** True for policies that only show what they would deny. */
  readonly staged: boolean;
}

/** Policies to begin with. */
export interface Template {
  readonly title: string;
  /** What they do, in a sentence or two. */
  readonly does: string;
  readonly yaml: string;
  readonly objects: readonly (Policy | Tier)[];
  readonly caveats: readonly string[];
}

/** A namespace that cannot be; the message says which. */
export class TemplateError extends Error {
  readonly code = 'policy-template';

  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

/** @throws TemplateError */
export function template(name: TemplateName, options: TemplateOptions): Template {
  for (const namespace of [options.namespace, ...(options.namespaces ?? [])]) {
    if (namespace === '' || !isNamespaceName(namespace)) {
      throw new TemplateError(
        `${JSON.stringify(namespace)} is no namespace: small letters, digits and hyphens, at most 63`,
      );
    }
  }
  const { title, does, objects, comments, caveats } = MAKERS[name](options);
  return {
    title,
    does,
    objects,
    yaml: writeYaml(objects, { comments, header: [does] }),
    caveats: [
      ...(options.staged
        ? [
            'It is staged, which Calico alone knows: it denies nothing, and pending verdicts show what it would deny.',
          ]
        : []),
      ...caveats,
      `DNS is let through to pods of kube-system with k8s-app=kube-dns: change this where names are answered elsewhere.`,
      'What a pod’s own node sends it, such as health probes, passes in any case.',
    ],
  };
}

interface Made extends Pick<Template, 'title' | 'does' | 'objects' | 'caveats'> {
  readonly comments: ReadonlyMap<WritableObject | Rule, readonly string[]>;
}

const MAKERS: Readonly<Record<TemplateName, (options: TemplateOptions) => Made>> = {
  'default-deny': defaultDeny,
  'namespace-isolation': namespaceIsolation,
  'three-tiers': threeTiers,
  'in-scope': inScope,
};

function defaultDeny(options: TemplateOptions): Made {
  const { namespace } = options;
  const egress = dnsRules(options);
  const policy = inNamespace(options, 'default-deny', { ingress: [], egress });
  return {
    title: `Default deny for ${namespace}`,
    does: `Denies every connection of the pods in ${namespace}, in both directions, but for asking DNS. Policies beside it allow what is wanted.`,
    objects: [policy],
    comments: saying([egress[0], 'Names']),
    caveats: [beside(options)],
  };
}

function namespaceIsolation(options: TemplateOptions): Made {
  const { namespace } = options;
  const egress = dnsRules(options);
  const within = withinRules(options, egress);
  const policy = inNamespace(options, 'namespace-isolation', {
    ingress: within.ingress,
    egress: [...egress, ...within.egress],
  });
  return {
    title: `Isolation of ${namespace}`,
    does: `Lets the pods in ${namespace} reach each other and ask DNS; nobody else reaches them, and they reach nobody else.`,
    objects: [policy],
    comments: saying(
      [egress[0], 'Names'],
      [within.ingress[0], 'Each other'],
      [within.egress[0], 'Each other'],
    ),
    caveats: [
      'Whoever calls in from outside the namespace, such as an ingress controller or monitoring, needs a rule of its own.',
      beside(options),
    ],
  };
}

/** Cloud machines hand out credentials here to whoever asks. */
const METADATA_SERVICES = ['169.254.169.254/32', 'fd00:ec2::254/128'];

function threeTiers(options: TemplateOptions): Made {
  return options.dialect === 'calico' ? calicoTiers(options) : kubernetesTiers(options);
}

const THREE_TIERS = 'Three tiers: security, platform, application';

function calicoTiers(options: TemplateOptions): Made {
  const { namespace, staged } = options;
  const tiers: readonly Tier[] = [
    { name: 'security', order: 100, defaultAction: 'pass' },
    { name: 'platform', order: 200, defaultAction: 'pass' },
    { name: 'application', order: 300, defaultAction: 'deny' },
  ];
  const guard = forAll(
    staged,
    'security.no-cloud-metadata',
    'security',
    // Calico takes no rule with blocks of both families.
    METADATA_SERVICES.map((net) => ({ ...anyRule('deny'), dest: { ...ANY_PEER, nets: [net] } })),
  );
  const dns = forAll(staged, 'platform.allow-dns', 'platform', dnsRules({ ...options, namespace: '' }));
  const within = withinRules(options, []);
  const own: Policy = {
    ...inNamespace(options, 'application.within-namespace', within),
    tier: 'application',
    order: KUBERNETES_ORDER,
  };
  return {
    title: THREE_TIERS,
    does: `What the security tier denies stays denied, what the platform tier allows everyone has, and in the application tier each namespace says what it needs: ${namespace} begins with itself alone.`,
    objects: [...tiers, guard, dns, own],
    comments: saying(
      [guard, 'What nobody may do, whatever the tiers behind allow'],
      [dns, 'What everybody may do'],
      [own, `What ${namespace} needs; add rules here`],
    ),
    caveats: [
      'The security and platform policies are for every pod of the cluster.',
      `Tier application ends in a denial: Kubernetes NetworkPolicies of ${namespace} come behind it and are no longer asked.`,
    ],
  };
}

function kubernetesTiers(options: TemplateOptions): Made {
  const { namespace, staged } = options;
  const guard = forCluster('no-cloud-metadata', 10, [
    { ...anyRule('deny'), dest: { ...ANY_PEER, nets: METADATA_SERVICES }, written: 0, name: 'metadata' },
  ]);
  const dns = forCluster(
    'allow-dns',
    100,
    dnsRules({ ...options, namespace: '' }).map((rule) => ({ ...rule, name: 'dns' })),
  );
  const names = dnsRules(options);
  const within = withinRules(options, names);
  const own = inNamespace(options, 'within-namespace', {
    ingress: within.ingress,
    egress: [...names, ...within.egress],
  });
  return {
    title: THREE_TIERS,
    does: `ClusterNetworkPolicies of the Admin tier say what nobody and what everybody may do; behind them each namespace says what it needs: ${namespace} begins with itself alone.`,
    objects: staged ? [own] : [guard, dns, own],
    comments: saying(
      [guard, 'What nobody may do, whatever namespaces allow'],
      [dns, 'What everybody may do'],
      [own, `What ${namespace} needs; add rules here`],
    ),
    caveats: [
      staged
        ? 'ClusterNetworkPolicies cannot be staged, so the two of this template are left out.'
        : 'The network plugin must know ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2); its two policies are for every pod of the cluster.',
      beside(options),
    ],
  };
}

function inScope(options: TemplateOptions): Made {
  const all = [...new Set([options.namespace, ...(options.namespaces ?? [])])].sort();
  const list = all.join(', ');
  const about = {
    title: `Namespaces in scope: ${list}`,
    does: `Pods in ${list} talk to each other, and to DNS, and to nobody else. What else they need is to be listed as a rule.`,
  };
  const more =
    'List every system that they have to reach or be reached by, such as a payment provider, as a rule of its own.';
  if (options.dialect === 'kubernetes') {
    const selector = namespacesSelected({
      matchLabels: {},
      matchExpressions: [{ key: NAMESPACE_NAME, operator: 'In', values: all }],
    });
    const each: Peer = { ...ANY_PEER, selector: OF_KUBERNETES, namespaceSelector: selector };
    const policies = all.map((namespace) => {
      const egress = dnsRules({ ...options, namespace });
      return inNamespace({ ...options, namespace }, 'in-scope', {
        ingress: [{ ...anyRule('allow'), source: each, written: 0 }],
        egress: [...egress, { ...anyRule('allow'), dest: each, written: 1 }],
      });
    });
    return {
      ...about,
      objects: policies,
      comments: saying(
        ...policies.flatMap(({ ingress, egress }) => [
          [ingress[0], 'All that is in scope'] as const,
          [egress[0], 'Names'] as const,
          [egress[2], 'All that is in scope'] as const,
        ]),
      ),
      caveats: [more, beside(options)],
    };
  }
  const selector: Selector = { op: 'in', key: 'projectcalico.org/name', values: all };
  const each: Peer = { ...ANY_PEER, namespaceSelector: selector };
  const tier: Tier = { name: 'in-scope', order: 150, defaultAction: 'deny' };
  const names = dnsRules({ ...options, namespace: '' }).map((rule): Rule => ({ ...rule, action: 'pass' }));
  const policy: Policy = {
    ...forAll(options.staged, 'in-scope.boundary', tier.name, []),
    namespaceSelector: selector,
    types: ['ingress', 'egress'],
    ingress: [{ ...anyRule('pass'), source: each }],
    egress: [...names, { ...anyRule('pass'), dest: each }],
  };
  return {
    ...about,
    objects: [tier, policy],
    comments: saying(
      [policy.ingress[0], 'All that is in scope'],
      [policy.egress[0], 'Names'],
      [policy.egress[2], 'All that is in scope'],
    ),
    caveats: [
      more,
      'What stays within is passed on: policies of the tiers behind can still deny it. What crosses the boundary is denied here, whatever they allow.',
    ],
  };
}

function beside({ dialect }: TemplateOptions): string {
  return dialect === 'kubernetes'
    ? 'Kubernetes policies add up: what another one allows these pods stays allowed.'
    : 'What another policy of tier default allows these pods stays allowed.';
}

function saying(
  ...said: readonly (readonly [object: Policy | Rule | undefined, text: string])[]
): Made['comments'] {
  return new Map(said.flatMap(([object, text]) => (object === undefined ? [] : [[object, [text]] as const])));
}
