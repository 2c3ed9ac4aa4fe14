import {
  EMPTY_TALLY,
  type Endpoint,
  type EndpointKind,
  type FlowRecord,
  type Labels,
  millis,
  type Reporter,
  type Service,
  tallyOf,
  type Verdict,
} from '@vibrissa/model';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { CALICO_FLOW_LOG_REMEDIES, CalicoFlowLogSchema } from './calico-flow-log-schema.js';
import { sortedLabels, tallyList, tallyOne } from './flow-record.js';
import { protocolName } from './protocol-name.js';
import { isProblem, type RecordProblem } from './record-problem.js';
import { schemaProblem } from './schema-problem.js';
import { readTrace } from './trace-text.js';

type Document = Static<typeof CalicoFlowLogSchema>;
const document = Compile(CalicoFlowLogSchema);

/** Unix seconds stay below this until the year 5138, milliseconds are above it since 1973. */
const LEAST_MILLIS = 100_000_000_000;
const LATEST = 8_640_000_000_000_000;
const KINDS: ReadonlyMap<string, EndpointKind> = new Map([
  ['wep', 'workload'],
  ['hep', 'host'],
  ['ns', 'network-set'],
  ['net', 'network'],
]);
const NO_HITS: readonly string[] = Object.freeze([]);

/** Reads one Calico Enterprise or Cloud flow-log document, of any aggregation level. */
export function readCalicoFlowLog(value: unknown): FlowRecord | RecordProblem {
  if (!document.Check(value)) return schemaProblem(value, document.Errors(value), CALICO_FLOW_LOG_REMEDIES);
  const start = readTime(value.start_time);
  if (start === null) return badTime('start_time', value.start_time);
  const end = readTime(value.end_time);
  if (end === null) return badTime('end_time', value.end_time);
  if (end < start) {
    return {
      field: 'end_time',
      reason: 'is before start_time',
      remedy: 'Correct the interval of the document.',
    };
  }
  const source = readEnd(
    value.source_type,
    value.source_name_aggr,
    value.source_name,
    value.source_namespace,
    '',
  );
  if (source === null) return nameless('source');
  const address = soleAddress(value);
  const dest = readEnd(value.dest_type, value.dest_name_aggr, value.dest_name, value.dest_namespace, address);
  if (dest === null) return nameless('dest');
  const trace = readPolicies(value.policies);
  if (isProblem(trace)) return trace;
  return {
    key: {
      source,
      dest,
      port: readPort(value.dest_port),
      protocol: protocolName(String(value.proto)),
      service: readService(value),
      reporter: readReporter(value.reporter),
      verdict: readVerdict(value.action),
      trace,
    },
    start: millis(start),
    end: millis(end),
    counters: {
      packetsIn: value.packets_in ?? null,
      packetsOut: value.packets_out ?? null,
      bytesIn: value.bytes_in ?? null,
      bytesOut: value.bytes_out ?? null,
      connectionsStarted: value.num_flows_started ?? null,
      connectionsCompleted: value.num_flows_completed ?? null,
      connectionsLive: value.num_flows ?? null,
    },
    sourceLabels: readLabels(value.source_labels),
    destLabels: readLabels(value.dest_labels),
    evidence: {
      sourceIps: readSourceIps(value),
      destIps: tallyOne(text(value.dest_ip)),
      sourcePorts: tallyOne(text(value.source_port)),
      dnsNames: tallyList(listOf(value.dest_domains)),
      nodes: tallyOne(text(value.host)),
      drops: EMPTY_TALLY,
      calls: EMPTY_TALLY,
    },
  };
}

/** Calico writes `-` for what there is not. */
function text(value: string | number | null | undefined): string {
  return value === null || value === undefined || value === '-' ? '' : String(value);
}

function listOf(value: readonly string[] | string | null | undefined): readonly string[] {
  if (value === null || value === undefined || value === '-' || value === '') return NO_HITS;
  if (typeof value === 'string') return [value];
  return value.includes('-') ? value.filter((item) => item !== '-') : value;
}

