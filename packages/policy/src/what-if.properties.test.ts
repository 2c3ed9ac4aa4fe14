import {
  type Endpoint,
  type Flow,
  type FlowGroup,
  foldFlows,
  millis,
  NO_EVIDENCE,
  NO_TRACE,
  tallyOf,
  UNKNOWN_COUNTERS,
} from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from './calico-selector.js';
import { directionOf } from './change-direction.js';
import type { Cluster, PodObject } from './cluster.js';
import { EMPTY_CLUSTER } from './cluster.js';
import { ClusterIndex } from './cluster-index.js';
import { decideConnection } from './evaluate.js';
import { connectionOf } from './evaluate-flow.js';
import { policy, rule } from './fixtures.js';
import { FlowConnections } from './flow-connections.js';
import { withLabels } from './label-edits.js';
import { ANY_PEER, type Policy, type Rule, type Tier } from './policy.js';
import { edited, type PolicyEdit } from './policy-edit.js';
import { PolicySet } from './policy-set.js';
import type { Rulebook } from './rulebook.js';
import { observedLine, seenConnection } from './seen-connection.js';
import { CHANGE_DIRECTIONS } from './verdict-change.js';
import { whatIf } from './what-if.js';

const TIERS: readonly Tier[] = [{ name: 'security', order: 10, defaultAction: 'pass' }];

function pod(name: string, namespace: string, labels: Record<string, string>, ip: string): PodObject {
  const generateName = name.replace(/[^-]*$/, '');
  const rest = { serviceAccount: '', ports: [], hostNetwork: false, node: 'n', owner: null };
  return { name, namespace, labels, ips: [ip], generateName, ...rest };
}

const CLUSTER: Cluster = {
  ...EMPTY_CLUSTER,
  namespaces: [{ name: 'shop', labels: { team: 'red' } }],
  pods: [
    pod('web-1', 'shop', { app: 'web' }, '10.0.0.1'),
    pod('web-2', 'shop', { app: 'web', role: 'x' }, '10.0.0.2'),
    pod('db-1', 'shop', { app: 'db' }, '10.0.0.3'),
    pod('job-1', 'data', { app: 'job' }, '10.1.0.1'),
  ],
};

const endpoint = fc.constantFrom<Endpoint[]>(
  { kind: 'workload', namespace: 'shop', name: 'web-*', address: '' },
  { kind: 'workload', namespace: 'shop', name: 'db-*', address: '' },
  { kind: 'workload', namespace: 'data', name: 'job-*', address: '' },
  { kind: 'workload', namespace: 'data', name: 'unknown-*', address: '' },
  { kind: 'network', namespace: '', name: 'pub', address: '' },
  { kind: 'network', namespace: '', name: 'pub', address: '192.0.2.7' },
  { kind: 'network-set', namespace: '', name: 'partners', address: '' },
);

const labels = fc.constantFrom(null, ['app=web'], ['app=db', 'role=x'], ['app=job'], []);
const ips = fc.subarray(['10.0.0.1', '10.0.0.2', '10.1.0.1', '192.0.2.9'], { maxLength: 3 });

const line = fc
  .record({
    source: endpoint,
    dest: endpoint,
    port: fc.constantFrom(80, 443, 0),
    protocol: fc.constantFrom('tcp', 'udp', ''),
    observed: fc.constantFrom('allow' as const, 'deny' as const, 'unknown' as const),
    reports: fc.array(fc.record({ sourceLabels: labels, destLabels: labels, sourceIps: ips, destIps: ips }), {
      minLength: 1,
      maxLength: 3,
    }),
    started: fc.integer({ min: 0, max: 9 }),
    at: fc.integer({ min: 1, max: 50 }),
  })
  .map(({ source, dest, port, protocol, observed, reports, started, at }): FlowGroup => {
    const flows = reports.map(
      (report): Flow => ({
        id: 1,
        key: {
          source,
          dest,
          port,
          protocol,
          service: null,
          reporter: 'src',
          verdict: observed,
          trace: NO_TRACE,
        },
        counters: { ...UNKNOWN_COUNTERS, connectionsStarted: started },
        sourceLabels: report.sourceLabels,
        destLabels: report.destLabels,
        evidence: {
          ...NO_EVIDENCE,
          sourceIps: tallyOf(report.sourceIps),
          destIps: tallyOf(report.destIps),
        },
        firstSeen: millis(0),
        lastSeen: millis(at),
      }),
    );
    return foldFlows(1, { source, dest, port, protocol }, flows);
  });

