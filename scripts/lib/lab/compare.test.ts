import { NO_EVIDENCE } from '@vibrissa/model';
import type { ApiFlow, ApiGroup } from '@vibrissa/protocol/messages';
import { describe, expect, it } from 'vitest';
import { accountKey } from './accounting.mjs';
import { compare, holds } from './compare.mjs';
import { report } from './report.mjs';
import { ACTS, linesOf } from './scenario.mjs';

const act = ACTS.find(({ via }) => via !== null);
if (act === undefined || act.via === null) throw new Error('the scenario calls no service');
const [line] = linesOf([act]);
const [port = 0] = act.ports;

const sent = { packets: 60, bytes: 10_200 };
const received = { packets: 40, bytes: 21_160 };
const counters = {
  sent: new Map([[line?.id ?? '', sent]]),
  received: new Map([[line?.id ?? '', received]]),
  logged: new Map([['DPI|default', { packets: 5, bytes: 300 }]]),
  unforeseen: { packets: 0, bytes: 0 },
};
const accounts = new Map([
  [accountKey(act.source.ip, act.dest.ip, port, 'tcp'), { connections: 10, sent, received }],
]);

const hit = { namespace: '', policyIndex: 0, trigger: null, action: 'allow' } as const;
const PASS = {
  ...hit,
  kind: 'GlobalNetworkPolicy',
  tier: 'security',
  name: 'quarantine',
  action: 'pass',
  ruleIndex: 1,
} as const;
const source = {
  kind: 'workload',
  namespace: act.source.namespace,
  name: act.source.workload,
  address: '',
} as const;
const dest = { kind: 'workload', namespace: 'shop', name: 'checkout-5c9b7d4f6-*', address: '' } as const;
const { namespace, name, portName } = act.via;
const service = { namespace, name, portName, port: act.via.port };

function flow(reporter: 'src' | 'dst', enforced: ApiFlow['enforced']): ApiFlow {
  // Only these fields are looked at.
  return { reporter, enforced, verdict: 'allow', evidence: NO_EVIDENCE } as ApiFlow;
}

function group(changes: Partial<ApiGroup> = {}): ApiGroup {
  // Only these fields are looked at.
  return {
    source,
    dest,
    port,
    protocol: 'tcp',
    verdict: 'allow',
    service,
    packetsSent: 60,
    bytesSent: 10_200,
    packetsReceived: 40,
    bytesReceived: 21_160,
    connectionsStarted: 10,
    connectionsCompleted: 10,
    connectionsDenied: 0,
    flows: [
      flow('src', [{ ...hit, kind: 'Profile', tier: '__PROFILE__', name: 'kns.shop', ruleIndex: 0 }]),
      flow('dst', [
        {
          ...hit,
          kind: 'CalicoNetworkPolicy',
          tier: 'default',
          namespace: 'shop',
          name: 'checkout',
          ruleIndex: 0,
        },
      ]),
    ],
    ...changes,
  } as ApiGroup;
}

function wrong(...groups: ApiGroup[]): string[] {
  return compare([act as NonNullable<typeof act>], counters, accounts, 5, groups)
    .filter((check) => !holds(check))
    .map(({ what }) => what);
}

describe('compare', () => {
  it('has nothing to say when the page shows what the kernel counted', () => {
    expect(wrong(group())).toEqual([]);
  });

  it.each([
    ['a line that is missing', [], ['lines on the page', 'verdict', 'service']],
    ['a count that is off by one packet', [group({ packetsSent: 61 })], ['sent, by iptables and the page']],
    [
      'a count that is off by one byte',
      [group({ bytesReceived: 21_161 })],
      ['received, by iptables and the page'],
    ],
    ['a count that is not known', [group({ bytesSent: null })], ['sent, by iptables and the page']],
    ['a verdict', [group({ verdict: 'deny' })], ['verdict']],
    ['a service that has no name', [group({ service: null })], ['service']],
    [
      'a connection too many',
      [group({ connectionsStarted: 11 })],
      ['connections, by conntrack and the page'],
    ],
    [
      'a connection that never ends',
      [group({ connectionsCompleted: 9 })],
      ['connections that are over, by conntrack and the page'],
    ],
    [
      'a denial that was none',
      [group({ connectionsDenied: 1 })],
      ['connections denied, by the pod and the page'],
    ],
    [
      'a decision that is not told',
      [group({ flows: group().flows?.slice(0, 1) ?? [] })],
      ['decision at the destination'],
    ],
    [
      'a pass that is a flow of its own',
      [group({ flows: [...(group().flows ?? []), flow('dst', [PASS])] })],
      ['decision at the destination'],
    ],
    [
      'a pass that nobody foresaw',
      [
        group({
          flows: (group().flows ?? []).map((each) => ({
            ...each,
            enforced: [PASS, ...each.enforced.map((last) => ({ ...last, policyIndex: 1 }))],
          })),
        }),
      ],
      ['decision at the source', 'decision at the destination'],
    ],
    [
      'a line that nobody foresaw',
      [group(), group({ port: 1 })],
      ['lines of the page that no act accounts for'],
    ],
  ])('tells of %s', (_what, groups, expected) => {
    expect(wrong(...groups)).toEqual(expect.arrayContaining(expected));
  });

  it('tells of packets that the acts did not make', () => {
    const checks = compare([], { ...counters, unforeseen: { packets: 2, bytes: 9 } }, accounts, 5, []);
    expect(checks.filter((check) => !holds(check))).toHaveLength(1);
  });
});

describe('compare, of the log', () => {
  it('tells of packets that the log lost', () => {
    const checks = compare([], counters, accounts, 4, []);
    expect(checks.filter((check) => !holds(check)).map(({ what }) => what)).toEqual([
      'logged packets, by iptables and the log',
    ]);
  });
});

describe('report', () => {
  it('shows both values where they differ, and says how many do', () => {
    const text = report(compare([act], counters, accounts, 5, [group({ packetsSent: 61 })]));
    expect(text).toContain('60 packets, 10200 bytes is right, 61 packets, 10200 bytes is seen');
    expect(text).toMatch(/checks, 1 of them do not hold$/);
    expect(report(compare([act], counters, accounts, 5, [group()]))).toMatch(/all hold$/);
  });
});
