import {
  type Endpoint,
  type FlowRecord,
  type Labels,
  NO_EVIDENCE,
  type PolicyHit,
  type Service,
  type Tally,
} from '@vibrissa/model';
import { writeHits } from '@vibrissa/protocol';

const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;
const SPECIAL = /^[=+\-@\t\r]|[",\r\n]/;

/** The columns, in order; what is unknown is empty. */
const COLUMNS = [
  ['start', 'end', 'reporter', 'verdict'],
  ['source_kind', 'source_namespace', 'source_name', 'source_address'],
  ['dest_kind', 'dest_namespace', 'dest_name', 'dest_address', 'port', 'protocol'],
  ['service_namespace', 'service_name', 'service_port_name', 'service_port'],
  ['packets_in', 'packets_out', 'bytes_in', 'bytes_out'],
  ['connections_started', 'connections_completed', 'connections_live'],
  ['enforced', 'pending', 'source_labels', 'dest_labels'],
  ['source_ips', 'dest_ips', 'source_ports', 'dns_names', 'nodes', 'drops', 'calls'],
];

/** The line of names. No line tells the filter: a spreadsheet would take it for the names. */
export const CSV_HEAD = `${COLUMNS.flat().join()}\r\n`;

/** One record as a line of RFC 4180. */
export function csvLine({
  key,
  start,
  end,
  counters,
  sourceLabels,
  destLabels,
  evidence,
}: FlowRecord): string {
  const { service, trace } = key;
  const what =
    `${new Date(start).toISOString()},${new Date(end).toISOString()},${key.reporter},${key.verdict},` +
    `${endCells(key.source)},${endCells(key.dest)},${key.port},${cell(key.protocol)},${serviceCells(service)}`;
  const moved =
    `${counters.packetsIn ?? ''},${counters.packetsOut ?? ''},${counters.bytesIn ?? ''},${counters.bytesOut ?? ''},` +
    `${counters.connectionsStarted ?? ''},${counters.connectionsCompleted ?? ''},${counters.connectionsLive ?? ''}`;
  const told =
    `${hits(trace.enforced)},${hits(trace.pending)},${list(sourceLabels)},${list(destLabels)},` +
    (evidence === NO_EVIDENCE
      ? ',,,,,,'
      : `${values(evidence.sourceIps)},${values(evidence.destIps)},${values(evidence.sourcePorts)},` +
        `${values(evidence.dnsNames)},${values(evidence.nodes)},${values(evidence.drops)},${values(evidence.calls)}`);
  return `${what},${moved},${told}\r\n`;
}

function endCells({ kind, namespace, name, address }: Endpoint): string {
  return `${kind},${cell(namespace)},${cell(name)},${cell(address)}`;
}

function serviceCells(service: Service | null): string {
  if (service === null) return ',,,';
  const { namespace, name, portName, port } = service;
  return `${cell(namespace)},${cell(name)},${cell(portName)},${port}`;
}

function hits(trace: readonly PolicyHit[]): string {
  return trace.length === 0 ? '' : list(writeHits(trace));
}

function list(texts: Labels): string {
  return texts === null ? '' : cell(texts.join('; '));
}

function values({ kept }: Tally): string {
  return kept.length === 0 ? '' : cell(kept.map(([value]) => value).join('; '));
}

/**
 * Names come from the network. A spreadsheet runs a cell that begins like a formula, so that gets the apostrophe by
 * which spreadsheets mark plain text.
 */
function cell(value: string): string {
  if (!SPECIAL.test(value)) return value;
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
