import {
  EVERYTHING,
  type Evidence,
  type Filter,
  type FlowGroup,
  type FlowRecord,
  millis,
  NO_EVIDENCE,
  NO_TRACE,
  type PolicyTrace,
  parseFilter,
  REPORTERS,
  tallyOf,
  VERDICTS,
} from '@vibrissa/model';
import fc from 'fast-check';

/** Length of a bucket in the suite, ms. */
export const CONTRACT_BUCKET_MS = 15_000;

/** How many past buckets a store must hold in the suite. */
export const CONTRACT_BUCKETS = 40;

/** What time it is in the suite. */
export const CONTRACT_NOW = millis(1_770_000_007_000);
/** The oldest moment at which records of the suite begin. */
export const CONTRACT_OLDEST = CONTRACT_NOW - (CONTRACT_BUCKETS - 1) * CONTRACT_BUCKET_MS;

const trace = (action: 'allow' | 'deny', pending: 'allow' | 'deny'): PolicyTrace => ({
  enforced: [
    {
      kind: 'NetworkPolicy',
      namespace: 'shop',
      name: 'guard',
      tier: 'default',
      action,
      policyIndex: 0,
      ruleIndex: 1,
      trigger: null,
    },
  ],
  pending: [
    {
      kind: 'StagedNetworkPolicy',
      namespace: 'shop',
      name: 'lockdown',
      tier: 'default',
      action: pending,
      policyIndex: 0,
      ruleIndex: 0,
      trigger: null,
    },
  ],
});
const TRACES = [NO_TRACE, trace('allow', 'allow'), trace('allow', 'deny'), trace('deny', 'deny')];

const workload = fc.record({
  kind: fc.constant('workload' as const),
  namespace: fc.constantFrom('shop', 'data'),
  name: fc.constantFrom('web-*', 'db-0', 'cart-7d9f5c8b6d-*'),
  address: fc.constant(''),
});
const outside = fc.record({
  kind: fc.constant('network' as const),
  namespace: fc.constant(''),
  name: fc.constantFrom('pub', 'pvt'),
  address: fc.constantFrom('', '203.0.113.7', 'api.example.com'),
});
const count = fc.option(fc.nat({ max: 10_000 }), { nil: null });
const labels = fc.option(fc.subarray(['app=a', 'team=x', 'v=1', 'v=2']), { nil: null });
const tally = fc.subarray(Array.from({ length: 12 }, (_, at) => `10.0.0.${at}`)).map(tallyOf);
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc.constant(NO_EVIDENCE),
  fc.record({
    sourceIps: tally,
    destIps: tally,
    sourcePorts: tally,
    dnsNames: tally,
    nodes: tally,
    drops: tally,
    calls: tally,
  }),
);

/** A record that every store of the suite must take in. */
export const contractRecord: fc.Arbitrary<FlowRecord> = fc
  .record({
    source: workload,
    dest: fc.oneof(workload, outside),
    port: fc.constantFrom(53, 443, 8080),
    protocol: fc.constantFrom('tcp', 'udp'),
    service: fc.constantFrom(null, { namespace: 'shop', name: 'web', portName: 'http', port: 80 }),
    reporter: fc.constantFrom(...REPORTERS),
    verdict: fc.constantFrom(...VERDICTS),
    trace: fc.constantFrom(...TRACES),
    start: fc.integer({ min: CONTRACT_OLDEST, max: CONTRACT_NOW }),
    length: fc.nat({ max: 15_000 }),
    counters: fc.record({
      packetsIn: count,
      packetsOut: count,
      bytesIn: count,
      bytesOut: count,
      connectionsStarted: count,
      connectionsCompleted: count,
      connectionsLive: count,
    }),
    sourceLabels: labels,
    destLabels: labels,
    evidence,
  })
  .map(({ start, length, counters, sourceLabels, destLabels, evidence, ...key }) => ({
    key,
    start: millis(start),
    end: millis(start + length),
    counters,
    sourceLabels,
    destLabels,
    evidence,
  }));

export const contractFilter: fc.Arbitrary<Filter> = fc
  .constantFrom(
    '',
    'verdict=deny',
    'namespace=shop -port=53',
    'source.namespace=data or dest.workload=db-0',
    'label=app=a',
    'ip=10.0.0.0/30',
    'policy=lockdown pending=deny',
    'bytes>5000',
    'protocol!=udp (reporter=src or address~example)',
    'web',
  )
  .map(parseFilter);
/** A window of any length within what is held. */
export const contractWindow = fc
  .tuple(
    fc.integer({ min: CONTRACT_OLDEST, max: CONTRACT_NOW }),
    fc.integer({ min: CONTRACT_OLDEST, max: CONTRACT_NOW }),
  )
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ from: millis(Math.min(a, b)), to: millis(Math.max(a, b)) }));
/** So few that records of them meet others of their flow. */
const COMMON = fc.sample(contractRecord, { seed: 5, numRuns: 5 }).map(({ key }) => key);
export const contractRecords = fc.array(
  fc
    .tuple(contractRecord, fc.nat({ max: COMMON.length * 2 }))
    .map(([record, at]) => ({ ...record, key: COMMON[at] ?? record.key })),
  { maxLength: 40, size: 'medium' },
);

/** What a group says, without ids, for comparing answers. */
export function gist(group: FlowGroup): string {
  const { id: _, flows, ...rest } = group;
  const told = flows.map(
    ({ id: __, key, counters, sourceLabels, destLabels, evidence, firstSeen, lastSeen }) =>
      JSON.stringify([key, counters, sourceLabels, destLabels, evidence, firstSeen, lastSeen]),
  );
  const { decidedBy: ___, pendingDecidedBy: ____, service: _____, ...sure } = rest;
  return JSON.stringify([sure, told.sort()]);
}

/** Everything held, by default; for asking about a part. */
export const CONTRACT_WINDOW = {
  filter: EVERYTHING,
  from: millis(CONTRACT_OLDEST),
  to: millis(CONTRACT_NOW + 1),
};
