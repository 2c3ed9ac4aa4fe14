import type { Namespace, OutsideHost, Workload } from '../world.js';

export const SHOP_NODES: readonly string[] = ['worker-1', 'worker-2', 'worker-3', 'worker-4'];

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Namespace {
  return { name, labels: { 'kubernetes.io/metadata.name': name, 'projectcalico.org/name': name, ...labels } };
}

export const SHOP_NAMESPACES: readonly Namespace[] = [
  namespace('shop', { team: 'storefront' }),
  namespace('loadgen', { team: 'storefront' }),
  namespace('payments', { team: 'payments', compliance: 'pci' }),
  namespace('data', { team: 'data' }),
  namespace('kube-system'),
  namespace('monitoring', { team: 'platform' }),
  namespace('ingress-nginx', { team: 'platform' }),
];

function deployment(
  space: string,
  name: string,
  hash: string,
  replicas: number,
  labels: Readonly<Record<string, string>> = { app: name },
): Workload {
  return { namespace: space, name, hash, replicas, labels, controller: 'deployment' };
}

function statefulSet(space: string, name: string, replicas = 1): Workload {
  return { namespace: space, name, hash: '', replicas, labels: { app: name }, controller: 'stateful-set' };
}

function daemonSet(space: string, name: string): Workload {
  return { namespace: space, name, hash: '', replicas: 0, labels: { app: name }, controller: 'daemon-set' };
}

/** Online Boutique as it ships, and around it the things a cluster has. */
export const SHOP_WORKLOADS: readonly Workload[] = [
  deployment('shop', 'adservice', '6c7d9b5f48', 1),
  deployment('shop', 'cartservice', '7b8c6d5f9d', 2),
  deployment('shop', 'checkoutservice', '5f6c8d9b77', 2, { app: 'checkoutservice', version: 'v1' }),
  deployment('shop', 'currencyservice', '6d4f9c7b85', 2),
  deployment('shop', 'emailservice', '75c9d6b4f8', 1),
  deployment('shop', 'frontend', '7d9f5c8b6d', 3),
  deployment('shop', 'paymentservice', '58b7c4d6f9', 1),
  deployment('shop', 'productcatalogservice', '94d6f7c5b', 2),
  deployment('shop', 'recommendationservice', '6b8f7d9c54', 1),
  deployment('shop', 'redis-cart', '76b9545755', 1),
  deployment('shop', 'shippingservice', '8d4c9f6b7', 1),
  deployment('loadgen', 'loadgenerator', '5c9f7b6d84', 1),
  deployment('payments', 'ledger', '7f6d8c9b45', 2),
  deployment('payments', 'card-vault', '65b8d7f9c4', 1),
  deployment('payments', 'reconciler', '9c7b6f5d8', 1),
  statefulSet('data', 'orders-db'),
  statefulSet('data', 'ledger-db'),
  deployment('data', 'db-backup', '8f5c7d6b94', 1),
  deployment('kube-system', 'coredns', '5d78c9869d', 2, { 'k8s-app': 'kube-dns' }),
  deployment('kube-system', 'metrics-server', '6f9c8b7d54', 1, { 'k8s-app': 'metrics-server' }),
  statefulSet('monitoring', 'prometheus'),
  statefulSet('monitoring', 'alertmanager'),
  statefulSet('monitoring', 'loki'),
  deployment('monitoring', 'grafana', '84f6c9d7b5', 1),
  deployment('monitoring', 'kube-state-metrics', '4b9d7c8f65', 1),
  daemonSet('monitoring', 'node-exporter'),
  daemonSet('monitoring', 'fluent-bit'),
  deployment('ingress-nginx', 'controller', '7c5d8b9f64', 2, { 'app.kubernetes.io/name': 'ingress-nginx' }),
];

export function network(id: string, dnsName: string, ips: readonly string[], name = 'pub'): OutsideHost {
  return { id, kind: 'network', namespace: '', name, labels: {}, dnsName, ips };
}

/** All addresses are of the ranges set aside for documentation, or of the cluster's own network. */
export const SHOP_OUTSIDE: readonly OutsideHost[] = [
  network('clients', '', ['203.0.113.20', '203.0.113.87', '198.51.100.140']),
  network('card-acquirer', 'api.acquirer.example.com', ['192.0.2.40', '192.0.2.41']),
  network('mail-relay', 'smtp.example.com', ['198.51.100.25']),
  network('exchange-rates', 'rates.example.org', ['203.0.113.10']),
  network('parcel-carrier', 'api.parcel.example.org', ['192.0.2.77']),
  network('ad-exchange', 'bids.example.net', ['2001:db8:40::ad']),
  network('object-storage', 'backups.storage.example.net', ['198.51.100.200']),
  network('page-images', 'images.example.com', ['192.0.2.120']),
  network('alert-pager', 'events.pager.example.com', ['198.51.100.61']),
  network('upstream-dns', '', ['192.0.2.53']),
  network('api-server', '', ['10.0.0.10'], 'pvt'),
  {
    id: 'payments/bank-gateways',
    kind: 'network-set',
    namespace: 'payments',
    name: 'bank-gateways',
    labels: { role: 'bank' },
    dnsName: 'settle.bank.example.com',
    ips: ['198.51.100.66', '198.51.100.67'],
  },
];
