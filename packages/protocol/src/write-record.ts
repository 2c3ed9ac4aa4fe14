import type { Endpoint, FlowRecord, Tally } from '@vibrissa/model';
import { writeMentions } from './mentions.js';
import { writeHits } from './trace-text.js';

/** The line that `readFlowRecord` reads back as this record. */
export function writeRecord({
  key,
  start,
  end,
  counters,
  sourceLabels,
  destLabels,
  evidence,
}: FlowRecord): string {
  return JSON.stringify({
    start,
    end,
    reporter: key.reporter,
    action: key.verdict,
    source: writeEnd(key.source),
    dest: writeEnd(key.dest),
    port: key.port,
    protocol: key.protocol,
    service: key.service ?? undefined,
    enforced: writeHits(key.trace.enforced),
    pending: writeHits(key.trace.pending),
    packetsIn: counters.packetsIn ?? undefined,
    packetsOut: counters.packetsOut ?? undefined,
    bytesIn: counters.bytesIn ?? undefined,
    bytesOut: counters.bytesOut ?? undefined,
    connectionsStarted: counters.connectionsStarted ?? undefined,
    connectionsCompleted: counters.connectionsCompleted ?? undefined,
    connectionsLive: counters.connectionsLive ?? undefined,
    sourceLabels: sourceLabels ?? undefined,
    destLabels: destLabels ?? undefined,
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
