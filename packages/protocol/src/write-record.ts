import {
  type Counters,
  type Endpoint,
  type Evidence,
  type FlowKey,
  type FlowRecord,
  type Labels,
  NO_EVIDENCE,
  type Tally,
} from '@vibrissa/model';
import { writeMentions } from './mentions.js';
import { remembered } from './remembered.js';
import { writeHits } from './trace-text.js';

/** The line that `readFlowRecord` reads back as this record. */
export function writeRecord(record: FlowRecord): string {
  return writeLine(record, keyText, labelsText);
}

/**
 * A `writeRecord` for many records at once: what records have in common, by identity, is written once for as long as
 * it is in use.
 */
export function recordWriter(): (record: FlowRecord) => string {
  const keys = remembered(keyText);
  const labels = remembered(labelsText);
  return (record) => writeLine(record, keys, labels);
}

/** Members in an order by which readers find the key: it comes after the times, and before counters, which begin the rest. */
function writeLine(
  { key, start, end, counters, sourceLabels, destLabels, evidence }: FlowRecord,
  writeKey: (key: FlowKey) => string,
  writeLabels: (labels: NonNullable<Labels>) => string,
): string {
  const source = sourceLabels === null ? '' : `,"sourceLabels":${writeLabels(sourceLabels)}`;
  const dest = destLabels === null ? '' : `,"destLabels":${writeLabels(destLabels)}`;
  const head = `{"start":${start},"end":${end},${writeKey(key)}`;
  return `${head}${countersText(counters)}${source}${dest}${evidenceText(evidence)}}`;
}

function keyText({ reporter, verdict, source, dest, port, protocol, service, trace }: FlowKey): string {
  return JSON.stringify({
    reporter,
    action: verdict,
    source: writeEnd(source),
    dest: writeEnd(dest),
    port,
    protocol,
    service: service ?? undefined,
    enforced: writeHits(trace.enforced),
    pending: writeHits(trace.pending),
  }).slice(1, -1);
}

function labelsText(labels: NonNullable<Labels>): string {
  return JSON.stringify(labels);
}

function countersText(counters: Counters): string {
  return (
    member(',"packetsIn":', counters.packetsIn) +
    member(',"packetsOut":', counters.packetsOut) +
    member(',"bytesIn":', counters.bytesIn) +
    member(',"bytesOut":', counters.bytesOut) +
    member(',"connectionsStarted":', counters.connectionsStarted) +
    member(',"connectionsCompleted":', counters.connectionsCompleted) +
    member(',"connectionsLive":', counters.connectionsLive)
  );
}

/** Unknown is left out. */
function member(name: string, count: number | null): string {
  return count === null ? '' : name + count;
}

function evidenceText(evidence: Evidence): string {
  if (evidence === NO_EVIDENCE) return '';
  const text = JSON.stringify({
    sourceIps: writeTally(evidence.sourceIps),
    destIps: writeTally(evidence.destIps),
    sourcePorts: writeTally(evidence.sourcePorts),
    dnsNames: writeTally(evidence.dnsNames),
    node: isOne(evidence.nodes) ? evidence.nodes.kept[0]?.[0] : undefined,
    nodes: isOne(evidence.nodes) ? undefined : writeTally(evidence.nodes),
    drops: writeTally(evidence.drops),
    calls: writeTally(evidence.calls),
    mentions: writeMentions(evidence),
  });
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

function writeEnd(end: Endpoint): object {
  return {
    kind: end.kind === 'workload' ? undefined : end.kind,
    namespace: end.namespace === '' ? undefined : end.namespace,
    name: end.name,
    address: end.address === '' ? undefined : end.address,
  };
}

/** As it is of a single report. */
function isOne(tally: Tally): boolean {
  return tally.mentions === 1 && tally.kept.length === 1;
}

function writeTally(tally: Tally): string[] | undefined {
  return tally.kept.length === 0 ? undefined : tally.kept.map(([value]) => value);
}
