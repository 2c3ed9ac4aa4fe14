import type { FlowRecord } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../read-record.js';
import { writeRecord } from '../write-record.js';
import type { HubbleSkip } from './hubble-flow.js';
import { convert, convertAll, DB, WEB, WORLD } from './test-flows.js';

const DENIED = {
  verdict: 'DROPPED',
  drop_reason_desc: 'POLICY_DENIED',
  is_reply: undefined,
  trace_reason: undefined,
};
const SYN = (port: number) => ({
  l4: { TCP: { source_port: port, destination_port: 5432, flags: { SYN: true } } },
});
const ACK = { l4: { TCP: { source_port: 40_000, destination_port: 5432, flags: { ACK: true } } } };
const REPLY = {
  IP: { source: '10.0.0.2', destination: '10.0.0.1' },
  l4: { TCP: { source_port: 5432, destination_port: 40_000, flags: { ACK: true } } },
  source: DB,
  destination: WEB,
};

function started(records: readonly (FlowRecord | HubbleSkip)[]): (number | null | string)[] {
  return records.map((record) => (typeof record === 'string' ? record : record.counters.connectionsStarted));
}

describe('a flow of Hubble', () => {
  it('becomes a record of one moment, without bytes', () => {
    const record = convert();
    const at = Date.UTC(2026, 5, 1, 12, 0, 0, 123);
    expect(record).toMatchObject({ start: at, end: at, sourceLabels: ['app=web'], destLabels: ['app=db'] });
    expect(record.key).toEqual({
      source: { kind: 'workload', namespace: 'shop', name: 'web-7d9f5c8b6d-*', address: '' },
      dest: { kind: 'workload', namespace: 'data', name: 'db-0', address: '' },
      port: 5432,
      protocol: 'tcp',
      service: null,
      reporter: 'src',
      verdict: 'allow',
      trace: { enforced: [], pending: [] },
    });
    expect(record.counters).toMatchObject({
      bytesIn: null,
      bytesOut: null,
      packetsIn: null,
      connectionsStarted: 1,
    });
    expect(record.evidence).toMatchObject({
      sourceIps: { kept: [['10.0.0.1', 1]] },
      destIps: { kept: [['10.0.0.2', 1]] },
      sourcePorts: { kept: [['40000', 1]] },
      nodes: { kept: [['node-1', 1]] },
      drops: { mentions: 0 },
    });
  });

  it.each([
    ['FORWARDED', {}, 'allow'],
    ['REDIRECTED', {}, 'allow'],
    ['AUDIT', {}, 'allow'],
    ['ERROR', {}, 'unknown'],
    ['DROPPED', { drop_reason_desc: 'POLICY_DENIED' }, 'deny'],
    ['DROPPED', { drop_reason_desc: 'POLICY_DENY' }, 'deny'],
    ['DROPPED', { drop_reason_desc: 'AUTH_REQUIRED' }, 'deny'],
    ['DROPPED', { drop_reason: 133 }, 'deny'],
    ['DROPPED', { drop_reason_desc: 'STALE_OR_UNROUTABLE_IP' }, 'unknown'],
    ['DROPPED', { drop_reason_desc: 'SERVICE_BACKEND_NOT_FOUND' }, 'unknown'],
    ['DROPPED', {}, 'unknown'],
    ['DROPPED', { event_type: { type: 129 } }, 'deny'],
    ['VERDICT_UNKNOWN', {}, 'unknown'],
  ])('with the verdict %s and %j is %s', (verdict, change, expected) => {
    expect(convert({ verdict, ...change }).key.verdict).toBe(expected);
  });

  it.each([
    [{ verdict: 'TRACED' }, 'socket event'],
    [{ verdict: 'TRANSLATED' }, 'socket event'],
    [{ event_type: { type: 7 } }, 'socket event'],
    [{ event_type: { type: 2 } }, 'debug event'],
    [{ event_type: { type: 3 } }, 'debug event'],
    [{ time: 'soon' }, 'no time'],
  ])('of %j is skipped: %s', (change, reason) => {
    expect(convertAll(change)).toEqual([reason]);
  });

  it.each([
    [{ verdict: 'DROPPED', drop_reason_desc: 'FIB_LOOKUP_FAILED' }, 'FIB_LOOKUP_FAILED'],
    [{ verdict: 'DROPPED', drop_reason: 250 }, 'reason 250'],
    [{ verdict: 'DROPPED' }, 'unknown reason'],
    [{ verdict: 'ERROR' }, 'DROP_REASON_UNKNOWN'],
  ])('of %j names why it was lost', (change, reason) => {
    expect(convert(change).evidence.drops.kept).toEqual([[reason, 1]]);
  });

  it('names the policies of its direction', () => {
    const by = (name: string, kind = 'CiliumNetworkPolicy', namespace = 'shop') => [
      { name, namespace, kind },
    ];
    const policies = {
      event_type: { type: 5 },
      egress_allowed_by: [...by('out'), ...by('all', 'CiliumClusterwideNetworkPolicy', '')],
      ingress_allowed_by: by('in', 'NetworkPolicy'),
    };
    const hit = { tier: '', action: 'allow', ruleIndex: -2, trigger: null };
    expect(convert(policies).key.trace).toEqual({
      enforced: [
        { kind: 'CiliumNetworkPolicy', namespace: 'shop', name: 'out', policyIndex: 0, ...hit },
        { kind: 'CiliumClusterwideNetworkPolicy', namespace: '', name: 'all', policyIndex: 1, ...hit },
      ],
      pending: [],
    });
    expect(convert({ ...policies, traffic_direction: 'INGRESS' }).key.trace.enforced).toEqual([
      { kind: 'NetworkPolicy', namespace: 'shop', name: 'in', policyIndex: 0, ...hit },
    ]);
    const denied = { ...DENIED, drop_reason_desc: 'POLICY_DENY', egress_denied_by: by('never') };
    expect(convert(denied).key.trace.enforced).toMatchObject([
      { kind: 'CiliumNetworkPolicy', name: 'never', action: 'deny', ruleIndex: -2 },
    ]);
  });

  it('has a denial by default as the end of a tier that no policy is named for', () => {
    expect(convert(DENIED).key.trace).toEqual({
      enforced: [
        {
          kind: 'EndOfTier',
          namespace: '',
          name: '',
          tier: '',
          action: 'deny',
          policyIndex: 0,
          ruleIndex: -1,
          trigger: null,
        },
      ],
      pending: [],
    });
  });

  it('has an audited packet allowed now and denied later, and those of its connection that follow', () => {
    const [verdict, trace] = convertAll({ verdict: 'AUDIT', event_type: { type: 5 } }, { ...ACK });
    for (const record of [verdict, trace]) {
      expect(record).toMatchObject({
        key: { verdict: 'allow', trace: { enforced: [], pending: [{ kind: 'EndOfTier', action: 'deny' }] } },
      });
    }
  });

  it('goes in the direction of its connection', () => {
    const reply = convert({ ...REPLY, is_reply: true, source_names: ['db.example.com'] });
    expect(reply.key).toMatchObject({
      source: { namespace: 'shop' },
      dest: { name: 'db-0' },
      port: 5432,
      reporter: 'src',
    });
    expect(reply.evidence.dnsNames.kept).toEqual([['db.example.com', 1]]);
    const unknown = { ...REPLY, is_reply: undefined, trace_reason: undefined };
    expect(convert({ ...unknown, reply: true }).key.port).toBe(5432);
    expect(convert({ ...unknown, trace_reason: 'REPLY' }).key.port).toBe(5432);
    expect(convert(unknown).key.port).toBe(5432);
    // A policy judged this packet as it went, so it stays as it is.
    expect(convert({ ...unknown, ...DENIED }).key).toMatchObject({
      port: 40_000,
      dest: { namespace: 'shop' },
    });
  });

  it.each([
    [{ traffic_direction: 'INGRESS' }, 'dst'],
    [{ traffic_direction: undefined }, 'src'],
    [{ traffic_direction: undefined, source: DB, destination: WEB }, 'dst'],
    [{ traffic_direction: undefined, source: DB }, 'fwd'],
  ])('of %j is reported by %s', (change, reporter) => {
    expect(convert(change).key.reporter).toBe(reporter);
  });

  it.each([
    [{ UDP: { source_port: 1, destination_port: 53 } }, 'udp', 53],
    [{ SCTP: { source_port: 1, destination_port: 7 } }, 'sctp', 7],
    [{ ICMPv4: { type: 8 } }, 'icmp', 0],
    [{ ICMPv6: { type: 128 } }, 'icmp6', 0],
    [{ VRRP: { type: 1 } }, 'vrrp', 0],
    [{ IGMP: { type: 22 } }, 'igmp', 0],
    [undefined, 'ip', 0],
  ])('of %j has its protocol and port', (l4, protocol, port) => {
    expect(convert({ l4 }).key).toMatchObject({ protocol, port });
  });

  it('has the service it was made to', () => {
    const service = { name: 'db', namespace: 'data' };
    const expected = { ...service, portName: '', port: 0 };
    expect(convert({ destination_service: service }).key.service).toEqual(expected);
    expect(convert({ ...REPLY, is_reply: true, source_service: service }).key.service).toEqual(expected);
    expect(convert({ destination_service: {} }).key.service).toBeNull();
  });
});

