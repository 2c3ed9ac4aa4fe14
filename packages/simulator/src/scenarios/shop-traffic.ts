import type { Pattern, PatternService } from '../world.js';
import { SHOP_WORKLOADS } from './shop-cluster.js';

const REPORT_MS = 15_000;

/** A pattern that has always been there; `more` says what differs. */
export function pattern(
  source: string,
  dest: string,
  port: number,
  perMinute: number,
  bytes: readonly [sent: number, received: number],
  more: Partial<Pattern> = {},
): Pattern {
  const [bytesSent, bytesReceived] = bytes;
  return {
    source,
    dest,
    service: null,
    port,
    protocol: 'tcp',
    perMinute,
    bytesSent,
    bytesReceived,
    connections: 'short',
    reportMs: REPORT_MS,
    begins: null,
    growth: 0,
    bursts: null,
    ...more,
  };
}

/** The same, made to the service that stands before `dest` and is called as it unless said. */
export function toService(
  source: string,
  dest: string,
  port: number,
  portName: string,
  perMinute: number,
  bytes: readonly [sent: number, received: number],
  {
    name,
    port: servicePort,
    ...more
  }: Omit<Partial<Pattern>, 'port'> & { name?: string; port?: number } = {},
): Pattern {
  const [namespace = '', workload = ''] = dest.split('/');
  const service: PatternService = { namespace, name: name ?? workload, portName, port: servicePort ?? port };
  return pattern(source, dest, port, perMinute, bytes, { service, ...more });
}

const KEPT: Pick<Pattern, 'connections'> = { connections: 'kept' };

/** Online Boutique's calls: ports and callers as its manifests and policies have them. */
const SHOP: readonly Pattern[] = [
  toService('shop/frontend', 'shop/adservice', 9555, 'grpc', 180, [180, 420]),
  toService('shop/frontend', 'shop/cartservice', 7070, 'grpc', 240, [220, 380]),
  toService('shop/frontend', 'shop/checkoutservice', 5050, 'grpc', 40, [900, 1400]),
  toService('shop/frontend', 'shop/currencyservice', 7000, 'grpc', 420, [140, 260]),
  toService('shop/frontend', 'shop/productcatalogservice', 3550, 'grpc', 380, [160, 2800]),
  toService('shop/frontend', 'shop/recommendationservice', 8080, 'grpc', 160, [240, 360]),
  toService('shop/frontend', 'shop/shippingservice', 50051, 'grpc', 90, [260, 240]),
  toService('shop/checkoutservice', 'shop/cartservice', 7070, 'grpc', 60, [220, 380]),
  toService('shop/checkoutservice', 'shop/currencyservice', 7000, 'grpc', 120, [140, 260]),
  toService('shop/checkoutservice', 'shop/emailservice', 8080, 'grpc', 36, [1600, 220], { port: 5000 }),
  toService('shop/checkoutservice', 'shop/paymentservice', 50051, 'grpc', 38, [520, 260]),
  toService('shop/checkoutservice', 'shop/productcatalogservice', 3550, 'grpc', 80, [160, 1100]),
  toService('shop/checkoutservice', 'shop/shippingservice', 50051, 'grpc', 50, [260, 240]),
  toService('shop/recommendationservice', 'shop/productcatalogservice', 3550, 'grpc', 160, [140, 5200]),
  toService('shop/cartservice', 'shop/redis-cart', 6379, 'tcp-redis', 300, [190, 310], KEPT),
  toService('loadgen/loadgenerator', 'shop/frontend', 8080, 'http', 220, [620, 18_400], { port: 80 }),
  toService('ingress-nginx/controller', 'shop/frontend', 8080, 'http', 340, [780, 21_500], { port: 80 }),
  pattern('clients', 'ingress-nginx/controller', 443, 340, [1100, 22_800]),
];

const PAYMENTS_AND_DATA: readonly Pattern[] = [
  toService('shop/checkoutservice', 'payments/ledger', 8080, 'http', 38, [640, 320], { port: 80 }),
  toService('payments/reconciler', 'payments/ledger', 8080, 'http', 6, [420, 9800], { port: 80 }),
  toService('payments/ledger', 'payments/card-vault', 8200, 'vault', 40, [380, 260]),
  toService('payments/ledger', 'data/ledger-db', 5432, 'postgres', 120, [560, 1400], KEPT),
  toService('payments/reconciler', 'data/ledger-db', 5432, 'postgres', 10, [320, 22_000]),
  toService('shop/checkoutservice', 'data/orders-db', 5432, 'postgres', 90, [840, 620], KEPT),
  toService('shop/emailservice', 'data/orders-db', 5432, 'postgres', 30, [260, 1900]),
  toService('data/db-backup', 'data/orders-db', 5432, 'postgres', 3, [420, 640_000]),
  toService('data/db-backup', 'data/ledger-db', 5432, 'postgres', 3, [420, 380_000]),
];

