import { NO_EVIDENCE } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from './calico-selector.js';
import { type Connection, outsideParty, type Party, podParty } from './connection.js';
import { effectivePolicySelector } from './effective-selector.js';
import { decideConnection, decideSide, evaluateConnection, evaluateSide } from './evaluate.js';
import { explain } from './explain.js';
import { policy, rule } from './fixtures.js';
import { matchParty } from './match-labels.js';
import { ANY_PEER, anyRule, DIRECTIONS, type Peer, type Policy, type Rule, type Tier } from './policy.js';
import { PolicySet } from './policy-set.js';
import { stagedApplied } from './staged.js';
import { sideSteps } from './steps.js';

const TIERS: readonly Tier[] = [
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

const policies = fc.array(onePolicy, { maxLength: 6 });

const pod: fc.Arbitrary<Party> = fc
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

const connections: fc.Arbitrary<Connection> = fc.record({
  source: end,
  dest: end,
  port: fc.constantFrom(80, 443, 8500, 1),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  sourcePort: fc.constantFrom(80, 443, 40_000),
});

/** The same end with a fact or two taken away. */
function forgetful(party: Party, what: readonly string[]): Party {
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

const forgotten = fc.subarray(['ip', 'ports', 'labels', 'app', 'own', 'namespace'], { maxLength: 2 });

describe('properties of evaluation', () => {
  it('an allow rule more never denies what was allowed', () => {
    fc.assert(
      fc.property(policies, connections, fc.nat(5), fc.nat(3), (list, connection, at, place) => {
        const extra = { ...anyRule('allow'), protocol: 'tcp' };
        const more = list.map((given, index) => {
          if (index !== at) return given;
          const insert = (before: readonly Rule[]) => [
            ...before.slice(0, place),
            extra,
            ...before.slice(place),
          ];
          return { ...given, ingress: insert(given.ingress), egress: insert(given.egress) };
        });
        for (const direction of DIRECTIONS) {
          const before = decideSide(new PolicySet(TIERS, list), connection, direction);
          const after = decideSide(new PolicySet(TIERS, more), connection, direction);
          if (before.verdict === 'allow') expect(after.verdict).toBe('allow');
          if (before.pending === 'allow') expect(after.pending).toBe('allow');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('what is known to be so stays so, whatever the missing facts turn out to be', () => {
    fc.assert(
      fc.property(
        policies,
        connections,
        forgotten,
        forgotten,
        fc.boolean(),
        (list, full, a, b, noProtocol) => {
          const set = new PolicySet(TIERS, list);
          const less: Connection = {
            ...full,
            source: forgetful(full.source, a),
            dest: forgetful(full.dest, b),
            ...(noProtocol ? { protocol: '', sourcePort: 0 } : {}),
          };
          const truth = decideConnection(set, full);
          const told = decideConnection(set, less);
          if (told.verdict !== 'unknown') expect(told.verdict).toBe(truth.verdict);
          if (told.pending !== 'unknown') expect(told.pending).toBe(truth.pending);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('nothing is unknown when every fact is known, and the trace ends with the verdict', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const set = new PolicySet(TIERS, list);
        const found = evaluateConnection(set, connection);
        const { verdict, pending } = found;
        expect(decideConnection(set, connection)).toEqual({ verdict, pending });
        for (const side of [found.source, found.dest]) {
          if (side === null) continue;
          expect(side.trace.enforced.at(-1)?.action).toBe(side.verdict);
          expect(side.trace.pending.at(-1)?.action).toBe(side.pending);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('enforcing staged policies where there are none changes nothing', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const enforced = list.filter(({ kind }) => !kind.startsWith('Staged'));
        const distinct = [...new Map(enforced.map((one) => [`${one.kind} ${one.name}`, one])).values()];
        const set = new PolicySet(TIERS, distinct);
        const found = decideConnection(set, connection);
        expect(found.pending).toBe(found.verdict);
        expect(stagedApplied(distinct)).toEqual(distinct);
        expect(decideConnection(set.afterStaging(), connection)).toEqual(found);
      }),
      { numRuns: 300 },
    );
  });

  it('the steps come to the verdict and give no other reasons than matching did', () => {
    fc.assert(
      fc.property(policies, connections, forgotten, (list, full, a) => {
        const connection = { ...full, source: forgetful(full.source, a) };
        const set = new PolicySet(TIERS, list);
        for (const direction of DIRECTIONS) {
          const side = evaluateSide(set, connection, direction);
          for (const which of ['enforced', 'pending'] as const) {
            const steps = sideSteps(set, connection, direction, which);
            expect(steps.verdict).toBe(which === 'enforced' ? side.verdict : side.pending);
            if (side.trace[which].length > 0) {
              expect(steps.cannotTell).toEqual([]);
              const tiers = steps.tiers.filter(({ outcome }) => outcome !== 'skipped');
              const hits = side.trace[which].filter(({ kind }) => kind !== 'Profile');
              expect(tiers.map(({ outcome }) => outcome)).toEqual(hits.map(({ action }) => action));
              expect(tiers.map(({ tier }) => tier.name)).toEqual(hits.map(({ tier }) => tier));
            } else if (steps.verdict === 'unknown' && side !== null && connection.dest.labels !== undefined) {
              const governed = direction === 'egress' ? connection.source : connection.dest;
              if (governed.labels !== undefined) expect(steps.cannotTell.length).toBeGreaterThan(0);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('explaining a report of what was evaluated comes to the same verdict by the same rule', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const found = evaluateConnection(new PolicySet(TIERS, list), connection);
        const reports = (
          [
            ['src', found.source],
            ['dst', found.dest],
          ] as const
        ).flatMap(([reporter, side]) =>
          side === null ? [] : [{ ...side.trace, reporter, verdict: side.verdict, side }],
        );
        const nobody = { kind: 'workload', namespace: 'shop', name: 'web', address: '' } as const;
        const told = explain({
          source: nobody,
          dest: { ...nobody, name: 'db' },
          port: connection.port,
          protocol: connection.protocol,
          flows: reports.map(({ side: _, ...report }) => ({
            ...report,
            sourceLabels: null,
            destLabels: null,
            evidence: NO_EVIDENCE,
          })),
        });
        expect(told.sides.map(({ verdict, pending }) => [verdict, pending])).toEqual(
          reports.map(({ side }) => [side.verdict, side.pending]),
        );
        for (const { enforced, verdict } of told.sides) {
          expect(enforced.filter(({ decided }) => decided).map(({ action }) => action)).toEqual([verdict]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the index finds every policy that selects an end, in order', () => {
    fc.assert(
      fc.property(policies, pod, forgotten, (list, whole, what) => {
        const party = forgetful(whole, what);
        const set = new PolicySet(TIERS, list);
        const expected = set.policies.filter(
          (one) => one.types.includes('ingress') && matchParty(effectivePolicySelector(one), party) !== 'no',
        );
        const found = set.governs(party, 'ingress').pending.flatMap((tier) => tier.policies);
        expect(found.map(({ compiled }) => compiled.policy)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a rule that only logs', () => {
  it('never changes a verdict', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const logged = list.map((one) => ({
          ...one,
          ingress: [rule('log'), ...one.ingress],
          egress: [rule('log'), ...one.egress],
        }));
        expect(decideConnection(new PolicySet(TIERS, logged), connection)).toEqual(
          decideConnection(new PolicySet(TIERS, list), connection),
        );
      }),
    );
  });
});
