import type { Endpoint, FlowGroup } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cluster, EMPTY_CLUSTER, type PodObject } from './cluster.js';
import { podParty } from './connection.js';
import { decideSide } from './evaluate.js';
import { connectionOf } from './evaluate-flow.js';
import { DIRECTIONS } from './policy.js';
import { readResources } from './read-resources.js';
import { learn } from './recommend.js';
import type { LearnOptions, Recommendation } from './recommendation.js';
import { type Engine, engineOf } from './rulebook.js';
import { observedLine, seenConnection } from './seen-connection.js';
import { type LineWords, labelsOf, line, NOW, network, pods } from './testing/learned-lines.js';

const BANK: Endpoint = { kind: 'network-set', namespace: '', name: 'bank', address: '' };
const NODE: Endpoint = { kind: 'host', namespace: '', name: 'node-1', address: '' };

const OWN = [
  pods('shop', 'web'),
  pods('shop', 'cart'),
  // The pods of a StatefulSet keep their names and share their labels.
  { ...pods('shop', 'db'), name: 'db-0' },
  { ...pods('shop', 'db'), name: 'db-1' },
];
const FAR = [pods('payments', 'ledger'), pods('kube-system', 'coredns'), BANK, NODE];
const OUTSIDE = [
  network('pub'),
  network('pvt'),
  network('pub', 'api.example.com'),
  network('pub', '192.0.2.9'),
];

function labels(end: Endpoint): readonly string[] | null {
  if (end === BANK) return ['role=bank'];
  if (end.name.startsWith('db-')) return ['app=db', `statefulset.kubernetes.io/pod-name=${end.name}`];
  return end.name.startsWith('coredns') ? ['k8s-app=kube-dns'] : labelsOf(end);
}

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  pub: ['192.0.2.1', '192.0.2.2', '198.51.100.7', '2001:db8::7', '203.0.113.4', '203.0.113.5'],
  pvt: ['10.9.0.1', '172.20.1.1', '192.168.7.7'],
  'node-1': ['10.200.0.1'],
  bank: ['198.51.100.1'],
};

const words: fc.Arbitrary<LineWords> = fc
  .record({
    own: fc.constantFrom(...OWN),
    far: fc.oneof(fc.constantFrom(...OWN), fc.constantFrom(...FAR), fc.constantFrom(...OUTSIDE)),
    out: fc.boolean(),
    port: fc.constantFrom(53, 80, 81, 443, 6443, 8080, 40_000, 40_001, 50_000, 50_001, 50_002),
    protocol: fc.constantFrom('tcp', 'tcp', 'udp', 'sctp', 'icmp', '47'),
    verdict: fc.constantFrom('allow', 'allow', 'allow', 'deny', 'unknown'),
    told: fc.nat(5),
    both: fc.boolean(),
    firstSeen: fc.integer({ min: NOW - 1e8, max: NOW }),
  })
  .map(({ own, far, out, port, protocol, verdict, told, both, firstSeen }): LineWords => {
    const source = out ? own : { ...far, address: '' };
    const dest = out ? far : own;
    const ips = (ADDRESSES[far.name] ?? []).slice(0, told);
    const reporters =
      both && far.kind === 'workload' ? (['src', 'dst'] as const) : ([out ? 'src' : 'dst'] as const);
    return {
      source,
      dest,
      port: protocol === 'icmp' || protocol === '47' ? 0 : port,
      protocol,
      verdict,
      reporters,
      sourceLabels: labels(out ? own : far),
      destLabels: labels(dest),
      ...(out ? { destIps: ips } : { sourceIps: ips }),
      firstSeen,
    };
  });

function podObject(end: Endpoint, place: number): PodObject {
  const generated = end.name.endsWith('-*');
  return {
    namespace: end.namespace,
    name: generated ? `${end.name.slice(0, -1)}x` : end.name,
    generateName: generated ? end.name.slice(0, -1) : '',
    labels: Object.fromEntries((labels(end) ?? []).map((label) => label.split('='))),
    serviceAccount: 'default',
    ports: [],
    hostNetwork: false,
    ips: [`10.0.0.${place}`, `fd00::${place}`],
    node: 'node-1',
    owner: null,
  };
}

