import { create, type MessageInitShape } from '@bufbuild/protobuf';
import fc from 'fast-check';
import * as wire from '../gen/goldmane_pb.js';

const int64 = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5_000_000 }).map(BigInt) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-1n, 2n ** 32n - 2n, 2n ** 32n - 1n, 2n ** 49n, 2n ** 53n - 1n, 2n ** 53n),
  },
);
const seconds = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1_700_000_000, max: 1_700_000_100 }).map(BigInt) },
  { weight: 1, arbitrary: int64 },
);
/** Also numbers that no enum has. */
const number = (most: number) =>
  fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: most }) }, fc.integer());

const namespace = fc.constantFrom('-', '', 'shop', 'Global', 'kube-system');
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('frontend-*', 'db-0', 'pub', 'pvt', 'Größe', 'x\ufffdy') },
  { weight: 1, arbitrary: fc.constantFrom('', '-', 'n'.repeat(253), 'n'.repeat(254)) },
);
const service = fc.constantFrom('-', '', 'cart', 's'.repeat(300));
const label = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('app=web', 'tier=front', 'a=b', '') },
  { weight: 1, arbitrary: fc.constantFrom('l'.repeat(512), 'l'.repeat(513)) },
);

const policy = {
  kind: number(11),
  namespace,
  name: fc.constantFrom('', 'allow-dns', 'kns.shop', 'a|b', 'a\nb'),
  tier: fc.constantFrom('default', 'security', '', '__PROFILE__'),
  action: number(3),
  policyIndex: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 4 }).map(BigInt) }, int64),
  ruleIndex: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -2, max: 4 }).map(BigInt) }, int64),
};
const hit = fc
  .record({ ...policy, trigger: fc.option(fc.record(policy), { nil: undefined }) })
  .map(({ trigger, ...rest }) =>
    create(
      wire.PolicyHitSchema,
      trigger === undefined ? rest : { ...rest, trigger: create(wire.PolicyHitSchema, trigger) },
    ),
  );
const hits = fc.oneof(
  { weight: 20, arbitrary: fc.array(hit, { maxLength: 3 }) },
  { weight: 1, arbitrary: hit.map((one) => Array.from({ length: 65 }, () => one)) },
);

const port = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(0n, 53n, 443n, 65_535n) },
  { weight: 1, arbitrary: fc.oneof(int64, fc.constant(65_536n)) },
);

const key = fc
  .record({
    sourceName: name,
    sourceNamespace: namespace,
    sourceType: number(4),
    destName: name,
    destNamespace: namespace,
    destType: number(4),
    destPort: port,
    destServiceName: service,
    destServiceNamespace: namespace,
    destServicePortName: service,
    destServicePort: port,
    proto: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('tcp', 'udp', 'ICMPv6', '47') },
      { weight: 1, arbitrary: fc.constantFrom('', 'p'.repeat(17)) },
    ),
    reporter: number(2),
    action: number(3),
    policies: fc.option(fc.record({ enforcedPolicies: hits, pendingPolicies: hits }), { nil: undefined }),
  })
  .map(({ policies, ...rest }) =>
    create(
      wire.FlowKeySchema,
      policies === undefined ? rest : { ...rest, policies: create(wire.PolicyTraceSchema, policies) },
    ),
  );

const flow = fc
  .record({
    Key: fc.option(key, { nil: undefined, freq: 20 }),
    startTime: seconds,
    endTime: seconds,
    sourceLabels: fc.array(label, { maxLength: 4 }),
    destLabels: fc.oneof(
      { weight: 20, arbitrary: fc.array(label, { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.array(label, { minLength: 65, maxLength: 70 }) },
    ),
    packetsIn: int64,
    packetsOut: int64,
    bytesIn: int64,
    bytesOut: int64,
    numConnectionsStarted: int64,
    numConnectionsCompleted: int64,
    numConnectionsLive: int64,
  })
  .map(({ Key, ...rest }) => create(wire.FlowSchema, Key === undefined ? rest : { ...rest, Key }));

/** Updates that Felix could send, and many that it never would. */
export const flowUpdates: fc.Arbitrary<wire.FlowUpdate> = fc
  .option(flow, { nil: undefined, freq: 30 })
  .map((one) => create(wire.FlowUpdateSchema, one === undefined ? {} : { flow: one }));

const text = (values: fc.Arbitrary<string>) =>
  fc
    .record({ value: values, type: fc.constantFrom(0, 1) })
    .map((match) => create(wire.StringMatchSchema, match));
const texts = (values: fc.Arbitrary<string>) => fc.array(text(values), { maxLength: 2 });
const maybe = (values: fc.Arbitrary<string>) => fc.option(text(values), { nil: undefined });

const askedName = fc.constantFrom(
  'frontend',
  'frontend-*',
  'pub',
  'PUBLIC',
  'PUBLIC NETWORK',
  'DB-0',
  '',
  'NETWORK',
);
const askedNamespace = fc.constantFrom('-', '', 'Global', 'shop', 'SHOP', 'kube-');

const policyMatch = fc
  .record({
    kind: fc.constantFrom(0, 1, 2, 6, 10),
    tier: maybe(fc.constantFrom('default', 'security', 'def', '')),
    namespace: maybe(askedNamespace),
    name: maybe(fc.constantFrom('allow-dns', 'allow', 'deny-all', '')),
    action: fc.constantFrom(0, 0, 1, 2),
  })
  .map(({ kind, action, ...matches }) => {
    const init: MessageInitShape<typeof wire.PolicyMatchSchema> = { kind, action };
    const match = create(wire.PolicyMatchSchema, init);
    if (matches.tier !== undefined) match.tier = matches.tier;
    if (matches.namespace !== undefined) match.namespace = matches.namespace;
    if (matches.name !== undefined) match.name = matches.name;
    return match;
  });

/** Filters as Whisker and others send them: mostly of one or two fields. */
export const wireFilters: fc.Arbitrary<wire.Filter> = fc
  .record(
    {
      sourceNames: texts(askedName),
      sourceNamespaces: texts(askedNamespace),
      destNames: texts(askedName),
      destNamespaces: texts(askedNamespace),
      protocols: texts(fc.constantFrom('tcp', 'TCP', 'ud', 'icmp6')),
      destPorts: fc.array(
        fc.constantFrom(0n, 53n, 443n, -1n).map((one) => create(wire.PortMatchSchema, { port: one })),
        { maxLength: 2 },
      ),
      actions: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
      policies: fc.array(policyMatch, { maxLength: 2 }),
      reporter: fc.integer({ min: 0, max: 3 }),
      pendingActions: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((filter) => create(wire.FilterSchema, filter));
