import { addCount } from './counters.js';
import type { Endpoint } from './endpoint.js';
import { isOutside } from './endpoint.js';
import { type Flow, type FlowKey, REPORTERS } from './flow.js';
import type { FlowGroup, Grouping, GroupKey, Traffic } from './flow-group.js';
import { decidingHit, type PolicyHit } from './policy-hit.js';
import { millis } from './time.js';
import { pendingVerdict, type Verdict, worseVerdict } from './verdict.js';

/** What a flow has in common with the others of its line at this grouping. */
export function groupKeyOf(key: FlowKey, grouping: Grouping): GroupKey {
  const { source, dest, port, protocol } = key;
  if (grouping === 'workload') return { source: named(source), dest: named(dest), port: 0, protocol: '' };
  if (grouping === 'namespace') return { source: spaced(source), dest: spaced(dest), port: 0, protocol: '' };
  return { source, dest, port, protocol };
}

function named(endpoint: Endpoint): Endpoint {
  return endpoint.address === '' ? endpoint : { ...endpoint, address: '' };
}

function spaced(endpoint: Endpoint): Endpoint {
  return isOutside(endpoint) ? named(endpoint) : { ...endpoint, name: '' };
}

/**
 * Folds the flows of one group into a line. Both ends report the same packets, so of the two sides the
 * larger count is taken, connection by connection, and only then summed.
 */
export function foldFlows(id: number, key: GroupKey, flows: readonly Flow[]): FlowGroup {
  let verdict: Verdict = 'unknown';
  let pending: Verdict = 'unknown';
  let firstSeen = Number.POSITIVE_INFINITY;
  let lastSeen = 0;
  let service = null;
  for (const flow of flows) {
    verdict = worseVerdict(verdict, flow.key.verdict);
    pending = worseVerdict(pending, pendingVerdict(flow.key.trace));
    firstSeen = Math.min(firstSeen, flow.firstSeen);
    lastSeen = Math.max(lastSeen, flow.lastSeen);
    service ??= flow.key.service;
  }
  return {
    id,
    key,
    service,
    flows,
    verdict,
    pending,
    decidedBy: decider(flows, verdict, (flow) => [flow.key.verdict, flow.key.trace.enforced]),
    pendingDecidedBy: decider(flows, pending, (flow) => [
      pendingVerdict(flow.key.trace),
      flow.key.trace.pending,
    ]),
    traffic: trafficOf(flows),
    firstSeen: millis(firstSeen),
    lastSeen: millis(lastSeen),
  };
}

function decider(
  flows: readonly Flow[],
  verdict: Verdict,
  read: (flow: Flow) => readonly [Verdict, readonly PolicyHit[]],
): PolicyHit | null {
  let found: PolicyHit | null = null;
  for (const flow of flows) {
    const [said, hits] = read(flow);
    if (said !== verdict) continue;
    const hit = decidingHit(hits);
    if (hit !== null && (found === null || flow.key.reporter === 'dst')) found = hit;
  }
  return found;
}

const NOTHING: Traffic = {
  bytesSent: null,
  bytesReceived: null,
  packetsSent: null,
  packetsReceived: null,
  connectionsStarted: null,
  connectionsCompleted: null,
  connectionsLive: null,
  connectionsDenied: null,
};

function combine(
  a: Traffic,
  b: Traffic,
  pick: (x: number | null, y: number | null) => number | null,
): Traffic {
  return {
    bytesSent: pick(a.bytesSent, b.bytesSent),
    bytesReceived: pick(a.bytesReceived, b.bytesReceived),
    packetsSent: pick(a.packetsSent, b.packetsSent),
    packetsReceived: pick(a.packetsReceived, b.packetsReceived),
    connectionsStarted: pick(a.connectionsStarted, b.connectionsStarted),
    connectionsCompleted: pick(a.connectionsCompleted, b.connectionsCompleted),
    connectionsLive: pick(a.connectionsLive, b.connectionsLive),
    connectionsDenied: pick(a.connectionsDenied, b.connectionsDenied),
  };
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

function trafficOf(flows: readonly Flow[]): Traffic {
  const [first] = flows;
  if (first === undefined) return NOTHING;
  if (flows.every((flow) => samePair(flow.key, first.key))) return pairTraffic(flows);
  const pairs = new Map<string, Flow[]>();
  for (const flow of flows) {
    const pair = pairOf(flow.key);
    const members = pairs.get(pair);
    if (members === undefined) pairs.set(pair, [flow]);
    else members.push(flow);
  }
  let total = NOTHING;
  for (const members of pairs.values()) total = combine(total, pairTraffic(members), addCount);
  return total;
}

/** The traffic of one pair, port and protocol: each side's reports are summed, then the larger side taken. */
function pairTraffic(flows: readonly Flow[]): Traffic {
  let seen: Traffic | null = null;
  for (const reporter of REPORTERS) {
    let side: Traffic | null = null;
    for (const flow of flows) {
      if (flow.key.reporter !== reporter) continue;
      side = side === null ? fromReport(flow) : combine(side, fromReport(flow), addCount);
    }
    if (side !== null) seen = seen === null ? side : combine(seen, side, larger);
  }
  return seen ?? NOTHING;
}

function samePair(a: FlowKey, b: FlowKey): boolean {
  return a.source === b.source && a.dest === b.dest && a.port === b.port && a.protocol === b.protocol;
}

function pairOf({ source, dest, port, protocol }: FlowKey): string {
  return [
    source.namespace,
    source.name,
    source.address,
    dest.namespace,
    dest.name,
    dest.address,
    port,
    protocol,
  ].join('\n');
}

/** Counters are relative to the reporter: what reaches the destination is what the source sent. */
function fromReport({ key, counters }: Flow): Traffic {
  const atSource = key.reporter === 'src';
  return {
    bytesSent: atSource ? counters.bytesOut : counters.bytesIn,
    bytesReceived: atSource ? counters.bytesIn : counters.bytesOut,
    packetsSent: atSource ? counters.packetsOut : counters.packetsIn,
    packetsReceived: atSource ? counters.packetsIn : counters.packetsOut,
    connectionsStarted: counters.connectionsStarted,
    connectionsCompleted: counters.connectionsCompleted,
    connectionsLive: counters.connectionsLive,
    connectionsDenied:
      counters.connectionsStarted === null ? null : key.verdict === 'deny' ? counters.connectionsStarted : 0,
  };
}
