import type { FlowRecord, Labels, Tally } from '@vibrissa/model';
import { writeHits } from '@vibrissa/protocol';

type Cell = string | number | null;

/** The columns, in order; what is unknown is empty. */
const COLUMNS: Readonly<Record<string, (record: FlowRecord) => Cell>> = {
  start: ({ start }) => new Date(start).toISOString(),
  end: ({ end }) => new Date(end).toISOString(),
  reporter: ({ key }) => key.reporter,
  verdict: ({ key }) => key.verdict,
  source_kind: ({ key }) => key.source.kind,
  source_namespace: ({ key }) => key.source.namespace,
  source_name: ({ key }) => key.source.name,
  source_address: ({ key }) => key.source.address,
  dest_kind: ({ key }) => key.dest.kind,
  dest_namespace: ({ key }) => key.dest.namespace,
  dest_name: ({ key }) => key.dest.name,
  dest_address: ({ key }) => key.dest.address,
  port: ({ key }) => key.port,
  protocol: ({ key }) => key.protocol,
  service_namespace: ({ key }) => key.service?.namespace ?? null,
  service_name: ({ key }) => key.service?.name ?? null,
  service_port_name: ({ key }) => key.service?.portName ?? null,
  service_port: ({ key }) => key.service?.port ?? null,
  packets_in: ({ counters }) => counters.packetsIn,
  packets_out: ({ counters }) => counters.packetsOut,
  bytes_in: ({ counters }) => counters.bytesIn,
  bytes_out: ({ counters }) => counters.bytesOut,
  connections_started: ({ counters }) => counters.connectionsStarted,
  connections_completed: ({ counters }) => counters.connectionsCompleted,
  connections_live: ({ counters }) => counters.connectionsLive,
  enforced: ({ key }) => list(writeHits(key.trace.enforced)),
  pending: ({ key }) => list(writeHits(key.trace.pending)),
  source_labels: ({ sourceLabels }) => list(sourceLabels),
  dest_labels: ({ destLabels }) => list(destLabels),
  source_ips: ({ evidence }) => values(evidence.sourceIps),
  dest_ips: ({ evidence }) => values(evidence.destIps),
  source_ports: ({ evidence }) => values(evidence.sourcePorts),
  dns_names: ({ evidence }) => values(evidence.dnsNames),
  nodes: ({ evidence }) => values(evidence.nodes),
  drops: ({ evidence }) => values(evidence.drops),
  calls: ({ evidence }) => values(evidence.calls),
};

const READERS = Object.values(COLUMNS);

/** The line of names. No line tells the filter: a spreadsheet would take it for the names. */
export const CSV_HEAD = `${Object.keys(COLUMNS).join()}\r\n`;

/** One record as a line of RFC 4180. */
export function csvLine(record: FlowRecord): string {
  let line = '';
  for (const read of READERS) line += line === '' ? cell(read(record)) : `,${cell(read(record))}`;
  return `${line}\r\n`;
}

function list(texts: Labels): string | null {
  return texts === null ? null : texts.join('; ');
}

function values({ kept }: Tally): string {
  return kept.map(([value]) => value).join('; ');
}

/**
 * Names come from the network. A spreadsheet runs a cell that begins like a formula, so that gets the apostrophe by
 * which spreadsheets mark plain text.
 */
function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