describe('connections', () => {
  it('count once at each end, at however many points they are seen', () => {
    const records = convertAll(
      { event_type: { type: 5 } },
      {},
      { ...ACK, trace_reason: 'ESTABLISHED' },
      { traffic_direction: 'INGRESS' },
      { ...REPLY, is_reply: true, trace_reason: 'REPLY' },
      SYN(40_001),
    );
    expect(started(records)).toEqual([1, 0, 0, 1, 0, 1]);
  });

  it('do not count when they began before they were seen', () => {
    expect(started(convertAll({ ...ACK, trace_reason: 'ESTABLISHED' }, { ...ACK }))).toEqual([0, 0]);
  });

  it('count again when a port is used again, but not when a SYN is repeated', () => {
    const at = (second: number) => ({
      time: new Date(Date.UTC(2026, 5, 1, 12) + second * 1000).toISOString(),
    });
    expect(started(convertAll(at(0), at(1), at(3), at(100)))).toEqual([1, 0, 0, 1]);
  });

  it('keep the policy that their first packet was told of', () => {
    const by = [{ name: 'out', namespace: 'shop', kind: 'CiliumNetworkPolicy' }];
    const records = convertAll(
      { event_type: { type: 5 }, egress_allowed_by: by },
      {},
      { traffic_direction: 'INGRESS' },
    );
    expect(records.map((record) => typeof record !== 'string' && record.key.trace.enforced.length)).toEqual([
      1, 1, 0,
    ]);
  });

  it('are unknown where an exporter folded events into one', () => {
    expect(started(convertAll({ aggregate: { egress_flow_count: 7 } }))).toEqual([null]);
    expect(
      started(convertAll({ ...DENIED, aggregate: { egress_flow_count: 7, ingress_flow_count: 1 } })),
    ).toEqual([8]);
  });
});