const ALL_KNOWN: Cluster = {
  ...EMPTY_CLUSTER,
  complete: true,
  namespaces: ['shop', 'payments', 'kube-system'].map((name) => ({
    name,
    labels: { 'kubernetes.io/metadata.name': name },
  })),
  pods: [...OWN, ...FAR.slice(0, 2)].map((end, place) => podObject(end, place + 1)),
  networkSets: [{ namespace: '', name: 'bank', labels: { role: 'bank' }, nets: ['198.51.100.1/32'] }],
};

const options: fc.Arbitrary<LearnOptions> = fc.record({
  namespace: fc.constant('shop'),
  workload: fc.constant(null),
  dialect: fc.constantFrom('kubernetes', 'calico'),
  staged: fc.boolean(),
  includeDenied: fc.boolean(),
  tier: fc.constantFrom('default', 'platform'),
  now: fc.constant(NOW),
});

function learned(
  given: LearnOptions,
  lines: readonly FlowGroup[],
  cluster: Cluster,
): readonly Recommendation[] {
  const reducer = learn(given, cluster);
  // In slices, as stores hand them out.
  for (let from = 0; from < lines.length; from += 3) reducer.add(lines.slice(from, from + 3));
  return reducer.result();
}

/** The cluster with what was recommended, put into force. */
function withPolicies(cluster: Cluster, found: readonly Recommendation[]): Engine {
  const { set, index } = engineOf({
    cluster: {
      ...cluster,
      networkSets: [...cluster.networkSets, ...found.flatMap((one) => one.networkSets)],
    },
    tiers: [{ name: 'platform', order: 100, defaultAction: 'deny' }],
    policies: found.flatMap(({ policy }) => policy ?? []),
    profiles: [],
  });
  return { set: set.afterStaging(), index };
}

/** A line for each address that it was seen with: a connection has but one. */
function eachAddress(given: LineWords): readonly FlowGroup[] {
  const { sourceIps = [], destIps = [] } = given;
  if (sourceIps.length + destIps.length === 0) return [line(given)];
  return [
    ...sourceIps.map((ip) => line({ ...given, sourceIps: [ip] })),
    ...destIps.map((ip) => line({ ...given, destIps: [ip] })),
  ];
}

