import type { Finding, Scenario } from '../scenario.js';
import type { Pattern, World } from '../world.js';
import { network } from './shop-cluster.js';
import { pattern, toService } from './shop-traffic.js';
import { SHOP_WORLD } from './shop-world.js';

const BREACH = -4 * 60_000;
const SCAN = BREACH + 40_000;
const INTRUDER = 'shop/recommendationservice';

const SCANNED: readonly (readonly [dest: string, ports: readonly number[]])[] = [
  ['shop/redis-cart', [22, 6379]],
  ['shop/paymentservice', [22, 50051]],
  ['shop/cartservice', [22, 7070]],
  ['payments/card-vault', [22, 8200]],
];

function scan(dest: string, port: number): Pattern {
  return pattern(INTRUDER, dest, port, 14, [0, 0], {
    begins: SCAN,
    reportMs: 5000,
    bursts: { everyMs: 10 * 60_000, lengthMs: 45_000 },
  });
}

function breakIn(world: World): World {
  return {
    ...world,
    outside: [...world.outside, network('drop-point', 'cdn-metrics.example.net', ['203.0.113.66'])],
    patterns: [
      ...world.patterns,
      pattern(INTRUDER, 'drop-point', 443, 24, [24_000, 900], {
        begins: BREACH,
        growth: 0.9,
        reportMs: 5000,
      }),
      // Data also leaks in the names it asks for.
      toService(INTRUDER, 'kube-system/coredns', 53, 'dns-tcp', 18, [310, 180], {
        begins: BREACH,
        name: 'kube-dns',
      }),
      ...SCANNED.flatMap(([dest, ports]) => ports.map((port) => scan(dest, port))),
    ],
  };
}

function deniedScan(dest: string, port: number): Finding {
  const inPayments = dest.startsWith('payments/');
  const app = dest.slice('shop/'.length);
  return {
    kind: 'denied',
    source: INTRUDER,
    dest,
    port,
    protocol: 'tcp',
    // The end of a tier is put down to the last policy that governs the pod; at equal order that goes by name.
    policy: inPayments
      ? { tier: 'security', namespace: 'payments', name: 'default-deny' }
      : { tier: 'default', namespace: 'shop', name: app > 'deny-all' ? app : 'deny-all' },
    since: SCAN,
  };
}

export const SUPPLY_CHAIN: Scenario = {
  name: 'supply-chain',
  title: 'A poisoned dependency phones out',
  story:
    'Since four minutes recommendationservice sends ever more to cdn-metrics.example.net (203.0.113.66), an address ' +
    'nothing called before; it also tried ports of its neighbours, which policy denied.',
  world: SHOP_WORLD,
  events: [{ at: BREACH, title: 'shop/recommendationservice runs a poisoned dependency', change: breakIn }],
  findings: [
    {
      kind: 'new-destination',
      source: INTRUDER,
      dest: 'cdn-metrics.example.net',
      port: 443,
      protocol: 'tcp',
      policy: null,
      since: BREACH,
    },
    ...SCANNED.flatMap(([dest, ports]) => ports.map((port) => deniedScan(dest, port))),
  ],
};
