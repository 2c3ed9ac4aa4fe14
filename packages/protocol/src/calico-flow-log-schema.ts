import { type TSchema, Type } from 'typebox';

function maybe<T extends TSchema>(type: T) {
  return Type.Optional(Type.Union([Type.Null(), type]));
}

const Text = maybe(Type.String({ maxLength: 253 }));
const Time = maybe(Type.Union([Type.Number(), Type.String({ maxLength: 64 })]));
const Count = maybe(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }));
const Connections = maybe(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 2 }));
const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const PortOrDash = maybe(Type.Union([Port, Type.Literal('-')]));
const Hits = maybe(
  Type.Union([Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 64 }), Type.Literal('-')]),
);
const Names = maybe(
  Type.Union([
    Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 64 }),
    Type.String({ maxLength: 253 }),
  ]),
);
const Ip = maybe(Type.String({ maxLength: 45, pattern: '^([0-9a-fA-F:.]+|-)?$' }));
const LabelList = Type.Array(Type.String({ maxLength: 512 }), { maxItems: 64 });
const Labels = maybe(
  Type.Union([
    LabelList,
    Type.Literal('-'),
    Type.Object({ labels: maybe(Type.Union([LabelList, Type.Literal('-')])) }),
  ]),
);

/** The fields of a Calico flow-log document that are read; it may have any others. */
export const CalicoFlowLogSchema = Type.Object({
  start_time: Time,
  end_time: Time,
  action: maybe(Type.Enum(['allow', 'deny', '-', 'unknown'])),
  reporter: Type.String({ maxLength: 32, pattern: '^(src|dst|fwd)( *, *(src|dst|fwd))*$' }),
  proto: Type.Union([
    Type.String({ minLength: 1, maxLength: 16 }),
    Type.Integer({ minimum: 0, maximum: 255 }),
  ]),
  host: Text,
  source_type: maybe(Type.Enum(['wep', 'hep', 'ns', 'net', '-', ''])),
  source_name: Text,
  source_name_aggr: Text,
  source_namespace: Text,
  source_ip: Ip,
  source_port: PortOrDash,
  source_labels: Labels,
  dest_type: maybe(Type.Enum(['wep', 'hep', 'ns', 'net', '-', ''])),
  dest_name: Text,
  dest_name_aggr: Text,
  dest_namespace: Text,
  dest_ip: Ip,
  dest_port: PortOrDash,
  dest_labels: Labels,
  dest_service_name: Text,
  dest_service_namespace: Text,
  dest_service_port: maybe(Type.Union([Port, Type.String({ maxLength: 253 })])),
  dest_service_port_num: maybe(Port),
  dest_domains: Names,
  original_source_ips: maybe(
    Type.Union([Type.Array(Type.String({ maxLength: 45 }), { maxItems: 64 }), Type.Literal('-')]),
  ),
  packets_in: Count,
  packets_out: Count,
  bytes_in: Count,
  bytes_out: Count,
  num_flows: Connections,
  num_flows_started: Connections,
  num_flows_completed: Connections,
  policies: maybe(
    Type.Union([
      Type.Literal('-'),
      Type.Object({
        all_policies: Hits,
        enforced_policies: Hits,
        pending_policies: Hits,
        transit_policies: Hits,
      }),
    ]),
  ),
});

const TIME = 'Send Unix seconds, milliseconds since 1970 or an RFC 3339 time.';
const TEXT = 'Send text of at most 253 characters, or "-" for none.';
const IP = 'Send one IP address, or null when it is aggregated away.';
const PORT = 'Send a whole number from 0 to 65535, or null.';
const COUNT = 'Send a whole number from 0, or null when it is not known.';
const LABELS = 'Send {"labels":["key=value"]} with at most 64 labels of at most 512 characters, or "-".';
const TYPE = 'Send wep, hep, ns or net.';

/** What to do about a wrong value, by the field of the document it is in. */
export const CALICO_FLOW_LOG_REMEDIES: Readonly<Record<string, string>> = {
  start_time: TIME,
  end_time: TIME,
  action: 'Send allow or deny, or null when it is not known.',
  reporter: 'Send src, dst or fwd.',
  proto: 'Send a name such as tcp, or a protocol number.',
  host: TEXT,
  source_type: TYPE,
  source_name: TEXT,
  source_name_aggr: TEXT,
  source_namespace: TEXT,
  source_ip: IP,
  source_port: PORT,
  source_labels: LABELS,
  dest_type: TYPE,
  dest_name: TEXT,
  dest_name_aggr: TEXT,
  dest_namespace: TEXT,
  dest_ip: IP,
  dest_port: PORT,
  dest_labels: LABELS,
  dest_service_name: TEXT,
  dest_service_namespace: TEXT,
  dest_service_port: TEXT,
  dest_service_port_num: PORT,
  dest_domains: 'Send a list of at most 64 names, or null.',
  original_source_ips: 'Send a list of at most 64 addresses, or null.',
  packets_in: COUNT,
  packets_out: COUNT,
  bytes_in: COUNT,
  bytes_out: COUNT,
  num_flows: COUNT,
  num_flows_started: COUNT,
  num_flows_completed: COUNT,
  policies: 'Send {"enforced_policies":[…],"pending_policies":[…]} with hits index|tier|policy|action|rule.',
};