const LEAVING: readonly Pattern[] = [
  pattern('shop/paymentservice', 'card-acquirer', 443, 38, [2400, 3100]),
  pattern('shop/emailservice', 'mail-relay', 587, 34, [6200, 900]),
  pattern('shop/currencyservice', 'exchange-rates', 443, 4, [700, 8400]),
  pattern('shop/shippingservice', 'parcel-carrier', 443, 14, [1300, 2600]),
  pattern('shop/adservice', 'ad-exchange', 443, 60, [1500, 4200]),
  pattern('shop/frontend', 'page-images', 443, 24, [600, 46_000]),
  pattern('payments/ledger', 'payments/bank-gateways', 443, 12, [3800, 2200]),
  pattern('data/db-backup', 'object-storage', 443, 4, [720_000, 2100]),
  pattern('monitoring/alertmanager', 'alert-pager', 443, 1, [1800, 700]),
  pattern('kube-system/coredns', 'upstream-dns', 53, 40, [70, 160], { protocol: 'udp' }),
];

const MONITORING: readonly Pattern[] = [
  pattern('monitoring/prometheus', 'monitoring/node-exporter', 9100, 16, [420, 68_000]),
  toService('monitoring/prometheus', 'monitoring/kube-state-metrics', 8080, 'http', 4, [420, 210_000]),
  toService('monitoring/prometheus', 'kube-system/coredns', 9153, 'metrics', 8, [380, 19_000], {
    name: 'kube-dns',
  }),
  pattern('monitoring/prometheus', 'payments/ledger', 9102, 8, [380, 14_000]),
  pattern('monitoring/prometheus', 'payments/card-vault', 9102, 4, [380, 9000]),
  pattern('monitoring/prometheus', 'shop/checkoutservice', 9102, 8, [380, 12_000]),
  pattern('monitoring/prometheus', 'shop/cartservice', 9102, 8, [380, 12_000]),
  pattern('monitoring/prometheus', 'data/orders-db', 9187, 4, [380, 26_000]),
  pattern('monitoring/prometheus', 'ingress-nginx/controller', 10254, 8, [380, 32_000]),
  toService('monitoring/prometheus', 'monitoring/alertmanager', 9093, 'http', 6, [900, 200]),
  toService('monitoring/grafana', 'monitoring/prometheus', 9090, 'http', 30, [820, 12_400]),
  toService('monitoring/grafana', 'monitoring/loki', 3100, 'http', 8, [760, 48_000]),
  toService('monitoring/fluent-bit', 'monitoring/loki', 3100, 'http', 48, [36_000, 210]),
  pattern('kube-system/metrics-server', 'monitoring/node-exporter', 9100, 4, [360, 14_000]),
];

const TO_API_SERVER: readonly Pattern[] = [
  'kube-system/coredns',
  'kube-system/metrics-server',
  'monitoring/prometheus',
  'monitoring/kube-state-metrics',
  'ingress-nginx/controller',
].map((source) =>
  pattern(source, 'api-server', 6443, 12, [900, 5200], {
    ...KEPT,
    service: { namespace: 'default', name: 'kubernetes', portName: 'https', port: 443 },
  }),
);

/** Everyone asks for names. */
const LOOKUPS: readonly Pattern[] = SHOP_WORKLOADS.filter(({ name }) => name !== 'coredns').map(
  ({ namespace, name }, index) =>
    toService(`${namespace}/${name}`, 'kube-system/coredns', 53, 'dns', 12 + ((index * 7) % 30), [74, 142], {
      protocol: 'udp',
      name: 'kube-dns',
    }),
);

export const SHOP_PATTERNS: readonly Pattern[] = [
  ...SHOP,
  ...PAYMENTS_AND_DATA,
  ...LEAVING,
  ...MONITORING,
  ...TO_API_SERVER,
  ...LOOKUPS,
];
