import { ACTIONS, ENDPOINT_KINDS, POLICY_KINDS, REPORTERS, VERDICTS } from '@vibrissa/model';
import { CHANGE_KINDS } from '@vibrissa/store';
import { type TSchema, Type } from 'typebox';

/** One of a few texts. */
export function oneOf<T extends string>(values: readonly T[]) {
  return Type.Union(values.map((value) => Type.Literal(value)));
}

export function maybe(schema: TSchema) {
  return Type.Union([schema, Type.Null()]);
}

const Count = maybe(Type.Number());
export const Time = Type.Number({ description: 'ms since the epoch' });
export const Endpoint = Type.Object({
  kind: oneOf(ENDPOINT_KINDS),
  namespace: Type.String(),
  name: Type.String(),
  address: Type.String(),
});
const Service = Type.Object({
  namespace: Type.String(),
  name: Type.String(),
  portName: Type.String(),
  port: Type.Integer(),
});
export const PolicyRef = {
  kind: oneOf(POLICY_KINDS),
  namespace: Type.String(),
  name: Type.String(),
  tier: Type.String(),
};
const PolicyHit = Type.Object({
  ...PolicyRef,
  action: oneOf(ACTIONS),
  policyIndex: Type.Integer(),
  ruleIndex: Type.Integer(),
  trigger: maybe(Type.Object(PolicyRef)),
});
const Labels = maybe(Type.Array(Type.String()));
const Tally = Type.Object({
  kept: Type.Array(Type.Tuple([Type.String(), Type.Integer()])),
  mentions: Type.Integer(),
});
const Evidence = Type.Object({
  sourceIps: Tally,
  destIps: Tally,
  sourcePorts: Tally,
  dnsNames: Tally,
  nodes: Tally,
  drops: Tally,
  calls: Tally,
});
const ends = {
  id: Type.Integer(),
  source: Endpoint,
  dest: Endpoint,
  port: Type.Integer(),
  protocol: Type.String(),
  service: maybe(Service),
  verdict: oneOf(VERDICTS),
  pendingVerdict: oneOf(VERDICTS),
  firstSeen: Time,
  lastSeen: Time,
};

const FlowSchema = Type.Object({
  ...ends,
  reporter: oneOf(REPORTERS),
  enforced: Type.Array(PolicyHit),
  pending: Type.Array(PolicyHit),
  sourceLabels: Labels,
  destLabels: Labels,
  evidence: Evidence,
  packetsIn: Count,
  packetsOut: Count,
  bytesIn: Count,
  bytesOut: Count,
  connectionsStarted: Count,
  connectionsCompleted: Count,
  connectionsLive: Count,
});

const GroupSchema = Type.Object({
  ...ends,
  decidedBy: maybe(PolicyHit),
  pendingDecidedBy: maybe(PolicyHit),
  newSince: maybe(Time),
  bytesSent: Count,
  bytesReceived: Count,
  packetsSent: Count,
  packetsReceived: Count,
  connectionsStarted: Count,
  connectionsCompleted: Count,
  connectionsLive: Count,
  connectionsDenied: Count,
  flows: Type.Optional(Type.Array(FlowSchema)),
});

/** `GET /api/v1/flows`, described for the OpenAPI document. */
export const FlowsReplySchema = Type.Object({
  flows: Type.Array(Type.Union([FlowSchema, GroupSchema])),
  total: Type.Integer(),
  next: maybe(Type.String()),
  from: Time,
  to: Time,
});

export const HintsReplySchema = Type.Object({
  hints: Type.Record(Type.String(), Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }))),
});

export const SeriesMeasureSchema = Type.Union(
  [Type.Literal('lines'), Type.Literal('bytes'), Type.Literal('packets')],
  { default: 'lines', description: 'lines counts connections; the others sum what both directions moved.' },
);

export const SeriesReplySchema = Type.Object({
  stepMs: Type.Integer(),
  measure: SeriesMeasureSchema,
  points: Type.Array(
    Type.Object({
      at: Time,
      allow: Type.Number(),
      deny: Type.Number(),
      pendingDeny: Type.Number(),
      unknown: Type.Number(),
    }),
  ),
});

const measures = {
  flows: Type.Integer({ description: 'connections' }),
  bytes: Type.Number(),
  packets: Type.Number(),
  connections: Type.Number({ description: 'connections started' }),
  denied: Type.Number({ description: 'of those, how many were denied' }),
};

export const TopReplySchema = Type.Object({
  by: Type.Array(Type.String()),
  rows: Type.Array(
    Type.Object({
      values: Type.Array(Type.String(), { description: 'parallel to by; empty where there is none' }),
      ...measures,
    }),
  ),
  total: Type.Integer({ description: 'how many distinct rows there are' }),
  sum: Type.Object(measures),
  from: Time,
  to: Time,
});

export const SeenReplySchema = Type.Object({
  first: maybe(Time),
  last: maybe(Time),
  total: Type.Integer({ description: 'connections that match' }),
});

const WindowSchema = Type.Object({ from: Time, to: Time });

export const CompareReplySchema = Type.Object({
  changes: Type.Array(
    Type.Object({
      kind: oneOf(CHANGE_KINDS),
      now: maybe(GroupSchema),
      // biome-ignore lint/suspicious/noThenProperty: the contract's name; nothing awaits a schema.
      then: maybe(GroupSchema),
      ratio: maybe(Type.Number()),
    }),
  ),
  totals: Type.Object({
    verdict: Type.Integer(),
    added: Type.Integer(),
    gone: Type.Integer(),
    volume: Type.Integer(),
  }),
  window: WindowSchema,
  base: WindowSchema,
});

export const ViewsReplySchema = Type.Object({
  views: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      page: Type.String(),
      search: Type.String(),
      savedAt: Time,
    }),
  ),
  first: maybe(Type.String()),
});
