import {
  COUNTER_NAMES,
  type Counters,
  type Endpoint,
  EVIDENCE_NAMES,
  type Evidence,
  type FlowKey,
  type FlowRecord,
  NO_EVIDENCE,
  type PolicyTrace,
  type Service,
} from '@vibrissa/model';
import { remembered, writeHits } from '@vibrissa/protocol';

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

/** What writes records as lines of RFC 4180; what they have in common, by identity, is written once. */
export function csvWriter(): (record: FlowRecord) => string {
  const keys = remembered(keyCells);
  const policies = remembered(traceCells);
  const labels = remembered(listCell);
  return ({ key, start, end, counters, sourceLabels, destLabels, evidence }) =>
    `${new Date(start).toISOString()},${new Date(end).toISOString()},${keys(key)},${counterCells(counters)},` +
    `${policies(key.trace)},${sourceLabels === null ? '' : labels(sourceLabels)},` +
    `${destLabels === null ? '' : labels(destLabels)},${evidenceCells(evidence)}\r\n`;
}

function keyCells({ reporter, verdict, source, dest, port, protocol, service }: FlowKey): string {
  return `${reporter},${verdict},${endCells(source)},${endCells(dest)},${port},${cell(protocol)},${serviceCells(service)}`;
}

function counterCells(counters: Counters): string {
  return COUNTER_NAMES.map((name) => counters[name] ?? '').join();
}

function traceCells({ enforced, pending }: PolicyTrace): string {
  return `${listCell(writeHits(enforced))},${listCell(writeHits(pending))}`;
}

function evidenceCells(evidence: Evidence): string {
  if (evidence === NO_EVIDENCE) return ',,,,,,';
  return EVIDENCE_NAMES.map((name) => listCell(evidence[name].kept.map(([value]) => value))).join();
}

function endCells({ kind, namespace, name, address }: Endpoint): string {
  return `${kind},${cell(namespace)},${cell(name)},${cell(address)}`;
}

function serviceCells(service: Service | null): string {
  if (service === null) return ',,,';
  const { namespace, name, portName, port } = service;
  return `${cell(namespace)},${cell(name)},${cell(portName)},${port}`;
}

function listCell(texts: readonly string[]): string {
  return cell(texts.join('; '));
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
