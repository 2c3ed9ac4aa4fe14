import { type Action, cidrMatcher } from '@vibrissa/model';
import type { Connection, Party } from './connection.js';
import { effectivePeerSelector } from './effective-selector.js';
import type { Peer, PortMatch, Rule } from './policy.js';
import { matchesSelector, type Selector } from './selector.js';

/** Whether something matches; `maybe` when a fact that decides it is not known. */
export type Match = 'yes' | 'no' | 'maybe';

/** A rule made ready to match many connections. */
export interface CompiledRule {
  readonly action: Action;
  readonly protocol: string | null;
  readonly notProtocol: string | null;
  readonly source: CompiledPeer;
  readonly dest: CompiledPeer;
}

type InNet = (ip: string) => boolean;

interface CompiledPeer {
  readonly selector: Selector | null;
  readonly notSelector: Selector | null;
  /** Null is no condition; empty matches nothing, as when every net written was invalid. */
  readonly nets: readonly InNet[] | null;
  readonly notNets: readonly InNet[];
  readonly ports: readonly PortMatch[];
  readonly notPorts: readonly PortMatch[];
}

export function compileRule(rule: Rule, policyNamespace: string): CompiledRule {
  return {
    action: rule.action,
    protocol: rule.protocol === null ? null : protocolId(rule.protocol),
    notProtocol: rule.notProtocol === null ? null : protocolId(rule.notProtocol),
    source: compilePeer(rule.source, policyNamespace),
    dest: compilePeer(rule.dest, policyNamespace),
  };
}

function compilePeer(peer: Peer, policyNamespace: string): CompiledPeer {
  return {
    selector: effectivePeerSelector(peer, policyNamespace),
    notSelector: peer.notSelector,
    nets: peer.nets.length === 0 ? null : readNets(peer.nets),
    notNets: readNets(peer.notNets),
    ports: peer.ports,
    notPorts: peer.notPorts,
  };
}

function readNets(texts: readonly string[]): readonly InNet[] {
  return texts.map(cidrMatcher).filter((net) => net !== null);
}

/** Whether a rule matches a connection: every condition it has must hold. */
export function matchRule(rule: CompiledRule, connection: Connection): Match {
  const protocol = protocolId(connection.protocol);
  if (rule.protocol !== null && rule.protocol !== protocol) return 'no';
  if (rule.notProtocol !== null && rule.notProtocol === protocol) return 'no';
  return worst(
    matchPeer(rule.source, connection.source, null, protocol),
    matchPeer(rule.dest, connection.dest, connection.port, protocol),
  );
}

/** `port` is null for a side whose port is not known: flows keep no source port. */
function matchPeer(peer: CompiledPeer, party: Party, port: number | null, protocol: string): Match {
  let match = matchSelectors(peer, party);
  if (match === 'no') return 'no';
  match = worst(match, matchNets(peer, party.ip));
  if (match === 'no') return 'no';
  if (peer.ports.length > 0) {
    match = worst(
      match,
      anyOf(peer.ports, (p) => matchPort(p, party, port, protocol)),
    );
  }
  if (peer.notPorts.length > 0) {
    match = worst(match, negate(anyOf(peer.notPorts, (p) => matchPort(p, party, port, protocol))));
  }
  return match;
}

function matchSelectors({ selector, notSelector }: CompiledPeer, { labels }: Party): Match {
  if (selector === null && notSelector === null) return 'yes';
  if (labels === null) return 'maybe';
  if (labels === undefined) return selector === null ? 'yes' : 'no';
  if (selector !== null && !matchesSelector(selector, labels)) return 'no';
  return notSelector !== null && matchesSelector(notSelector, labels) ? 'no' : 'yes';
}

function matchNets({ nets, notNets }: CompiledPeer, ip: string | null): Match {
  if (nets === null && notNets.length === 0) return 'yes';
  if (ip === null) return nets?.length === 0 ? 'no' : 'maybe';
  if (nets !== null && !nets.some((inNet) => inNet(ip))) return 'no';
  return notNets.some((inNet) => inNet(ip)) ? 'no' : 'yes';
}

function matchPort(wanted: PortMatch, party: Party, port: number | null, protocol: string): Match {
  if (port === null) return 'maybe';
  if ('from' in wanted) return port >= wanted.from && port <= wanted.to ? 'yes' : 'no';
  if (party.labels === undefined) return 'no';
  if (party.namedPorts === undefined) return 'maybe';
  const declared = party.namedPorts.some(
    (named) => named.name === wanted.name && named.port === port && protocolId(named.protocol) === protocol,
  );
  return declared ? 'yes' : 'no';
}

function anyOf<T>(items: readonly T[], test: (item: T) => Match): Match {
  let found: Match = 'no';
  for (const item of items) {
    const match = test(item);
    if (match === 'yes') return 'yes';
    if (match === 'maybe') found = 'maybe';
  }
  return found;
}

function worst(a: Match, b: Match): Match {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'maybe' || b === 'maybe' ? 'maybe' : 'yes';
}

function negate(match: Match): Match {
  if (match === 'maybe') return 'maybe';
  return match === 'yes' ? 'no' : 'yes';
}

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = {
  icmp: '1',
  tcp: '6',
  udp: '17',
  icmpv6: '58',
  sctp: '132',
  udplite: '136',
};

/** A protocol's number as text, so that `TCP`, `tcp` and `6` are one; an unknown name is itself. */
function protocolId(protocol: string): string {
  const name = protocol.toLowerCase();
  return PROTOCOL_NUMBERS[name] ?? name;
}
