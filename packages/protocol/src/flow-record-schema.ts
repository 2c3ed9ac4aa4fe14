import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { MENTIONS_PATTERN } from './mentions.js';
import type { RecordProblem } from './record-problem.js';
import { schemaProblem } from './schema-problem.js';

const maxCount = Number.MAX_SAFE_INTEGER;
const maxConnections = 2 ** 32 - 2;

function orNull<T extends TSchema>(type: T) {
  return Type.Optional(Type.Union([Type.Null(), type]));
}

const Name = Type.String({ minLength: 1, maxLength: 253 });
const AnyName = Type.String({ maxLength: 253 });
const Time = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Hits = Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 64 });
const LabelList = orNull(Type.Array(Type.String({ maxLength: 512 }), { maxItems: 64 }));
const Ips = Type.Optional(
  Type.Array(Type.String({ maxLength: 45, pattern: '^[0-9a-fA-F:.]+$' }), { maxItems: 64 }),
);
const Count = orNull(Type.Integer({ minimum: 0, maximum: maxCount }));
const Connections = orNull(Type.Integer({ minimum: 0, maximum: maxConnections }));

const REST = {
  start: Time,
  end: Time,
  packetsIn: Count,
  packetsOut: Count,
  bytesIn: Count,
  bytesOut: Count,
  connectionsStarted: Connections,
  connectionsCompleted: Connections,
  connectionsLive: Connections,
  sourceLabels: LabelList,
  destLabels: LabelList,
  sourceIps: Ips,
  destIps: Ips,
  sourcePorts: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9]{1,5}$' }), { maxItems: 64 })),
  dnsNames: Type.Optional(Type.Array(Name, { maxItems: 64 })),
  node: Type.Optional(AnyName),
  nodes: Type.Optional(Type.Array(Name, { maxItems: 64 })),
  drops: Type.Optional(Type.Array(Name, { maxItems: 64 })),
  calls: Type.Optional(Type.Array(Name, { maxItems: 64 })),
  mentions: Type.Optional(
    Type.Array(Type.String({ maxLength: 256, pattern: MENTIONS_PATTERN }), { maxItems: 7 }),
  ),
};
const RestSchema = Type.Object(REST);

/** What a record tells beside its key. */
export type RestOfLine = Static<typeof RestSchema>;

function recordSchema(options: { additionalProperties?: false }) {
  const End = Type.Object(
    {
      kind: Type.Optional(Type.Enum(['workload', 'host', 'network-set', 'network'])),
      namespace: Type.Optional(AnyName),
      name: Name,
      address: Type.Optional(AnyName),
    },
    options,
  );
  const Service = Type.Object(
    { namespace: AnyName, name: Name, portName: Type.Optional(AnyName), port: Type.Optional(Port) },
    options,
  );
  return Type.Object(
    {
      ...REST,
      reporter: Type.Enum(['src', 'dst', 'fwd']),
      action: Type.Enum(['allow', 'deny', 'unknown']),
      source: End,
      dest: End,
      port: Port,
      protocol: Type.String({ minLength: 1, maxLength: 16 }),
      service: orNull(Service),
      enforced: Hits,
      pending: Hits,
    },
    options,
  );
}

/** One record as a line of JSON has it. */
export const FlowRecordSchema = recordSchema({ additionalProperties: false });
type Line = Static<typeof FlowRecordSchema>;

const closed = Compile(FlowRecordSchema);
// Checking for stray fields is most of the cost of a closed schema, and a set does it in a fifth of the time.
const open = Compile(recordSchema({}));
const FIELDS = new Set(Object.keys(FlowRecordSchema.properties));
const rest = Compile(RestSchema);
const REST_FIELDS = new Set(Object.keys(REST));
const END_FIELDS = new Set(['kind', 'namespace', 'name', 'address']);
const SERVICE_FIELDS = new Set(['namespace', 'name', 'portName', 'port']);

/** True for a value that the schema takes. */
export function isFlowRecordLine(value: unknown): value is Line {
  return (
    open.Check(value) &&
    hasOnly(value, FIELDS) &&
    hasOnly(value.source, END_FIELDS) &&
    hasOnly(value.dest, END_FIELDS) &&
    (value.service === null || value.service === undefined || hasOnly(value.service, SERVICE_FIELDS))
  );
}

/** True for an object of times, counters, labels and evidence, and of nothing else. */
export function isRestOnly(value: unknown): value is RestOfLine {
  return rest.Check(value) && hasOnly(value, REST_FIELDS);
}

/** True when any of these fields is told. */
export function tellsRest(value: object): boolean {
  for (const name in value) if (REST_FIELDS.has(name)) return true;
  return false;
}

/** What is wrong with a value that the schema does not take. */
export function flowRecordProblem(value: unknown): RecordProblem {
  return schemaProblem(value, closed.Errors(value), REMEDIES);
}

function hasOnly(value: object, names: ReadonlySet<string>): boolean {
  for (const name in value) if (!names.has(name)) return false;
  return true;
}

const COUNT_REMEDY = 'Send a whole number from 0, or leave it out when it is not known.';
const LABEL_REMEDY = 'Send at most 64 strings key=value of at most 512 characters, or leave it out.';
const HIT_REMEDY =
  'Send a list of at most 64 hits index|tier|kind:namespace/name|action|rule; [] when there is none.';
const LIST_REMEDY = 'Send a list of at most 64 strings, or leave it out.';
const END_REMEDY =
  'Send {"kind":"workload|host|network-set|network","namespace":"…","name":"…"}; names are at most 253 characters.';
const TIME_REMEDY = 'Send milliseconds since 1970 as a whole number.';

const REMEDIES: Readonly<Record<string, string>> = {
  start: TIME_REMEDY,
  end: TIME_REMEDY,
  reporter: 'Send src, dst or fwd.',
  action: 'Send allow, deny or unknown.',
  source: END_REMEDY,
  dest: END_REMEDY,
  port: 'Send a whole number from 0 to 65535; 0 for protocols without ports.',
  protocol: 'Send a name such as tcp or udp, or a number as text, of at most 16 characters.',
  service: 'Send {"namespace":"…","name":"…","portName":"…","port":80}, or leave it out.',
  enforced: HIT_REMEDY,
  pending: HIT_REMEDY,
  sourceLabels: LABEL_REMEDY,
  destLabels: LABEL_REMEDY,
  packetsIn: COUNT_REMEDY,
  packetsOut: COUNT_REMEDY,
  bytesIn: COUNT_REMEDY,
  bytesOut: COUNT_REMEDY,
  connectionsStarted: COUNT_REMEDY,
  connectionsCompleted: COUNT_REMEDY,
  connectionsLive: COUNT_REMEDY,
  sourceIps: LIST_REMEDY,
  destIps: LIST_REMEDY,
  sourcePorts: LIST_REMEDY,
  dnsNames: LIST_REMEDY,
  drops: LIST_REMEDY,
  calls: LIST_REMEDY,
  node: 'Send the name of the node, at most 253 characters, or leave it out.',
  nodes: LIST_REMEDY,
  mentions:
    'Send texts such as "sourceIps 3 1", a count for each value of the list, or leave it out when each was named once.',
};
