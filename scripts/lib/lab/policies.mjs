import { ATTACKER, CHECKOUT, DB, FRONTEND, LOADGEN, PAYMENTS } from './cluster.mjs';

/**
 * The policies of the lab's cluster, one entry for each end that a policy selects.
 *
 * @typedef {'allow' | 'deny' | 'pass'} Action
 * @typedef {{ action: Action, match: string }} Rule `match` as iptables spells it
 * @typedef {{ id: string, kind: import('@vibrissa/model').PolicyKind, tier: string, namespace: string, name: string, rules: readonly Rule[] }} Policy
 *   `id` is how Felix writes the policy into a log prefix: kind/namespace/name, and before Calico 3.31 or so
 *   namespace/tier.name, or tier.name for a global one. Both are in use here.
 * @typedef {{ pod: import('./cluster.mjs').Pod, direction: 'ingress' | 'egress', policies: readonly Policy[] }} Guard
 */

const TCP = '-p tcp -m tcp';
const UDP = '-p udp -m udp';

/** The ports outside that `security.strange-ports` denies. */
export const STRANGE_TCP = 4444;
export const STRANGE_UDP = 9999;

/** @type {Policy} */
export const QUARANTINE = {
  id: 'security.quarantine',
  kind: 'GlobalNetworkPolicy',
  tier: 'security',
  namespace: '',
  name: 'quarantine',
  rules: [
    { action: 'deny', match: `-s ${ATTACKER.ip}/32` },
    { action: 'pass', match: '' },
  ],
};

/** @type {Policy} */
export const STRANGE_PORTS = {
  id: 'security.strange-ports',
  kind: 'GlobalNetworkPolicy',
  tier: 'security',
  namespace: '',
  name: 'strange-ports',
  rules: [
    { action: 'deny', match: `${TCP} --dport ${STRANGE_TCP}` },
    { action: 'deny', match: `${UDP} --dport ${STRANGE_UDP}` },
    { action: 'pass', match: '' },
  ],
};

/** @type {Policy} */
export const DB_CLIENTS = {
  id: 'data/default.db-clients',
  kind: 'CalicoNetworkPolicy',
  tier: 'default',
  namespace: 'data',
  name: 'db-clients',
  rules: [{ action: 'allow', match: `-s ${CHECKOUT.ip}/32 ${TCP} --dport 5432` }],
};

/** @type {Policy} */
export const FRONTEND_CLIENTS = {
  id: 'shop/knp.default.frontend',
  kind: 'NetworkPolicy',
  tier: 'default',
  namespace: 'shop',
  name: 'frontend',
  rules: [{ action: 'allow', match: `-s ${LOADGEN.ip}/32 ${TCP} --dport 8080` }],
};

/** @type {Policy} */
export const CHECKOUT_CLIENTS = {
  id: 'np/shop/checkout',
  kind: 'CalicoNetworkPolicy',
  tier: 'default',
  namespace: 'shop',
  name: 'checkout',
  rules: [{ action: 'allow', match: `-s ${FRONTEND.ip}/32 ${TCP} --dport 8080` }],
};

/** @type {Policy} */
export const CHECKOUT_NEEDS = {
  id: 'np/shop/checkout-needs',
  kind: 'CalicoNetworkPolicy',
  tier: 'default',
  namespace: 'shop',
  name: 'checkout-needs',
  rules: [
    { action: 'allow', match: `-d ${DB.ip}/32 ${TCP} --dport 5432` },
    { action: 'allow', match: `-d ${PAYMENTS.ip}/32 ${TCP} --dport 443` },
  ],
};

/** @type {readonly Guard[]} */
export const GUARDS = [
  { pod: DB, direction: 'ingress', policies: [QUARANTINE, DB_CLIENTS] },
  { pod: FRONTEND, direction: 'ingress', policies: [FRONTEND_CLIENTS] },
  { pod: CHECKOUT, direction: 'ingress', policies: [CHECKOUT_CLIENTS] },
  { pod: CHECKOUT, direction: 'egress', policies: [CHECKOUT_NEEDS] },
  { pod: ATTACKER, direction: 'egress', policies: [STRANGE_PORTS] },
];
