import type { Finding, Scenario } from '../scenario.js';
import type { World } from '../world.js';
import { calicoPolicy } from '../write-policy.js';
import { SHOP_WORLD } from './shop-world.js';

const STAGED = -6 * 60_000;

/** Allows the callers that came to mind, and forgets two. */
const LOCKDOWN = calicoPolicy({
  kind: 'StagedNetworkPolicy',
  namespace: 'data',
  name: 'lockdown-data',
  tier: 'security',
  order: 100,
  selector: 'all()',
  ingress: [
    {
      action: 'allow',
      protocol: 'tcp',
      from: { selector: "app == 'checkoutservice'", namespaceSelector: "projectcalico.org/name == 'shop'" },
      ports: [5432],
    },
    {
      action: 'allow',
      protocol: 'tcp',
      from: {
        selector: "app in {'ledger', 'reconciler'}",
        namespaceSelector: "projectcalico.org/name == 'payments'",
      },
      ports: [5432],
    },
    { action: 'allow', protocol: 'tcp', from: { selector: "app == 'db-backup'" }, ports: [5432] },
  ],
});

function stage(world: World): World {
  return { ...world, policies: [...world.policies, LOCKDOWN] };
}

function finding(source: string, port: number): Finding {
  return {
    kind: 'would-be-denied',
    source,
    dest: 'data/orders-db',
    port,
    protocol: 'tcp',
    policy: { tier: 'security', namespace: 'data', name: 'lockdown-data' },
    since: STAGED,
  };
}

export const STAGED_LOCKDOWN: Scenario = {
  name: 'staged-lockdown',
  title: 'A lockdown of the databases, staged',
  story:
    'Everything is allowed today. Once the staged policy lockdown-data (tier security) is enforced, two callers ' +
    'it forgot lose data/orders-db: emailservice (tcp 5432) and the Prometheus scrape (tcp 9187).',
  world: SHOP_WORLD,
  events: [{ at: STAGED, title: 'data/lockdown-data is staged', change: stage }],
  findings: [finding('shop/emailservice', 5432), finding('monitoring/prometheus', 9187)],
};
