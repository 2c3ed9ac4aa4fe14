import type { FlowGroup } from '@vibrissa/model';
import { parseAllDocuments } from 'yaml';
import { type Cluster, EMPTY_CLUSTER } from '../cluster.js';
import { learn } from '../recommend.js';
import type { LearnOptions, Recommendation } from '../recommendation.js';
import { line, NOW, pods } from './learned-lines.js';

const OPTIONS: LearnOptions = {
  namespace: 'shop',
  workload: 'cart',
  dialect: 'kubernetes',
  staged: false,
  includeDenied: false,
  tier: 'default',
  now: NOW,
};

/** What is recommended of these lines, for the cart in namespace shop unless said. */
export function learned(
  lines: readonly FlowGroup[],
  options: Partial<LearnOptions> = {},
  cluster: Cluster = EMPTY_CLUSTER,
): readonly Recommendation[] {
  const reducer = learn({ ...OPTIONS, ...options }, cluster);
  reducer.add(lines);
  return reducer.result();
}

/** What is recommended for the cart. */
export function one(
  lines: readonly FlowGroup[],
  options: Partial<LearnOptions> = {},
  cluster: Cluster = EMPTY_CLUSTER,
): Recommendation {
  const [found] = learned(lines, options, cluster);
  if (found === undefined) throw new Error('nothing was recommended');
  return found;
}

/** The last document: the policy itself. */
export function spec({ yaml }: Recommendation): unknown {
  const documents = parseAllDocuments(yaml).map((document) => document.toJS() as unknown);
  return (documents.at(-1) as { spec: unknown }).spec;
}

export const CART = pods('shop', 'cart');
export const WEB = pods('shop', 'web');
export const LEDGER = pods('payments', 'ledger');
export const DNS = pods('kube-system', 'coredns');
export const ASKS_DNS = line({
  source: CART,
  dest: DNS,
  port: 53,
  protocol: 'udp',
  destLabels: ['k8s-app=kube-dns'],
});

export const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'TCP', port: 53 },
    { protocol: 'UDP', port: 53 },
  ],
};
