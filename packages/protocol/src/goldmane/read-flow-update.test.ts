import { existsSync, readFileSync } from 'node:fs';
import { create, type DescMessage, fromBinary, fromJson, ScalarType, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { type FlowRecord, millis, NO_EVIDENCE, NO_TRACE } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as wire from '../gen/goldmane_pb.js';
import { isProblem } from '../record-problem.js';
import { readTrace } from '../trace-text.js';
import { GoldmaneReader, type GoldmaneRecord } from './read-flow-update.js';
import { flowUpdates } from './test-arbitraries.js';
import { referenceRead } from './test-reference.js';
import { flowUpdateBytes, writeFlowResult } from './write-flow.js';

const toBytes = (update: wire.FlowUpdate) => toBinary(wire.FlowUpdateSchema, update);

type Change = Partial<Omit<wire.Flow, '$typeName' | 'Key'>> & {
  readonly key?: Partial<Omit<wire.FlowKey, '$typeName' | 'policies'>>;
  readonly enforced?: Parameters<typeof create<typeof wire.PolicyHitSchema>>[1][];
};

/** What Felix says of a web shop's frontend, with changes. */
function update({ key = {}, enforced = [], ...flow }: Change = {}): wire.FlowUpdate {
  return create(wire.FlowUpdateSchema, {
    flow: {
      startTime: 1_700_000_000n,
      endTime: 1_700_000_000n,
      sourceLabels: ['app=web'],
      destLabels: [],
      packetsIn: 3n,
      ...flow,
      Key: create(wire.FlowKeySchema, {
        sourceName: 'web-*',
        sourceNamespace: 'shop',
        sourceType: wire.EndpointType.WorkloadEndpoint,
        destName: 'pub',
        destNamespace: '-',
        destType: wire.EndpointType.Network,
        destPort: 443n,
        destServiceName: '-',
        destServiceNamespace: '-',
        destServicePortName: '-',
        proto: 'tcp',
        reporter: wire.Reporter.Src,
        action: wire.Action.Allow,
        ...key,
        policies: create(wire.PolicyTraceSchema, {
          enforcedPolicies: enforced.map((hit) => create(wire.PolicyHitSchema, hit)),
        }),
      }),
    },
  });
}

function read(change: Change | wire.FlowUpdate): FlowRecord {
  const record = new GoldmaneReader().readUpdate(toBytes('$typeName' in change ? change : update(change)));
  if (isProblem(record)) throw new Error(`${record.field} ${record.reason}`);
  return record;
}

function problem(change: Change): string {
  const record = new GoldmaneReader().readUpdate(toBytes(update(change)));
  return isProblem(record) ? record.field : 'no problem';
}

describe('GoldmaneReader', () => {
  it('reads what Felix sends', () => {
    expect(read({ bytesOut: 700n, numConnectionsLive: 2n })).toMatchObject({
      key: {
        source: { kind: 'workload', namespace: 'shop', name: 'web-*', address: '' },
        dest: { kind: 'network', namespace: '', name: 'pub', address: '' },
        port: 443,
        protocol: 'tcp',
        service: null,
        reporter: 'src',
        verdict: 'allow',
        trace: NO_TRACE,
      },
      start: 1_700_000_000_000,
      end: 1_700_000_000_000,
      counters: { packetsIn: 3, packetsOut: 0, bytesOut: 700, connectionsLive: 2 },
      sourceLabels: ['app=web'],
      destLabels: null,
      evidence: NO_EVIDENCE,
    });
  });

  it('gives one frozen key, digest and label list for the same bytes', () => {
    const reader = new GoldmaneReader();
    const first = reader.readUpdate(toBytes(update({ packetsIn: 1n }))) as GoldmaneRecord;
    const again = reader.readUpdate(toBytes(update({ packetsIn: 2n }))) as GoldmaneRecord;
    const other = reader.readUpdate(toBytes(update({ key: { destPort: 80n } }))) as GoldmaneRecord;
    expect(again.key).toBe(first.key);
    expect(again.keyDigest).toBe(first.keyDigest);
    expect(again.sourceLabels).toBe(first.sourceLabels);
    expect(Object.isFrozen(first.key)).toBe(true);
    expect(other.key).not.toEqual(first.key);
    expect(other.keyDigest).not.toBe(first.keyDigest);
    const elsewhere = new GoldmaneReader().readUpdate(toBytes(update())) as GoldmaneRecord;
    expect(elsewhere.keyDigest).toBe(first.keyDigest);
  });

  it('shares traces with the other formats', () => {
    const enforced = [
      { kind: 1, namespace: 'shop', name: 'last', tier: 'default', action: 2, policyIndex: 1n },
      { kind: 2, namespace: '-', name: 'first', tier: 'security', action: 3, policyIndex: 0n, ruleIndex: 4n },
    ];
    expect(read({ enforced }).key.trace).toBe(
      readTrace(['0|security|gnp:first|pass|4', '1|default|np:shop/last|deny|0'], []),
    );
  });

  it.each([
    ['with a trigger', { kind: 10, tier: 'default', ruleIndex: -1n }, '0|default|knp:pay/api|deny|-1'],
    ['without a rule', { kind: 10, tier: 'default' }, '0|default|knp:pay/api|deny|-1'],
  ])('reads the end of a tier %s', (_what, hit, text) => {
    const trigger = create(wire.PolicyHitSchema, { kind: 6, namespace: 'pay', name: 'api', tier: 'default' });
    const enforced = [{ ...hit, action: wire.Action.Deny, trigger }];
    expect(read({ enforced }).key.trace).toBe(readTrace([text], []));
  });

  it('keeps an end of tier without a trigger', () => {
    const reader = new GoldmaneReader();
    const enforced = [{ kind: 10, tier: 'default', action: wire.Action.Deny, ruleIndex: -1n }];
    const record = reader.readUpdate(toBytes(update({ enforced }))) as GoldmaneRecord;
    expect(record.key.trace.enforced).toMatchObject([{ kind: 'EndOfTier', action: 'deny', trigger: null }]);
    expect(reader.repaired).toBe(1);
    reader.readUpdate(toBytes(update({ enforced })));
    expect(reader.repaired).toBe(2);
  });

  it.each([
    ['a negative count', { packetsIn: -5n }, { counters: { packetsIn: null } }],
    ['a count past 2^53', { bytesIn: 2n ** 60n }, { counters: { bytesIn: null } }],
    ['connections past 2^32', { numConnectionsLive: 2n ** 32n }, { counters: { connectionsLive: null } }],
    ['an end before the start', { endTime: 5n }, { end: millis(1_700_000_000_000) }],
    ['an end past all time', { endTime: 2n ** 60n }, { end: millis(1_700_000_000_000) }],
    ['a label too long', { sourceLabels: ['a=b', 'x'.repeat(600)] }, { sourceLabels: ['a=b'] }],
    [
      'a service port that is none',
      { key: { destServiceName: 's', destServicePort: -1n } },
      { key: { service: { port: 0 } } },
    ],
  ])('mends %s and counts it', (_what, change, wanted) => {
    const reader = new GoldmaneReader();
    expect(reader.readUpdate(toBytes(update(change)))).toMatchObject(wanted);
    expect(reader.repaired).toBe(1);
  });

  it.each([
    ['Key.source_name', { key: { sourceName: '' } }],
    ['Key.dest_name', { key: { destName: 'x'.repeat(254) } }],
    ['Key.dest_port', { key: { destPort: 65_536n } }],
    ['Key.dest_port', { key: { destPort: -1n } }],
    ['Key.proto', { key: { proto: '' } }],
    ['Key.proto', { key: { proto: 'p'.repeat(17) } }],
    ['flow.start_time', { startTime: -1n }],
    ['flow.start_time', { startTime: 2n ** 60n }],
    ['Key.policies.enforced_policies[0].name', { enforced: [{ name: 'x'.repeat(254) }] }],
    ['Key.policies.enforced_policies', { enforced: Array.from({ length: 65 }, () => ({ name: 'x' })) }],
  ])('refuses by %s', (field, change) => {
    expect(problem(change)).toBe(field);
  });

  it('refuses what is no flow', () => {
    const reader = new GoldmaneReader();
    const none = reader.readUpdate(toBytes(create(wire.FlowUpdateSchema)));
    expect(none).toMatchObject({ field: 'flow', reason: 'is missing' });
    const keyless = reader.readUpdate(toBytes(create(wire.FlowUpdateSchema, { flow: { startTime: 5n } })));
    expect(keyless).toMatchObject({ field: 'flow.Key', reason: 'is missing' });
    expect(reader.readUpdate(new Uint8Array([10, 200]))).toMatchObject({ field: '(message)' });
  });

  it('reads results, which have a number before the flow', () => {
    const record = read({ enforced: [{ kind: 1, name: 'p', tier: 'default', action: 1 }] });
    const result = writeFlowResult({ id: 7, ...record }, record.start, record.end);
    const again = new GoldmaneReader().readResult(toBinary(wire.FlowResultSchema, result));
    expect(again).toMatchObject({ ...record });
  });
});

describe('against the library', () => {
  it('reads any update alike', () => {
    const reader = new GoldmaneReader();
    fc.assert(
      fc.property(flowUpdates, (message) => {
        const { record, repaired } = referenceRead(message);
        const before = reader.repaired;
        expect(comparable(reader.readUpdate(toBytes(message)))).toEqual(record);
        expect(reader.repaired - before).toBe(repaired ? 1 : 0);
      }),
      { numRuns: 3_000 },
    );
  });

  it('writes what it reads back', () => {
    const reader = new GoldmaneReader();
    fc.assert(
      fc.property(flowUpdates, (message) => {
        const record = reader.readUpdate(toBytes(message));
        if (isProblem(record)) return;
        const again = reader.readUpdate(flowUpdateBytes(record));
        const { keyDigest: _, place: _where, ...rest } = again as GoldmaneRecord;
        // Unknown is 0 to Goldmane.
        const counters = Object.fromEntries(
          Object.entries(record.counters).map(([name, value]) => [name, value ?? 0]),
        );
        const labels = (side: 'source' | 'dest') =>
          record.key[side].kind === 'network' && record[`${side}Labels`]?.length === 0
            ? null
            : record[`${side}Labels`];
        const { keyDigest: __, place: __where, ...wanted } = record;
        expect(rest).toEqual({
          ...wanted,
          counters,
          sourceLabels: labels('source'),
          destLabels: labels('dest'),
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('never fails on broken input, and takes what the library takes', () => {
    const reader = new GoldmaneReader();
    let compared = 0;
    const damage = fc.record({
      cut: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(400) }),
      changes: fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      tail: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 12 })),
    });
    fc.assert(
      fc.property(flowUpdates, damage, (message, { cut, changes, tail }) => {
        const whole = toBytes(message);
        const bytes = new Uint8Array([...whole.subarray(0, cut ?? whole.length), ...tail]);
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const got = reader.readUpdate(bytes);
        const known = inLibrary(bytes);
        if (known === null) return;
        // What came out of the library, written anew, has no malformed parts left.
        const wanted = referenceRead(known);
        const clean = comparable(reader.readUpdate(toBytes(known)));
        expect(clean).toEqual(wanted.record);
        if (!isWellTyped(bytes)) return;
        compared++;
        expect(comparable(got)).toEqual(wanted.record);
      }),
      { numRuns: 10_000 },
    );
    expect(compared).toBeGreaterThan(500);
  }, 60_000);

  it('merges a message that comes in parts', () => {
    const first = update({ sourceLabels: ['b=1'], key: { destPort: 80n } });
    const second = create(wire.FlowUpdateSchema, {
      flow: {
        bytesIn: 9n,
        sourceLabels: ['a=1'],
        Key: { destPort: 81n, policies: { enforcedPolicies: [{ kind: 1, name: 'x' }] } },
      },
    });
    const bytes = new Uint8Array([...toBytes(first), ...toBytes(second)]);
    const wanted = referenceRead(fromBinary(wire.FlowUpdateSchema, bytes)).record;
    const reader = new GoldmaneReader();
    for (let turn = 0; turn < 2; turn++) expect(comparable(reader.readUpdate(bytes))).toEqual(wanted);
    expect(wanted).toMatchObject({
      key: { port: 81 },
      sourceLabels: ['a=1', 'b=1'],
      counters: { bytesIn: 9 },
    });
  });
});

function comparable(read: GoldmaneRecord | object): object {
  if (isProblem(read)) return { field: read.field };
  const { keyDigest: _, place: _where, ...rest } = read as GoldmaneRecord;
  return rest;
}

function inLibrary(bytes: Uint8Array): wire.FlowUpdate | null {
  try {
    return fromBinary(wire.FlowUpdateSchema, bytes);
  } catch {
    return null;
  }
}

/**
 * Whether every field has the type and every message the length that it should: the library takes a field for what its
 * number says, whatever its type, and lets an inner message run past the end of the outer.
 */
function isWellTyped(bytes: Uint8Array, schema: DescMessage = wire.FlowUpdateSchema): boolean {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      const field = schema.fields.find((one) => one.number === number);
      if (field === undefined) {
        reader.skip(type, number);
        continue;
      }
      const isText = field.fieldKind === 'list' || field.scalar === ScalarType.STRING;
      const isBytes = field.message !== undefined || isText;
      if (type !== (isBytes ? WireType.LengthDelimited : WireType.Varint)) return false;
      if (!isBytes) {
        reader.skip(type, number);
        continue;
      }
      const inner = reader.bytes();
      if (field.message !== undefined && !isWellTyped(inner, field.message)) return false;
    }
  } catch {
    return false;
  }
  return true;
}

const sample = new URL('../../../../../shared/data/calico/goldmane-flow-protojson.json', import.meta.url);
const hasSample = existsSync(sample);
if (!hasSample) console.log(`no real Goldmane flow at ${sample.pathname}: not read`);

describe.runIf(hasSample)('a real flow', () => {
  it('says what Goldmane said', () => {
    const flow = fromJson(wire.FlowSchema, JSON.parse(readFileSync(sample, 'utf8')));
    const record = read(create(wire.FlowUpdateSchema, { flow }));
    expect(record).toMatchObject({
      key: { source: { name: 'longhorn-manager-*' }, port: 8503, reporter: 'src', verdict: 'allow' },
      start: 1_764_970_845_000,
      end: 1_764_970_860_000,
      counters: { packetsIn: 11, bytesOut: 1226, connectionsStarted: 1 },
    });
    expect(record.key.trace.enforced).toMatchObject([{ name: 'allow-same-namespace', action: 'allow' }]);
    expect(record.sourceLabels).toHaveLength(11);
    expect(fromBinary(wire.FlowUpdateSchema, flowUpdateBytes(record)).flow?.Key).toEqual(flow.Key);
  });
});
