import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Text = Type.Optional(Type.String({ maxLength: 4_096 }));
const Texts = Type.Optional(Type.Array(Type.String({ maxLength: 1_024 }), { maxItems: 1_024 }));
const Small = Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }));
/** protojson writes 64-bit numbers as text, and enums by name, or by number where it knows no name. */
const Long = Type.Optional(
  Type.Union([Type.Number(), Type.String({ maxLength: 20, pattern: '^-?[0-9]+$' })]),
);
const Enum = Type.Optional(Type.Union([Type.String({ maxLength: 128 }), Type.Integer()]));
const Flag = Type.Optional(Type.Boolean());

const Endpoint = Type.Optional(
  Type.Object({
    ID: Small,
    identity: Small,
    namespace: Text,
    labels: Texts,
    pod_name: Text,
    workloads: Type.Optional(Type.Array(Type.Object({ name: Text, kind: Text }))),
  }),
);
const Named = Type.Optional(Type.Object({ name: Text, namespace: Text }));
const Policies = Type.Optional(Type.Array(Type.Object({ name: Text, namespace: Text, kind: Text })));
const Ports = Type.Optional(
  Type.Object({
    source_port: Small,
    destination_port: Small,
    flags: Type.Optional(Type.Object({ SYN: Flag, ACK: Flag })),
  }),
);
const Kind = Type.Optional(Type.Object({ type: Small }));

/** The fields of a flow that are read; it may have any others. */
const FlowSchema = Type.Object({
  time: Text,
  uuid: Text,
  verdict: Enum,
  drop_reason: Small,
  drop_reason_desc: Enum,
  IP: Type.Optional(Type.Object({ source: Text, destination: Text })),
  l4: Type.Optional(
    Type.Object({
      TCP: Ports,
      UDP: Ports,
      SCTP: Ports,
      ICMPv4: Kind,
      ICMPv6: Kind,
      VRRP: Kind,
      IGMP: Kind,
    }),
  ),
  source: Endpoint,
  destination: Endpoint,
  node_name: Text,
  source_names: Texts,
  destination_names: Texts,
  l7: Type.Optional(
    Type.Object({
      type: Enum,
      dns: Type.Optional(Type.Object({ query: Text, rcode: Small, qtypes: Texts })),
      http: Type.Optional(Type.Object({ code: Small, method: Text, url: Text })),
      kafka: Type.Optional(
        Type.Object({ error_code: Type.Optional(Type.Integer()), api_key: Text, topic: Text }),
      ),
    }),
  ),
  reply: Flag,
  is_reply: Type.Optional(Type.Union([Type.Null(), Type.Boolean()])),
  event_type: Type.Optional(Type.Object({ type: Type.Optional(Type.Integer()) })),
  source_service: Named,
  destination_service: Named,
  traffic_direction: Enum,
  trace_reason: Enum,
  egress_allowed_by: Policies,
  ingress_allowed_by: Policies,
  egress_denied_by: Policies,
  ingress_denied_by: Policies,
  aggregate: Type.Optional(
    Type.Object({ ingress_flow_count: Small, egress_flow_count: Small, unknown_direction_flow_count: Small }),
  ),
});

/** A line of `hubble observe -o json` or of Cilium's exporter: protojson of one event. */
export const HubbleLineSchema = Type.Object({
  flow: Type.Optional(FlowSchema),
  node_status: Type.Optional(
    Type.Object({
      state_change: Enum,
      node_names: Type.Optional(Type.Array(Type.String({ maxLength: 1_024 }))),
      message: Text,
    }),
  ),
  lost_events: Type.Optional(Type.Object({ source: Enum, num_events_lost: Long })),
  node_name: Text,
  time: Text,
});

export type HubbleLine = Static<typeof HubbleLineSchema>;
export type FlowLine = Static<typeof FlowSchema>;
export type EndpointLine = NonNullable<FlowLine['source']>;

export const hubbleLine = Compile(HubbleLineSchema);

const REMEDY =
  'Send what `hubble observe -o json` or the exporter writes, one event a line, as it is or without the fields in question.';

export const HUBBLE_REMEDIES: Readonly<Record<string, string>> = {
  flow: REMEDY,
  node_status: REMEDY,
  lost_events: REMEDY,
  node_name: REMEDY,
  time: REMEDY,
};
