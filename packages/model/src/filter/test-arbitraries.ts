import fc from 'fast-check';
import { UNKNOWN_COUNTERS } from '../counters.js';
import { ENDPOINT_KINDS, type Endpoint } from '../endpoint.js';
import { tallyOf } from '../evidence.js';
import { type Flow, type FlowKey, REPORTERS } from '../flow.js';
import { type FlowGroup, GROUPINGS } from '../flow-group.js';
import { foldFlows, groupKeyOf } from '../fold.js';
import { ACTIONS, POLICY_KINDS, type PolicyHit, type PolicyRef } from '../policy-hit.js';
import { millis } from '../time.js';
import { VERDICTS } from '../verdict.js';
import { isNumberField } from './field.js';
import { FIELDS } from './fields.js';
import type { Filter, Operator } from './tree.js';

/** What `age` and `seen` count from in generated rows. */
export const NOW = millis(1_800_000_000_000);

const namespace = fc.constantFrom('', 'shop', 'Ops', 'kube-system');
const name = fc.constantFrom('frontend', 'frontend-7d9f5c8b6d-*', 'db-*', 'pub', 'Größe "a"');
const address = fc.constantFrom('', '203.0.113.7', 'api.example.com', '2001:db8::7');
const policyName = fc.constantFrom('allow-dns', 'default-deny', 'kns.shop');

const endpoint: fc.Arbitrary<Endpoint> = fc.record({
  kind: fc.constantFrom(...ENDPOINT_KINDS),
  namespace,
  name,
  address,
});

const policy: fc.Arbitrary<PolicyRef> = fc.record({
  kind: fc.constantFrom(...POLICY_KINDS),
  namespace,
  name: policyName,
  tier: fc.constantFrom('default', 'security'),
});

const hit: fc.Arbitrary<PolicyHit> = fc
  .record({
    ref: policy,
    action: fc.constantFrom(...ACTIONS),
    ruleIndex: fc.integer({ min: -2, max: 3 }),
    trigger: fc.option(policy, { nil: null }),
  })
  .map(({ ref, ...rest }) => ({ ...ref, ...rest, policyIndex: 0 }));

const key: fc.Arbitrary<FlowKey> = fc.record({
  source: endpoint,
  dest: endpoint,
  port: fc.constantFrom(0, 53, 443, 5432),
  protocol: fc.constantFrom('tcp', 'udp', '47'),
  service: fc.option(
    fc.record({
      namespace,
      name: fc.constantFrom('cart', 'db'),
      portName: fc.constant(''),
      port: fc.constant(0),
    }),
    { nil: null },
  ),
  reporter: fc.constantFrom(...REPORTERS),
  verdict: fc.constantFrom(...VERDICTS),
  trace: fc.record({ enforced: fc.array(hit, { maxLength: 2 }), pending: fc.array(hit, { maxLength: 2 }) }),
});

const count = fc.option(fc.constantFrom(0, 5, 1_000, 1_048_576), { nil: null });
const labels = fc.option(fc.subarray(['app=web', 'app=db', 'team=', 'tier=Front']), { nil: null });
const ips = fc.subarray(['10.0.0.7', '10.1.2.3', '203.0.113.7', 'fd00::1']).map(tallyOf);
const dnsNames = fc.subarray(['api.example.com', 'DB.example.com']).map(tallyOf);

const flow: fc.Arbitrary<Flow> = fc.record({
  id: fc.nat(),
  key,
  counters: fc
    .record({
      bytesIn: count,
      bytesOut: count,
      packetsIn: count,
      packetsOut: count,
      connectionsStarted: count,
    })
    .map((known) => ({ ...UNKNOWN_COUNTERS, ...known })),
  sourceLabels: labels,
  destLabels: labels,
  evidence: fc.record({
    sourceIps: ips,
    destIps: ips,
    sourcePorts: fc.constant(tallyOf([])),
    dnsNames,
    nodes: fc.subarray(['node-1', 'node-2']).map(tallyOf),
    drops: fc.subarray(['POLICY_DENIED', 'no reply']).map(tallyOf),
    calls: fc.subarray(['GET /cart 200', 'DNS A db.example.com NXDOMAIN']).map(tallyOf),
  }),
  firstSeen: fc.constantFrom(10_000, 240_000, 4_000_000).map((ago) => millis(NOW - ago)),
  lastSeen: fc.constantFrom(0, 5_000).map((ago) => millis(NOW - ago)),
});

