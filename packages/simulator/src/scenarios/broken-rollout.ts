import type { Scenario } from '../scenario.js';
import type { Pattern, World } from '../world.js';
import { SHOP_WORLD } from './shop-world.js';

const ROLLOUT = -4 * 60_000;

/** Version 2 calls the ledger over TLS, on a port that the ledger's policy does not know. */
function rollOut(world: World): World {
  return {
    ...world,
    workloads: world.workloads.map((workload) =>
      workload.namespace === 'shop' && workload.name === 'checkoutservice'
        ? { ...workload, hash: 'b5d8f7c69', labels: { ...workload.labels, version: 'v2' } }
        : workload,
    ),
    patterns: world.patterns.map(afterRollout),
  };
}

function afterRollout(pattern: Pattern): Pattern {
  if (pattern.source !== 'shop/checkoutservice') return pattern;
  if (pattern.dest === 'payments/ledger') {
    return {
      ...pattern,
      port: 8443,
      service: { namespace: 'payments', name: 'ledger', portName: 'https', port: 443 },
      // Each order is tried again and again, and the failures are reported at once.
      perMinute: pattern.perMinute * 3,
      reportMs: 5000,
    };
  }
  // An order that was not booked is neither confirmed nor shipped.
  const afterBooking = pattern.dest === 'shop/emailservice' || pattern.dest === 'data/orders-db';
  return afterBooking ? { ...pattern, perMinute: pattern.perMinute * 0.1 } : pattern;
}

export const BROKEN_ROLLOUT: Scenario = {
  name: 'broken-rollout',
  title: 'A rollout that broke the checkout',
  story:
    'Orders fail since checkoutservice v2 was rolled out: it calls payments/ledger on tcp 8443, ' +
    'but ledger-access (tier security) only allows 8080, so default-deny ends the tier with a denial.',
  world: SHOP_WORLD,
  events: [{ at: ROLLOUT, title: 'shop/checkoutservice v2 is rolled out', change: rollOut }],
  findings: [
    {
      kind: 'denied',
      source: 'shop/checkoutservice',
      dest: 'payments/ledger',
      port: 8443,
      protocol: 'tcp',
      policy: { tier: 'security', namespace: 'payments', name: 'default-deny' },
      since: ROLLOUT,
    },
  ],
};