/** ms since epoch from Unix seconds, milliseconds or RFC 3339; null for anything else. */
function readTime(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  const time = Number.isNaN(number)
    ? Date.parse(String(value))
    : number < LEAST_MILLIS
      ? number * 1000
      : number;
  return time >= 0 && time <= LATEST ? Math.round(time) : null;
}

function badTime(field: string, value: number | string | null | undefined): RecordProblem {
  return {
    field,
    reason: value === null || value === undefined ? 'is missing' : 'is not a time',
    remedy: 'Send Unix seconds, milliseconds since 1970 or an RFC 3339 time.',
  };
}

function readEnd(
  type: string | null | undefined,
  aggregated: string | null | undefined,
  single: string | null | undefined,
  namespace: string | null | undefined,
  address: string,
): Endpoint | null {
  const name = text(aggregated) || text(single);
  if (name === '') return null;
  const outside = name === 'pub' || name === 'pvt';
  const kind = KINDS.get(text(type)) ?? (outside ? 'network' : 'workload');
  const isAddressed = kind === 'network' || kind === 'network-set';
  return { kind, namespace: text(namespace), name, address: isAddressed ? address : '' };
}

function nameless(end: string): RecordProblem {
  return {
    field: `${end}_name_aggr`,
    reason: 'is missing',
    remedy: `Send ${end}_name_aggr (pub or pvt for a network) or ${end}_name.`,
  };
}

/**
 * The address that tells destinations outside the cluster apart. Sources have none: each client of a public
 * service would be a flow of its own; their addresses are evidence.
 */
function soleAddress(value: Document): string {
  const domains = listOf(value.dest_domains);
  return domains.length === 1 ? (domains[0] ?? '') : text(value.dest_ip);
}

function readPolicies(policies: Document['policies']): ReturnType<typeof readTrace> {
  if (policies === null || policies === undefined || typeof policies === 'string')
    return readTrace(NO_HITS, NO_HITS);
  const all = listOf(policies.all_policies);
  // What a host merely forwarded is decided by the policies for forwarded traffic alone.
  const fallback =
    all.length > 0 ? all.filter((hit) => !hit.includes('staged:')) : listOf(policies.transit_policies);
  const enforced = policies.enforced_policies === undefined ? fallback : listOf(policies.enforced_policies);
  const trace = readTrace(enforced, listOf(policies.pending_policies));
  if (!isProblem(trace)) return trace;
  const field = trace.field.replace(/^(enforced|pending)/, 'policies.$1_policies');
  return { ...trace, field, remedy: 'Send hits as index|tier|policy|action|rule.' };
}

function readPort(value: number | string | null | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function readService(value: Document): Service | null {
  const name = text(value.dest_service_name);
  if (name === '') return null;
  const named = text(value.dest_service_port);
  const isNumber = /^\d{1,5}$/.test(named);
  const port = value.dest_service_port_num ?? (isNumber ? Number(named) : 0);
  const portName = isNumber || named === '*' ? '' : named;
  return { namespace: text(value.dest_service_namespace), name, portName, port };
}

/** `src`, `dst` or `fwd`; of several (`dst, fwd`) the end of the connection, which knows more. */
function readReporter(value: string): Reporter {
  if (value === 'src' || value === 'dst' || value === 'fwd') return value;
  if (value.includes('src')) return 'src';
  return value.includes('dst') ? 'dst' : 'fwd';
}

function readVerdict(value: string | null | undefined): Verdict {
  return value === 'allow' || value === 'deny' ? value : 'unknown';
}

function readLabels(value: Document['source_labels']): Labels {
  if (value === null || value === undefined || typeof value === 'string') return null;
  const labels = Array.isArray(value) ? value : value.labels;
  if (labels === null || labels === undefined || typeof labels === 'string') return null;
  return labels.length === 1 && labels[0] === '-' ? null : sortedLabels(labels);
}

function readSourceIps(value: Document): ReturnType<typeof tallyOf> {
  const original = listOf(value.original_source_ips);
  const own = text(value.source_ip);
  return original.length === 0 ? tallyOne(own) : tallyOf(own === '' ? original : [own, ...original]);
}