/** Lines of every grouping: up to three flows that share what the grouping keeps. */
export const rows: fc.Arbitrary<FlowGroup> = fc
  .record({ grouping: fc.constantFrom(...GROUPINGS), flows: fc.array(flow, { minLength: 1, maxLength: 3 }) })
  .map(({ grouping, flows: [first, ...others] }) => {
    if (first === undefined) throw new Error('a line has a flow');
    const members =
      grouping === 'flow' ? [first] : [first, ...others.map((other) => alike(first, other, grouping))];
    return foldFlows(1, groupKeyOf(first.key, grouping), members);
  });

/** `other` with what flows of one line have in common taken from `first`. */
function alike(first: Flow, other: Flow, grouping: string): Flow {
  const { source, dest, port, protocol } = first.key;
  if (grouping === 'connection') return { ...other, key: { ...other.key, source, dest, port, protocol } };
  const end = (mine: Endpoint, theirs: Endpoint): Endpoint =>
    grouping === 'workload' || mine.kind.startsWith('network')
      ? { ...mine, address: theirs.address }
      : { ...mine, name: theirs.name, address: theirs.address };
  return {
    ...other,
    key: { ...other.key, source: end(source, other.key.source), dest: end(dest, other.key.dest) },
  };
}

/** Values that rows have, and some they do not. */
const textValue = fc.oneof(
  namespace,
  name,
  address,
  policyName,
  fc.constantFrom('app', 'app=web', 'team=', 'FRONT', 'tcp', 'node-1', 'cart', 'default'),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

const VALUES = {
  number: fc.constantFrom('0', '5', '53', '443', '1000'),
  bytes: fc.constantFrom('0', '5', '10kB', '1MiB', '2kb'),
  duration: fc.constantFrom('5s', '30s', '5m', '1h30m'),
  ip: fc.constantFrom('10.0.0.0/8', '203.0.113.7', 'fd00::/8', '0.0.0.0/0'),
  text: textValue,
  label: textValue,
};

const clause: fc.Arbitrary<Filter> = fc.constantFrom(...FIELDS).chain((field) =>
  fc.constantFrom<Operator>(...field.operators).chain((op) => {
    const contains = op === '~' || op === '!~';
    const value =
      contains || field.type === 'label'
        ? textValue
        : field.type === 'enum'
          ? fc.constantFrom(...field.choices, ...Object.keys(field.synonyms))
          : VALUES[field.type];
    const one = isNumberField(field) && op !== '=' && op !== '!=';
    return fc
      .array(value, { minLength: 1, maxLength: one ? 1 : 3 })
      .map((values): Filter => ({ type: 'clause', field: field.name, op, values }));
  }),
);

/** Trees as programs may build them, not yet normalised. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: clause, weight: 6 },
    { arbitrary: textValue.map((value): Filter => ({ type: 'text', value })), weight: 2 },
    { arbitrary: fc.constant<Filter>({ type: 'all' }), weight: 1 },
    { arbitrary: tie('tree').map((node): Filter => ({ type: 'not', node })), weight: 2 },
    {
      arbitrary: fc
        .record({
          type: fc.constantFrom('and' as const, 'or' as const),
          nodes: fc.array(tie('tree'), { maxLength: 3 }),
        })
        .map((filter): Filter => filter),
      weight: 3,
    },
  ),
})).tree;
