import {
  ACTIONS,
  type Counters,
  type Endpoint,
  type FlowRecord,
  millis,
  REPORTERS,
  TALLY_CAP,
  type Tally,
  tallyOf,
  VERDICTS,
} from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord, readRecordValue } from './read-record.js';
import { isProblem } from './record-problem.js';
import { recordWriter, writeRecord } from './write-record.js';

const LEAST = {
  start: 1_700_000_000_000,
  end: 1_700_000_015_000,
  reporter: 'src',
  action: 'allow',
  source: { namespace: 'shop', name: 'web-*' },
  dest: { kind: 'network', name: 'pub', address: 'api.example.com' },
  port: 443,
  protocol: 'TCP',
  enforced: [],
  pending: [],
};

function read(value: object): FlowRecord {
  const record = readRecordValue(value);
  if (isProblem(record)) throw new Error(`${record.field} ${record.reason}`);
  return record;
}

const name = fc.stringMatching(/^[a-z0-9.-]{1,30}$/);
const orEmpty = fc.oneof(fc.constant(''), name);
const inside = fc.record({
  kind: fc.constantFrom('workload', 'host'),
  namespace: orEmpty,
  name,
  address: fc.constant(''),
});
const outside = fc.record({
  kind: fc.constantFrom('network', 'network-set'),
  namespace: orEmpty,
  name,
  address: orEmpty,
});
const endpoint: fc.Arbitrary<Endpoint> = fc.oneof(inside, outside);
const count = fc.oneof(fc.constant(null), fc.nat());
const counters: fc.Arbitrary<Counters> = fc.record({
  packetsIn: count,
  packetsOut: count,
  bytesIn: fc.oneof(count, fc.constant(Number.MAX_SAFE_INTEGER)),
  bytesOut: count,
  connectionsStarted: count,
  connectionsCompleted: count,
  connectionsLive: count,
});
const labels = fc.oneof(
  fc.constant(null),
  fc.array(fc.string({ maxLength: 40 }), { maxLength: 5 }).map((list) => list.sort()),
);
/** Of one report, or merged from many. */
const tally = (values: fc.Arbitrary<string>): fc.Arbitrary<Tally> => {
  const single = fc.array(values, { maxLength: TALLY_CAP }).map(tallyOf);
  return fc.oneof(
    single,
    fc
      .tuple(single, fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 9, maxLength: 9 }))
      .map(([{ kept }, counts]) => {
        const counted = kept.map(([value], at) => [value, counts[at] ?? 1] as const);
        const others = kept.length === TALLY_CAP ? (counts[8] ?? 0) : 0;
        return { kept: counted, mentions: counted.reduce((sum, [, mentions]) => sum + mentions, others) };
      }),
  );
};
const hits = fc
  .array(fc.record({ name, tier: name, action: fc.constantFrom(...ACTIONS) }), { maxLength: 4 })
  .map((list) =>
    list.map((hit, policyIndex) => ({
      ...hit,
      kind: 'GlobalNetworkPolicy' as const,
      namespace: '',
      policyIndex,
      ruleIndex: 0,
      trigger: null,
    })),
  );
const record: fc.Arbitrary<FlowRecord> = fc.record({
  key: fc.record({
    source: endpoint,
    dest: endpoint,
    port: fc.nat(65_535),
    protocol: fc.constantFrom('tcp', 'udp', 'sctp', 'icmp', '47'),
    service: fc.oneof(
      fc.constant(null),
      fc.record({ namespace: orEmpty, name, portName: orEmpty, port: fc.nat(65_535) }),
    ),
    reporter: fc.constantFrom(...REPORTERS),
    verdict: fc.constantFrom(...VERDICTS),
    trace: fc.record({ enforced: hits, pending: hits }),
  }),
  start: fc.nat().map(millis),
  end: fc.integer({ min: 2 ** 31, max: 2 ** 42 }).map(millis),
  counters,
  sourceLabels: labels,
  destLabels: labels,
  evidence: fc.record({
    sourceIps: tally(fc.ipV4()),
    destIps: tally(fc.ipV6()),
    sourcePorts: tally(fc.nat(65_535).map(String)),
    dnsNames: tally(name),
    nodes: tally(name),
    drops: tally(fc.constantFrom('POLICY_DENIED', 'no reply')),
    calls: tally(name),
  }),
});