/** Of what has no address in the report, and of a set that nobody knows, not all is known that rules ask. */
function isWhollyTold({ source, dest, sourceIps = [], destIps = [] }: LineWords, cluster: Cluster): boolean {
  const kinds = [source.kind, dest.kind];
  if (kinds.every((kind) => kind === 'workload')) return true;
  if (kinds.includes('network-set')) return cluster.complete;
  return sourceIps.length + destIps.length > 0 || dest.address === '192.0.2.9';
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

describe('what is recommended', () => {
  it('allows every line that it was learned from, and is read back as it is', () => {
    fc.assert(
      fc.property(
        options,
        fc.array(words, { minLength: 1, maxLength: 15 }),
        fc.constantFrom(EMPTY_CLUSTER, ALL_KNOWN),
        (given, list, cluster) => {
          const found = learned(given, list.map(line), cluster);
          for (const { yaml, policy, networkSets, rules } of found) {
            const read = readResources([{ name: 'x.yaml', text: yaml }]);
            expect(read.problems).toEqual([]);
            expect(read.policies).toEqual(policy === null ? [] : [policy]);
            expect(read.cluster.networkSets).toEqual(networkSets);
            for (const { direction, index, lines } of rules) {
              expect(lines).toBeGreaterThan(0);
              const written = policy?.[direction].map((rule, place) => rule.written ?? place);
              expect(written).toContain(index);
            }
          }
          const engine = withPolicies(cluster, found);
          for (const one of list) {
            for (const direction of DIRECTIONS) {
              const own = direction === 'egress' ? one.source : one.dest;
              if (own.namespace !== 'shop') continue;
              const name = own.name.startsWith('db-')
                ? /^db(-\d)?$/
                : new RegExp(`^${own.name.split('-')[0]}$`);
              const about = found.find(({ workload }) => name.test(workload));
              const isLeft = about?.notCovered.some(
                ({ source, dest, port, protocol, reason }) =>
                  same([source, dest], [one.source, one.dest]) &&
                  (same([port, protocol], [one.port, one.protocol]) || !reason.startsWith('It was denied')),
              );
              if (about === undefined || isLeft === true) continue;
              const isKnown = isWhollyTold(one, cluster);
              for (const each of eachAddress(one)) {
                const connection = connectionOf(observedLine(seenConnection(each)), engine.index);
                const { verdict } = decideSide(engine.set, connection, direction);
                if (isKnown) expect(verdict).toBe('allow');
                else expect(verdict).not.toBe('deny');
              }
            }
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('allows nobody that was not seen', () => {
    fc.assert(
      fc.property(options, fc.array(words, { minLength: 1, maxLength: 15 }), (given, list) => {
        const inside = list.filter(
          ({ source, dest }) => source.kind === 'workload' && dest.kind === 'workload',
        );
        const found = learned(given, inside.map(line), EMPTY_CLUSTER);
        const { set } = withPolicies(EMPTY_CLUSTER, found);
        const pod = (namespace: string, app: string) =>
          podParty({ namespace, labels: { app }, namespaceLabels: {}, ip: '10.0.9.9' });
        for (const { policy } of found) {
          for (const direction of policy?.types ?? []) {
            const value = policy?.selector.op === 'eq' ? policy.selector.value : null;
            const own = pod('shop', value ?? 'db');
            for (const stranger of [pod('shop', 'stranger'), pod('other', 'web'), pod('other', 'ledger')]) {
              const ends =
                direction === 'egress' ? { source: own, dest: stranger } : { source: stranger, dest: own };
              if (policy?.selector.op !== 'eq') continue;
              for (const { port, protocol = 'tcp' } of inside) {
                expect(decideSide(set, { ...ends, port, protocol }, direction).verdict).toBe('deny');
              }
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in whatever order the lines come', () => {
    fc.assert(
      fc.property(options, fc.array(words, { maxLength: 15 }), (given, list) => {
        const forwards = learned(given, list.map(line), EMPTY_CLUSTER);
        const backwards = learned(given, [...list].reverse().map(line), EMPTY_CLUSTER);
        expect(backwards.map(({ yaml }) => yaml)).toEqual(forwards.map(({ yaml }) => yaml));
        expect(backwards.map(({ rules }) => rules)).toEqual(forwards.map(({ rules }) => rules));
      }),
      { numRuns: 60 },
    );
  });

  it('never throws for what flows say', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("x' || all()", 'a\nb: c', '', '-*', '…'));
    const endpoint = fc.record({
      kind: fc.constantFrom<Endpoint['kind'][]>('workload', 'host', 'network-set', 'network'),
      namespace: fc.oneof(fc.constant('shop'), text),
      name: text,
      address: text,
    });
    fc.assert(
      fc.property(
        options,
        fc.array(
          fc.record({
            source: endpoint,
            dest: endpoint,
            port: fc.integer({ min: 0, max: 65_535 }),
            protocol: text,
            sourceLabels: fc.option(fc.array(text)),
            destLabels: fc.option(fc.array(fc.oneof(text, fc.constant('app=x')))),
            destIps: fc.array(text),
          }),
          { maxLength: 10 },
        ),
        (given, list) => {
          for (const { yaml, policy } of learned(given, list.map(line), EMPTY_CLUSTER)) {
            const { policies, problems } = readResources([{ name: 'x.yaml', text: yaml }]);
            expect(problems).toEqual([]);
            expect(policies).toEqual(policy === null ? [] : [policy]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
