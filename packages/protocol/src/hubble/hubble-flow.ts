import {
  type Counters,
  type Endpoint,
  type Evidence,
  type FlowRecord,
  millis,
  type PolicyTrace,
  type Reporter,
  type Service,
  UNKNOWN_COUNTERS,
  type Verdict,
} from '@vibrissa/model';
import { tallyList, tallyOne } from '../flow-record.js';
import { DropReason, TraceReason, TrafficDirection, Verdict as WireVerdict } from '../gen/flow/flow_pb.js';
import { canonicalIp } from '../ip-address.js';
import { callText, nameOf } from './hubble-call.js';
import { cut, endOf, networkEnd } from './hubble-end.js';
import { EVENT_TYPE, type HubbleEndpoint, type HubbleFlow, type HubbleService } from './hubble-event.js';
import { isPolicyDrop, traceOf } from './hubble-policies.js';
import { type RecentConnection, RecentConnections, type Tuple } from './recent-connections.js';

/** Why an event on a packet makes no record. Each is counted by whoever converts. */
export type HubbleSkip =
  /** Without a usable time it has no place in the window. */
  | 'no time'
  /** A look inside the data path (debug, capture, agent), not at traffic. */
  | 'debug event'
  /** A look at a socket whose address was translated; its packets are told of by themselves. */
  | 'socket event'
  /** The drop of a packet whose verdict was told of already. */
  | 'second event of a packet';

const LATEST = 8_640_000_000_000_000;
const MOST_CONNECTIONS = 2 ** 32 - 2;
/** Where Linux begins to choose ports for connections it makes. */
const FIRST_EPHEMERAL = 32_768;
const NO_NAMES: readonly string[] = Object.freeze([]);
const STARTED_NONE: Counters = Object.freeze({ ...UNKNOWN_COUNTERS, connectionsStarted: 0 });
const STARTED_ONE: Counters = Object.freeze({ ...UNKNOWN_COUNTERS, connectionsStarted: 1 });

/** A flow turned, if need be, into the direction in which its connection was made. */
interface Connection extends Tuple {
  readonly source: HubbleEndpoint;
  readonly dest: HubbleEndpoint;
  readonly service: HubbleService | null;
  readonly destNames: readonly string[];
}

/**
 * Turns Hubble's events on packets into records, each with the event's time as its interval. Knows the
 * connections seen lately, so one converter is for one source of events, in their order.
 */
export class HubbleConverter {
  readonly #recent = new RecentConnections();

  convert(flow: HubbleFlow): FlowRecord | HubbleSkip {
    if (!(flow.time >= 0 && flow.time <= LATEST)) return 'no time';
    if (flow.verdict === WireVerdict.TRACED || flow.verdict === WireVerdict.TRANSLATED) return 'socket event';
    if (flow.eventType === EVENT_TYPE.socketTrace) return 'socket event';
    if (isDebug(flow.eventType)) return 'debug event';
    const sourceIp = canonicalIp(flow.sourceIp) ?? '';
    const destIp = canonicalIp(flow.destIp) ?? '';
    const isReply = this.#isReply(flow, sourceIp, destIp);
    const connection = turned(flow, sourceIp, destIp, isReply);
    const reporter = reporterOf(flow, connection);
    const verdict = verdictOf(flow);
    const recent = this.#recent.of(connection);
    let counters: Counters;
    let trace = traceOf(flow, verdict === 'deny');
    if (verdict === 'deny') {
      const isVerdict = flow.eventType !== EVENT_TYPE.drop;
      const isSecond = flow.eventType !== EVENT_TYPE.l7 && recent.isSecondOfPacket(isVerdict, flow.time);
      // A verdict that comes after its drop still names the policies; a drop after its verdict tells nothing new.
      if (isSecond && !isVerdict) return 'second event of a packet';
      counters = isSecond ? STARTED_NONE : deniedCounters(flow);
    } else {
      trace = recent.trace(reporter, trace);
      counters = allowedCounters(flow, recent, reporter);
    }
    return recordOf(flow, connection, { reporter, verdict, trace, counters });
  }

  #isReply(flow: HubbleFlow, sourceIp: string, destIp: string): boolean {
    if (flow.isReply !== null) return flow.isReply;
    // What policy denies it judged as the packet went, whatever connection it may belong to.
    if (flow.verdict === WireVerdict.DROPPED && isPolicyDrop(flow.dropReason)) return false;
    if (flow.traceReason === TraceReason.REPLY) return true;
    if (flow.traceReason === TraceReason.NEW || flow.traceReason === TraceReason.ESTABLISHED) return false;
    if (flow.syn) return flow.ack;
    const { protocol, sourcePort, destPort } = flow;
    const tuple = { protocol, sourceIp, sourcePort, destIp, destPort };
    if (this.#recent.has(reversed(tuple))) return true;
    // A node that merely passes a packet on may not know; the ports then tell which end was called.
    return (
      flow.eventType === EVENT_TYPE.trace &&
      sourcePort > 0 &&
      sourcePort < FIRST_EPHEMERAL &&
      destPort >= FIRST_EPHEMERAL &&
      !this.#recent.has(tuple)
    );
  }
}

function allowedCounters(flow: HubbleFlow, recent: RecentConnection, reporter: Reporter): Counters {
  // Events that an exporter folded are no connections, and their ports are mostly gone.
  if (flow.aggregated !== null) return UNKNOWN_COUNTERS;
  if (!recent.begins(reporter, flow.time, flow.syn && !flow.ack)) return STARTED_NONE;
  const isOlder =
    flow.eventType === EVENT_TYPE.trace &&
    (flow.traceReason === TraceReason.ESTABLISHED || flow.traceReason === TraceReason.REPLY);
  return isOlder ? STARTED_NONE : STARTED_ONE;
}