const selector = fc
  .constantFrom('all()', "app == 'web'", "app != 'db'", 'has(role)', "app in {'db', 'job'}", "zone == 'a'")
  .map(parseSelector);

const peer = fc.oneof(
  fc.constant(ANY_PEER),
  selector.map((one) => ({ ...ANY_PEER, selector: one })),
  fc.constantFrom('10.0.0.0/24', '192.0.2.0/24', '10.0.0.1/32').map((net) => ({ ...ANY_PEER, nets: [net] })),
);

const rules: fc.Arbitrary<readonly Rule[]> = fc.array(
  fc.record({
    action: fc.constantFrom<Rule['action'][]>('allow', 'deny', 'pass', 'log'),
    source: peer,
    dest: fc
      .record({ of: peer, port: fc.constantFrom(0, 80, 443) })
      .map(({ of, port }) => ({ ...of, ports: port === 0 ? [] : [{ from: port, to: port }] })),
    protocol: fc.constantFrom('tcp', null),
    notProtocol: fc.constant(null),
  }),
  { maxLength: 3 },
);

const onePolicy: fc.Arbitrary<Policy> = fc
  .record({
    kind: fc.constantFrom('GlobalNetworkPolicy' as const, 'StagedGlobalNetworkPolicy' as const),
    name: fc.constantFrom('a', 'b', 'c'),
    tier: fc.constantFrom('security', 'default'),
    order: fc.constantFrom(1, 2, null),
    selector,
    types: fc.constantFrom(
      ['ingress' as const],
      ['egress' as const],
      ['ingress' as const, 'egress' as const],
    ),
    ingress: rules,
    egress: rules,
  })
  .map((given) => policy(given));

const rulebook: fc.Arbitrary<Rulebook> = fc
  .record({ policies: fc.array(onePolicy, { maxLength: 4 }), known: fc.boolean() })
  .map(({ policies, known }) => ({
    cluster: known ? CLUSTER : EMPTY_CLUSTER,
    tiers: TIERS,
    policies: [...new Map(policies.map((one) => [`${one.kind} ${one.name}`, one])).values()],
    profiles: [],
  }));