describe('a record', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(readRecord(writeRecord(one))).toEqual(one);
      }),
    );
  });

  it('is written the same among many', () => {
    const write = recordWriter();
    fc.assert(
      fc.property(record, record, (one, other) => {
        const twins = [one, { ...other, key: one.key, sourceLabels: one.sourceLabels }, one];
        expect(twins.map(write)).toEqual(twins.map(writeRecord));
      }),
    );
  });

  it('needs little, and does not know what was not said', () => {
    const { key, counters, sourceLabels, evidence } = read(LEAST);
    expect(key.source).toEqual({ kind: 'workload', namespace: 'shop', name: 'web-*', address: '' });
    expect(key.dest).toEqual({ kind: 'network', namespace: '', name: 'pub', address: 'api.example.com' });
    expect(key).toMatchObject({ protocol: 'tcp', service: null, verdict: 'allow', reporter: 'src' });
    expect(Object.values(counters)).toEqual(Array(7).fill(null));
    expect(sourceLabels).toBeNull();
    expect(evidence.nodes.mentions).toBe(0);
  });

  it('keeps zero apart from unknown', () => {
    const { counters } = read({ ...LEAST, bytesIn: 0, bytesOut: null });
    expect(counters).toMatchObject({ bytesIn: 0, bytesOut: null, packetsIn: null });
  });

  it('sorts labels', () => {
    expect(read({ ...LEAST, sourceLabels: ['b=1', 'a=2'] }).sourceLabels).toEqual(['a=2', 'b=1']);
  });
});

describe('what is refused', () => {
  it.each<[string, object]>([
    ['start', { start: 1.5 }],
    ['start', { start: undefined }],
    ['end', { end: 1 }],
    ['reporter', { reporter: 'both' }],
    ['action', { action: 'Allow' }],
    ['source', { source: 'web' }],
    ['source.name', { source: { namespace: 'shop' } }],
    ['source.nmae', { source: { name: 'web', nmae: 'x' } }],
    ['source.address', { source: { name: 'web', address: '10.0.0.1' } }],
    ['dest.kind', { dest: { name: 'web', kind: 'pod' } }],
    ['port', { port: 70_000 }],
    ['protocol', { protocol: 6 }],
    ['service.name', { service: { namespace: 'shop', name: '' } }],
    ['service.extra', { service: { namespace: 'shop', name: 'web', extra: 1 } }],
    ['enforced', { enforced: 'x' }],
    ['enforced[0]', { enforced: ['x'] }],
    ['pending[1]', { pending: ['0|t|np:a/b|pass|0', 7] }],
    ['bytesIn', { bytesIn: -1 }],
    ['bytesIn', { bytesIn: 2 ** 53 }],
    ['connectionsLive', { connectionsLive: 2 ** 32 - 1 }],
    ['sourceLabels', { sourceLabels: Array(65).fill('a=b') }],
    ['sourceLabels[0]', { sourceLabels: ['a'.repeat(513)] }],
    ['destIps[0]', { destIps: ['not an address'] }],
    ['nodes', { node: 'a', nodes: ['a', 'b'] }],
    ['mentions[0]', { mentions: ['hosts 1'] }],
    ['mentions', { sourceIps: ['10.0.0.1'], mentions: ['sourceIps 1 2 3'] }],
    ['mentions', { sourceIps: ['10.0.0.1', '10.0.0.2'], mentions: ['sourceIps 1'] }],
    ['mentions', { sourceIps: ['10.0.0.1'], mentions: ['sourceIps 0'] }],
    ['mentions', { sourceIps: ['10.0.0.1'], mentions: ['sourceIps 2', 'sourceIps 3'] }],
    ['mentions[0]', { mentions: [{ sourceIps: 1 }] }],
    ['surplus', { surplus: true }],
  ])('%s, case %#', (field, change) => {
    const problem = readRecordValue(JSON.parse(JSON.stringify({ ...LEAST, ...change })));
    expect(problem).toMatchObject({
      field,
      reason: expect.stringMatching(/./),
      remedy: expect.stringMatching(/\.$/),
    });
  });
});