describe('denied packets', () => {
  const verdict = { ...DENIED, event_type: { type: 5 } };
  const drop = { ...DENIED, event_type: { type: 1 } };
  const later = { time: '2026-06-01T12:00:01.200Z' };

  it('count once, of two events', () => {
    expect(started(convertAll(verdict, drop, { ...verdict, ...later }, { ...drop, ...later }))).toEqual([
      1,
      'second event of a packet',
      1,
      'second event of a packet',
    ]);
    expect(started(convertAll(drop, verdict))).toEqual([1, 0]);
    expect(started(convertAll(verdict, verdict, drop, drop))).toEqual([
      1,
      1,
      'second event of a packet',
      'second event of a packet',
    ]);
  });

  it('count each when only one kind of event is told', () => {
    expect(started(convertAll(drop, { ...drop, ...later }))).toEqual([1, 1]);
    expect(started(convertAll(verdict, { ...verdict, ...later }))).toEqual([1, 1]);
    expect(started(convertAll(verdict, { ...drop, ...later }))).toEqual([1, 1]);
  });

  it('are told apart by their ports', () => {
    expect(started(convertAll(verdict, { ...drop, ...SYN(40_001) }))).toEqual([1, 1]);
  });
});

it('is always a record that can be sent on', () => {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      'web-7d9f5c8b6d-x2x4z',
      'fd00::1',
      '192.0.2.1',
      'k8s:app=web',
      'cidr:10.0.0.0/8',
      'reserved:host',
    ),
    fc.string({ maxLength: 600 }),
  );
  const end = fc.record({
    ID: fc.nat(3),
    identity: fc.oneof(fc.nat(12), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    namespace: text,
    labels: fc.array(text, { maxLength: 80 }),
    pod_name: text,
    workloads: fc.array(fc.record({ name: text, kind: fc.constantFrom('Deployment', 'StatefulSet') }), {
      maxLength: 1,
    }),
  });
  const policies = fc.array(fc.record({ name: text, namespace: text, kind: text }), { maxLength: 70 });
  const change = fc.record({
    verdict: fc.nat(9),
    drop_reason: fc.constantFrom(0, 133, 181, 151, 999),
    IP: fc.record({ source: text, destination: text }),
    l4: fc.record({
      TCP: fc.record({ source_port: fc.nat(100_000), destination_port: fc.nat(100_000) }),
    }),
    source: end,
    destination: fc.oneof(end, fc.constant(WORLD)),
    node_name: text,
    destination_names: fc.array(text, { maxLength: 80 }),
    destination_service: fc.record({ name: text, namespace: text }),
    l7: fc.record({ type: fc.nat(3), http: fc.record({ code: fc.nat(999), method: text, url: text }) }),
    egress_allowed_by: policies,
    egress_denied_by: policies,
    traffic_direction: fc.nat(3),
  });
  fc.assert(
    fc.property(change, (told) => {
      const [record] = convertAll(told);
      if (record === undefined || typeof record === 'string') return;
      expect(readRecord(writeRecord(record))).toMatchObject({
        ...record,
        evidence: { ...record.evidence, dnsNames: { kept: record.evidence.dnsNames.kept } },
      });
    }),
    { numRuns: 1_000 },
  );
}, 60_000);