const anyEdit: fc.Arbitrary<PolicyEdit> = fc.oneof(
  { weight: 3, arbitrary: onePolicy.map((one): PolicyEdit => ({ op: 'put', policy: one })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('pass' as const, 'deny' as const).map(
      (defaultAction): PolicyEdit => ({
        op: 'put-tier',
        tier: { name: 'security', order: 2_000_000, defaultAction },
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('web', 'job-*', 'unknown').map(
      (workload): PolicyEdit => ({
        op: 'label',
        namespace: workload === 'web' ? 'shop' : 'data',
        workload,
        labels: { app: 'db', zone: 'a' },
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<PolicyEdit>({
      op: 'put-network-set',
      set: { namespace: '', name: 'bad', labels: { zone: 'a' }, nets: ['192.0.2.0/24'] },
    }),
  },
);

const lines = fc.array(line, { minLength: 1, maxLength: 8 });

/** Each side evaluated by itself, with nothing shared and nothing left out. */
function slowly(book: Rulebook, edits: readonly PolicyEdit[], one: FlowGroup) {
  const changed = edited(book, edits);
  const flow = observedLine(seenConnection(one));
  const before = connectionOf(flow, new ClusterIndex(book.cluster));
  const after = connectionOf(withLabels(flow, edits), new ClusterIndex(changed.cluster));
  return {
    before: decideConnection(new PolicySet(book.tiers, book.policies), before).verdict,
    after: decideConnection(new PolicySet(changed.tiers, changed.policies), after).verdict,
  };
}

function ask(book: Rulebook, edits: readonly PolicyEdit[], given: readonly FlowGroup[]) {
  const reducer = whatIf({ rulebook: book, edits, most: 100 });
  for (const one of given) reducer.add([one]);
  return reducer.result();
}

describe('whatIf of any policies and lines', () => {
  it('comes to what evaluating before and after comes to', () => {
    fc.assert(
      fc.property(rulebook, fc.array(anyEdit, { maxLength: 2 }), lines, (book, edits, given) => {
        const counts = { 'newly-denied': 0, 'newly-allowed': 0, uncertain: 0 };
        let open = 0;
        let disagreeing = 0;
        for (const one of given) {
          const { before, after } = slowly(book, edits, one);
          if (one.verdict !== 'unknown' && one.verdict !== before) disagreeing += 1;
          if (before === 'unknown' && after === 'unknown') open += 1;
          else {
            const direction = directionOf({ before, after, observed: one.verdict, mayDiffer: false });
            if (direction !== null) counts[direction] += 1;
          }
        }
        const answer = ask(book, edits, given);
        expect(answer.lines).toBe(given.length);
        expect(answer.disagreeing).toBe(disagreeing);
        expect(answer.totals['newly-denied'].lines).toBe(counts['newly-denied']);
        expect(answer.totals['newly-allowed'].lines).toBe(counts['newly-allowed']);
        // Of those that are open on both sides some may change and some cannot.
        expect(answer.totals.uncertain.lines).toBeGreaterThanOrEqual(counts.uncertain);
        expect(answer.totals.uncertain.lines).toBeLessThanOrEqual(counts.uncertain + open);
        for (const change of answer.changes) {
          expect(CHANGE_DIRECTIONS).toContain(change.direction);
          expect(change.reason).not.toBe('');
        }
      }),
      { numRuns: 100 },
    );
  });

  it('finds no change where a policy is put in its own place, or none is edited', () => {
    fc.assert(
      fc.property(rulebook, lines, (book, given) => {
        const same = book.policies.map(
          (one): PolicyEdit => ({ op: 'put', policy: JSON.parse(JSON.stringify(one)) }),
        );
        expect(ask(book, [], given).changes).toEqual([]);
        expect(ask(book, same, given).changes).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('finds nothing newly denied by one more rule that allows', () => {
    fc.assert(
      fc.property(rulebook, lines, fc.nat(), (book, given, which) => {
        const one = book.policies[which % Math.max(1, book.policies.length)];
        if (one === undefined) return;
        const put: Policy = { ...one, ingress: [rule('allow'), ...one.ingress] };
        expect(ask(book, [{ op: 'put', policy: put }], given).totals['newly-denied'].lines).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order of lines', () => {
    fc.assert(
      fc.property(rulebook, fc.array(anyEdit, { maxLength: 2 }), lines, (book, edits, given) => {
        // Stores give each line once.
        const distinct = [...new Map(given.map((one) => [JSON.stringify(one.key), one])).values()];
        expect(ask(book, edits, [...distinct].reverse())).toEqual(ask(book, edits, distinct));
      }),
      { numRuns: 100 },
    );
  });

  it('makes the same ends of a line as of all that its reports say', () => {
    fc.assert(
      fc.property(fc.boolean(), lines, (known, given) => {
        const index = new ClusterIndex(known ? CLUSTER : EMPTY_CLUSTER);
        const connections = new FlowConnections(index);
        for (const one of given) {
          expect(connections.ofLine(one)).toEqual(connectionOf(observedLine(seenConnection(one)), index));
        }
      }),
      { numRuns: 100 },
    );
  });
});