function isDebug(type: number): boolean {
  return type === EVENT_TYPE.debug || type === EVENT_TYPE.capture || type === EVENT_TYPE.agent;
}

function reversed({ protocol, sourceIp, sourcePort, destIp, destPort }: Tuple): Tuple {
  return { protocol, sourceIp: destIp, sourcePort: destPort, destIp: sourceIp, destPort: sourcePort };
}

function turned(flow: HubbleFlow, sourceIp: string, destIp: string, isReply: boolean): Connection {
  const protocol = flow.protocol === '' ? 'ip' : flow.protocol;
  if (isReply) {
    return {
      protocol,
      sourceIp: destIp,
      sourcePort: flow.destPort,
      destIp: sourceIp,
      destPort: flow.sourcePort,
      source: flow.dest,
      dest: flow.source,
      service: flow.sourceService,
      destNames: flow.sourceNames,
    };
  }
  return {
    protocol,
    sourceIp,
    sourcePort: flow.sourcePort,
    destIp,
    destPort: flow.destPort,
    source: flow.source,
    dest: flow.dest,
    service: flow.destService,
    destNames: flow.destNames,
  };
}

/** The direction is the connection's; where it is not told, the end that lives on the node saw it. */
function reporterOf({ direction }: HubbleFlow, { source, dest }: Connection): Reporter {
  if (direction === TrafficDirection.EGRESS) return 'src';
  if (direction === TrafficDirection.INGRESS) return 'dst';
  if (source.id !== 0) return 'src';
  return dest.id !== 0 ? 'dst' : 'fwd';
}

/** Only policy denies; what was lost for another reason says nothing of what is allowed. */
function verdictOf({ verdict, dropReason, eventType }: HubbleFlow): Verdict {
  switch (verdict) {
    case WireVerdict.FORWARDED:
    case WireVerdict.REDIRECTED:
    case WireVerdict.AUDIT:
      return 'allow';
    case WireVerdict.DROPPED:
      // The proxy drops what a rule on requests refuses, and names no reason.
      return isPolicyDrop(dropReason) || eventType === EVENT_TYPE.l7 ? 'deny' : 'unknown';
    default:
      return 'unknown';
  }
}

function deniedCounters({ aggregated }: HubbleFlow): Counters {
  if (aggregated === null || aggregated === 1) return STARTED_ONE;
  return { ...UNKNOWN_COUNTERS, connectionsStarted: Math.min(aggregated, MOST_CONNECTIONS) };
}

interface Judged {
  readonly reporter: Reporter;
  readonly verdict: Verdict;
  readonly trace: PolicyTrace;
  readonly counters: Counters;
}

function recordOf(
  flow: HubbleFlow,
  connection: Connection,
  { reporter, verdict, trace, counters }: Judged,
): FlowRecord {
  const source = endOf(connection.source);
  const dest = endOf(connection.dest);
  const dnsNames = namesOf(connection.destNames);
  const time = millis(flow.time);
  return {
    key: {
      source: source.endpoint ?? networkEnd(connection.sourceIp, ''),
      dest: dest.endpoint ?? outside(connection.destIp, dnsNames),
      port: portOf(connection.destPort),
      protocol: connection.protocol,
      service: serviceOf(connection.service),
      reporter,
      verdict,
      trace,
    },
    start: time,
    end: time,
    counters,
    sourceLabels: source.labels,
    destLabels: dest.labels,
    evidence: evidenceOf(flow, connection, dnsNames, verdict),
  };
}

function evidenceOf(
  flow: HubbleFlow,
  { sourceIp, destIp, sourcePort }: Connection,
  dnsNames: readonly string[],
  verdict: Verdict,
): Evidence {
  const call = flow.call === null ? '' : callText(flow.call, verdict === 'deny');
  return {
    sourceIps: tallyOne(sourceIp),
    destIps: tallyOne(destIp),
    sourcePorts: tallyOne(portOf(sourcePort) === 0 ? '' : String(sourcePort)),
    dnsNames: tallyList(dnsNames),
    nodes: tallyOne(nodeOf(flow.node)),
    drops: tallyOne(dropText(flow)),
    calls: tallyOne(call),
  };
}

function outside(ip: string, names: readonly string[]): Endpoint {
  const [only = ''] = names;
  return networkEnd(ip, names.length === 1 ? only : ip);
}

const services = new WeakMap<HubbleService, Service>();

function serviceOf(told: HubbleService | null): Service | null {
  if (told === null || told.name === '') return null;
  const known = services.get(told);
  if (known !== undefined) return known;
  const service: Service = { namespace: cut(told.namespace), name: cut(told.name), portName: '', port: 0 };
  services.set(told, service);
  return service;
}

function portOf(port: number): number {
  return port <= 65_535 ? port : 0;
}

function namesOf(told: readonly string[]): readonly string[] {
  if (told.length === 0) return NO_NAMES;
  const names = new Set<string>();
  for (const name of told) if (name !== '' && name.length <= 254) names.add(cut(nameOf(name).toLowerCase()));
  names.delete('');
  return [...names].slice(0, 64);
}

/** In a mesh of clusters the node's name follows its cluster's. */
function nodeOf(node: string): string {
  return cut(node.slice(node.lastIndexOf('/') + 1));
}

/** Why the packet was lost, as Cilium names it; empty when it was not. */
function dropText({ verdict, dropReason, eventType }: HubbleFlow): string {
  if (verdict === WireVerdict.ERROR) return DropReason[dropReason] ?? 'ERROR';
  if (verdict !== WireVerdict.DROPPED) return '';
  if (dropReason === 0) return eventType === EVENT_TYPE.l7 ? 'denied by the proxy' : 'unknown reason';
  return DropReason[dropReason] ?? `reason ${dropReason}`;
}
