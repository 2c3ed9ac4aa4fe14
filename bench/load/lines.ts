import type { Endpoint, FlowRecord, PolicyHit } from '@vibrissa/model';
import { policyOf } from '@vibrissa/model';
import { writeRecord } from '@vibrissa/protocol';
import type { Cluster } from './cluster.js';

/** Which of the formats that the server takes. */
export type Format = 'ours' | 'calico';

/**
 * Batches of `size` lines, each line one flow reported now, until every one of the first `flows` flows of
 * the cluster has had its turn.
 */
export function batches(cluster: Cluster, flows: number, size: number, format: Format): string[] {
  const now = Date.now();
  const write = format === 'ours' ? writeRecord : calicoLine;
  const texts: string[] = [];
  for (let first = 0; first < flows; first += size) {
    let text = '';
    for (let at = first; at < Math.min(flows, first + size); at++) {
      text += `${write(cluster.record(at, now))}\n`;
    }
    texts.push(text);
  }
  return texts;
}

const CALICO_KINDS = { workload: 'wep', host: 'hep', 'network-set': 'ns', network: 'net' } as const;

/** The record as Calico logs it, with the fields of no use to us that a log has. */
function calicoLine({ key, start, end, counters, sourceLabels, destLabels, evidence }: FlowRecord): string {
  return JSON.stringify({
    start_time: Math.floor(start / 1000),
    end_time: Math.ceil(end / 1000),
    source_ip: evidence.sourceIps.kept[0]?.[0] ?? null,
    ...side('source', key.source),
    source_port: null,
    source_labels: { labels: sourceLabels ?? [] },
    dest_ip: evidence.destIps.kept[0]?.[0] ?? null,
    ...side('dest', key.dest),
    dest_port: key.port,
    dest_labels: { labels: destLabels ?? [] },
    dest_service_namespace: key.service?.namespace ?? '-',
    dest_service_name: key.service?.name ?? '-',
    dest_service_port: key.service?.portName ?? '-',
    dest_service_port_num: key.service?.port ?? null,
    dest_domains: null,
    proto: key.protocol,
    action: key.verdict,
    reporter: key.reporter,
    policies: {
      all_policies: key.trace.enforced.map(loggedHit),
      pending_policies: key.trace.pending.map(loggedHit),
    },
    bytes_in: counters.bytesIn,
    bytes_out: counters.bytesOut,
    num_flows: counters.connectionsLive,
    num_flows_started: counters.connectionsStarted,
    num_flows_completed: counters.connectionsCompleted,
    packets_in: counters.packetsIn,
    packets_out: counters.packetsOut,
    http_requests_allowed_in: 0,
    http_requests_denied_in: 0,
    process_name: '-',
    num_process_names: 0,
    original_source_ips: null,
    num_original_source_ips: 0,
    host: evidence.nodes.kept[0]?.[0] ?? '-',
  });
}

function side(end: 'source' | 'dest', { kind, namespace, name }: Endpoint): object {
  return {
    [`${end}_name`]: '-',
    [`${end}_name_aggr`]: name,
    [`${end}_namespace`]: namespace === '' ? '-' : namespace,
    [`${end}_type`]: CALICO_KINDS[kind],
  };
}

function loggedHit(hit: PolicyHit): string {
  const { kind, namespace, name, tier } = policyOf(hit);
  const staged = kind.startsWith('Staged') ? 'staged:' : '';
  return `${hit.policyIndex}|${tier}|${namespace}/${tier}.${staged}${name}|${hit.action}|${hit.ruleIndex}`;
}
