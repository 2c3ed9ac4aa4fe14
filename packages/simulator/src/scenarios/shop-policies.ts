import type { Policy, Tier } from '@vibrissa/policy';
import { calicoPolicy, kubernetesPolicy, type RuleWords } from '../write-policy.js';

export const SHOP_TIERS: readonly Tier[] = [
  { name: 'platform', order: 100, defaultAction: 'pass' },
  { name: 'security', order: 200, defaultAction: 'deny' },
];

const KUBE_DNS = {
  selector: "k8s-app == 'kube-dns'",
  namespaceSelector: "projectcalico.org/name == 'kube-system'",
};

const PROMETHEUS = {
  selector: "app == 'prometheus'",
  namespaceSelector: "projectcalico.org/name == 'monitoring'",
};

function dns(peer: Pick<RuleWords, 'to' | 'from'>): readonly RuleWords[] {
  return [
    { action: 'allow', protocol: 'udp', ports: [53], ...peer },
    { action: 'allow', protocol: 'tcp', ports: [53], ...peer },
  ];
}

/** What the platform team lets everyone do, whatever the teams say. */
const PLATFORM: readonly Policy[] = [
  calicoPolicy({
    kind: 'GlobalNetworkPolicy',
    name: 'allow-dns',
    tier: 'platform',
    order: 10,
    selector: 'all()',
    namespaceSelector: 'all()',
    egress: dns({ to: KUBE_DNS }),
  }),
  calicoPolicy({
    kind: 'GlobalNetworkPolicy',
    name: 'serve-dns',
    tier: 'platform',
    order: 20,
    selector: "k8s-app == 'kube-dns'",
    namespaceSelector: "projectcalico.org/name == 'kube-system'",
    ingress: dns({ from: { namespaceSelector: 'all()' } }),
  }),
  calicoPolicy({
    kind: 'GlobalNetworkPolicy',
    name: 'allow-scrape',
    tier: 'platform',
    order: 30,
    selector: 'all()',
    namespaceSelector: "projectcalico.org/name in {'payments', 'shop'}",
    ingress: [{ action: 'allow', protocol: 'tcp', from: PROMETHEUS, ports: [9102] }],
  }),
];

/** The security team's: what must never happen, and who may reach payments. */
const SECURITY: readonly Policy[] = [
  calicoPolicy({
    kind: 'GlobalNetworkPolicy',
    name: 'block-metadata',
    tier: 'security',
    order: 10,
    selector: 'all()',
    namespaceSelector: 'all()',
    egress: [{ action: 'deny', to: { nets: ['169.254.169.254/32'] } }, { action: 'pass' }],
  }),
  calicoPolicy({
    kind: 'CalicoNetworkPolicy',
    namespace: 'payments',
    name: 'ledger-access',
    tier: 'security',
    order: 100,
    selector: "app == 'ledger'",
    ingress: [
      {
        action: 'allow',
        protocol: 'tcp',
        from: {
          selector: "app == 'checkoutservice'",
          namespaceSelector: "projectcalico.org/name == 'shop'",
        },
        ports: [8080],
      },
      { action: 'allow', protocol: 'tcp', from: { selector: "app == 'reconciler'" }, ports: [8080] },
    ],
  }),
  calicoPolicy({
    kind: 'CalicoNetworkPolicy',
    namespace: 'payments',
    name: 'vault-access',
    tier: 'security',
    order: 110,
    selector: "app == 'card-vault'",
    ingress: [{ action: 'allow', protocol: 'tcp', from: { selector: "app == 'ledger'" }, ports: [8200] }],
  }),
  calicoPolicy({
    kind: 'CalicoNetworkPolicy',
    namespace: 'payments',
    name: 'default-deny',
    tier: 'security',
    order: 1000,
    selector: 'all()',
    ingress: [],
  }),
];

function shop(app: string, port: number, apps: readonly string[]): Policy {
  return kubernetesPolicy({ namespace: 'shop', name: app, app, ingress: { apps, port }, egress: 'any' });
}

/** Online Boutique's own, as it ships them. */
const ONLINE_BOUTIQUE: readonly Policy[] = [
  kubernetesPolicy({ namespace: 'shop', name: 'deny-all', ingress: 'none', egress: 'none' }),
  kubernetesPolicy({ namespace: 'shop', name: 'frontend', app: 'frontend', ingress: 'any', egress: 'any' }),
  kubernetesPolicy({ namespace: 'loadgen', name: 'loadgenerator', app: 'loadgenerator', egress: 'any' }),
  shop('adservice', 9555, ['frontend']),
  shop('cartservice', 7070, ['frontend', 'checkoutservice']),
  shop('checkoutservice', 5050, ['frontend']),
  shop('currencyservice', 7000, ['frontend', 'checkoutservice']),
  shop('emailservice', 8080, ['checkoutservice']),
  shop('paymentservice', 50051, ['checkoutservice']),
  shop('productcatalogservice', 3550, ['frontend', 'checkoutservice', 'recommendationservice']),
  shop('recommendationservice', 8080, ['frontend']),
  shop('redis-cart', 6379, ['cartservice']),
  shop('shippingservice', 50051, ['frontend', 'checkoutservice']),
];

export const SHOP_POLICIES: readonly Policy[] = [...PLATFORM, ...SECURITY, ...ONLINE_BOUTIQUE];
