import fc from 'fast-check';
import { parseSelector } from '../calico-selector.js';
import { type Connection, outsideParty, type Party, podParty } from '../connection.js';
import { policy } from '../fixtures.js';
import { ANY_PEER, DIRECTIONS, type Peer, type Policy, type Rule, type Tier } from '../policy.js';

/** Policies, pods and connections for properties: few values of each, so that they meet often. */
export const TIERS: readonly Tier[] = [
  { name: 'security', order: 10, defaultAction: 'deny' },
  { name: 'platform', order: 20, defaultAction: 'pass' },
];

const selector = fc
  .constantFrom(
    ...['all()', "app == 'web'", "app != 'web'", "app in {'db', 'cache'}", '!has(app)', 'has(role)'],
    ...["role starts with 'a' || app == 'db'", "!(app == 'db' && has(role))", "app contains 'e'"],
  )
  .map(parseSelector);

const namespaceSelector = fc
  .constantFrom('all()', 'global()', "team == 'red'", "projectcalico.org/name != 'shop'", '!has(team)')
  .map(parseSelector);

const port = fc.oneof(
  fc.constantFrom(80, 443).map((from) => ({ from, to: from })),
  fc.constant({ from: 8000, to: 9000 }),
  fc.constantFrom('http', 'metrics').map((name) => ({ name })),
);

const nets = fc.subarray(['10.0.0.0/8', '10.0.0.2/32', '0.0.0.0/0', 'fd00::/8', '192.0.2.0/24'], {
  maxLength: 2,
});

function orNull<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(value, { nil: null, freq: 2 });
}

const peer: fc.Arbitrary<Peer> = fc.record({
  selector: orNull(selector),
  notSelector: fc.option(selector, { nil: null, freq: 1 }),
  namespaceSelector: orNull(namespaceSelector),
  nets,
  notNets: nets.map((list) => list.slice(0, 1)),
  ports: fc.array(port, { maxLength: 1 }),
  notPorts: fc.constant([]),
});

const anyPeer = fc.oneof({ weight: 2, arbitrary: fc.constant(ANY_PEER) }, { weight: 3, arbitrary: peer });

const rules: fc.Arbitrary<readonly Rule[]> = fc.array(
  fc.record({
    action: fc.constantFrom<Rule['action'][]>('allow', 'deny', 'pass', 'log'),
    protocol: fc.constantFrom('tcp', 'udp', '6', null),
    notProtocol: fc.constantFrom('udp', null, null),
    source: anyPeer,
    dest: anyPeer,
  }),
  { maxLength: 3 },
);

const kinds = fc.constantFrom<Policy['kind'][]>(
  'GlobalNetworkPolicy',
  'CalicoNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedNetworkPolicy',
);

const onePolicy: fc.Arbitrary<Policy> = fc
  .record({
    kind: kinds,
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    tier: fc.constantFrom('security', 'platform', 'default'),
    order: orNull(fc.integer({ min: 0, max: 3 })),
    selector,
    namespaceSelector: orNull(namespaceSelector),
    types: fc.subarray([...DIRECTIONS], { minLength: 1 }),
    ingress: rules,
    egress: rules,
  })
  .map((given) => {
    const namespaced = given.kind === 'CalicoNetworkPolicy' || given.kind === 'StagedNetworkPolicy';
    return policy({
      ...given,
      namespace: namespaced ? 'shop' : '',
      namespaceSelector: namespaced ? null : given.namespaceSelector,
    });
  });

export const policies = fc.array(onePolicy, { maxLength: 6 });

export const pod: fc.Arbitrary<Party> = fc
  .record({
    namespace: fc.constantFrom('shop', 'data'),
    labels: fc.record(
      { app: fc.constantFrom('web', 'db', 'cache'), role: fc.constantFrom('api', 'x') },
      { requiredKeys: [] },
    ),
    namespaceLabels: fc.record({ team: fc.constantFrom('red', 'blue') }, { requiredKeys: [] }),
    ip: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.9.0.1'),
    namedPorts: fc.subarray([
      { name: 'http', port: 80, protocol: 'TCP' },
      { name: 'metrics', port: 8500, protocol: 'TCP' },
    ]),
  })
  .map((facts) => podParty(JSON.parse(JSON.stringify(facts))));

const end = fc.oneof(
  { weight: 3, arbitrary: pod },
  { weight: 1, arbitrary: fc.constantFrom('192.0.2.1', '198.51.100.1').map(outsideParty) },
);

export const connections: fc.Arbitrary<Connection> = fc.record({
  source: end,
  dest: end,
  port: fc.constantFrom(80, 443, 8500, 1),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  sourcePort: fc.constantFrom(80, 443, 40_000),
});

/** The same end with a fact or two taken away. */
export function forgetful(party: Party, what: readonly string[]): Party {
  const { labels } = party;
  const isPod = labels !== undefined && labels !== null;
  let known = party;
  if (what.includes('ip')) known = { ...known, ip: null };
  if (what.includes('ports')) {
    const { namedPorts: _, ...rest } = known;
    known = rest;
  }
  if (isPod && what.includes('labels')) known = { ...known, labels: null };
  else if (isPod && what.includes('app')) {
    const unsure = {
      keys: new Set(['app']),
      own: what.includes('own'),
      namespace: false,
      serviceAccount: false,
    };
    known = { ...known, unsure };
  } else if (isPod && what.includes('namespace')) {
    const rest = new Map([...labels].filter(([key]) => key !== 'pcns.team'));
    const unsure = { keys: new Set<string>(), own: false, namespace: true, serviceAccount: false };
    known = { ...known, labels: rest, unsure };
  }
  return known;
}

export const forgotten = fc.subarray(['ip', 'ports', 'labels', 'app', 'own', 'namespace'], { maxLength: 2 });
