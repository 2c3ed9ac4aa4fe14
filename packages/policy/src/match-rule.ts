import type { CompiledPeer, CompiledRule } from './compile-rule.js';
import type { NamedPort, Party } from './connection.js';
import { both, either, known, type Match, negate } from './match.js';
import type { Icmp, PortMatch, ServiceName } from './policy.js';
import { hasPorts, isIcmp, matchNotProtocol, matchProtocol, protocolNumber } from './protocols.js';
import type { ConnectionView, PartyView } from './view.js';

/** What a rule can ask of a connection. */
export type Aspect =
  | ('protocol' | 'notProtocol' | 'ipVersion' | 'icmp' | 'notICMP' | 'http')
  | `${'source' | 'destination'} ${PeerAspect}`;

export type PeerAspect =
  | ('selector' | 'notSelector' | 'nets' | 'notNets' | 'ports' | 'notPorts')
  | 'services';

/** Hears of each condition that a rule has and how it was met. */
export type Witness = (aspect: Aspect, match: Match) => void;

/**
 * Whether a rule matches a connection: every condition it has must hold. With a witness every condition
 * is asked, without one only until the first that does not hold.
 */
export function matchRule(rule: CompiledRule, view: ConnectionView, witness?: Witness): Match {
  let match: Match = 'yes';
  const ask = (aspect: Aspect, found: Match) => {
    witness?.(aspect, found);
    match = both(match, found);
    return match === 'no' && witness === undefined;
  };
  const { protocol } = view;
  if (rule.protocol !== null && ask('protocol', matchProtocol(rule.protocol, protocol))) return 'no';
  if (rule.notProtocol !== null && ask('notProtocol', matchNotProtocol(rule.notProtocol, protocol))) {
    return 'no';
  }
  if (rule.ipVersion !== null && ask('ipVersion', matchFamily(rule.ipVersion, view.family))) return 'no';
  if (!rule.dest.any) {
    const found = matchPeer(rule.dest, view.dest, view, 'destination', witness);
    if (found === 'no' && witness === undefined) return 'no';
    match = both(match, found);
  }
  if (!rule.source.any) {
    const found = matchPeer(rule.source, view.source, view, 'source', witness);
    if (found === 'no' && witness === undefined) return 'no';
    match = both(match, found);
  }
  if (rule.icmp !== null && ask('icmp', matchIcmp(rule.icmp, view))) return 'no';
  if (rule.notIcmp !== null && ask('notICMP', negate(matchIcmp(rule.notIcmp, view)))) return 'no';
  if (rule.http && ask('http', 'maybe')) return 'no';
  return match;
}

function matchFamily(wanted: 4 | 6, family: 4 | 6 | null): Match {
  return family === null ? 'maybe' : known(family === wanted);
}

function matchIcmp(wanted: Icmp, { protocol, connection }: ConnectionView): Match {
  const icmp = isIcmp(protocol);
  if (icmp === 'no') return 'no';
  if (connection.icmp === undefined) return 'maybe';
  const { type, code } = connection.icmp;
  return both(icmp, known(type === wanted.type && (wanted.code === undefined || code === wanted.code)));
}

function matchPeer(
  peer: CompiledPeer,
  end: PartyView,
  view: ConnectionView,
  side: 'source' | 'destination',
  witness: Witness | undefined,
): Match {
  let match: Match = 'yes';
  const ask = (aspect: PeerAspect, found: Match) => {
    witness?.(`${side} ${aspect}`, found);
    match = both(match, found);
    return match === 'no' && witness === undefined;
  };
  if (peer.selector !== null && ask('selector', end.answers.peer(peer.selector))) return 'no';
  if (peer.notSelector !== null && ask('notSelector', negate(end.answers.peer(peer.notSelector))))
    return 'no';
  if (peer.nets !== null && ask('nets', peer.nets.match(end.where, view.family))) return 'no';
  if (peer.notNets !== null && ask('notNets', negate(peer.notNets.match(end.where, view.family))))
    return 'no';
  if (peer.ports.length === 0 && peer.notPorts.length === 0 && peer.service === null) return match;

  const port = side === 'destination' ? view.connection.port : (view.connection.sourcePort ?? 0);
  const { party } = end;
  if (peer.ports.length > 0 && ask('ports', matchPorts(peer.ports, party, port, view.protocol))) return 'no';
  if (peer.notPorts.length > 0) {
    // A protocol without ports has no port that could be among them.
    const found = negate(matchPorts(peer.notPorts, party, port, view.protocol));
    if (ask('notPorts', found)) return 'no';
  }
  if (peer.service !== null) {
    const asked = side === 'destination' ? port : null;
    ask('services', matchService(peer.service, party, asked, view.protocol));
  }
  return match;
}

function matchPorts(wanted: readonly PortMatch[], party: Party, port: number, protocol: number): Match {
  const any = hasPorts(protocol);
  if (any === 'no') return 'no';
  let found: Match = 'no';
  for (const one of wanted) found = either(found, matchPort(one, party, port, protocol));
  return both(any, found);
}

function matchPort(wanted: PortMatch, party: Party, port: number, protocol: number): Match {
  if ('from' in wanted) {
    if (port === 0) return wanted.from <= 1 && wanted.to >= 65_535 ? 'yes' : 'maybe';
    return known(port >= wanted.from && port <= wanted.to);
  }
  // Only workloads and hosts declare ports by name.
  if (party.labels === undefined || party.kind === 'network-set') return 'no';
  if (party.namedPorts === undefined) return 'maybe';
  const declares = (ports: readonly NamedPort[]) =>
    ports.some(
      (named) =>
        named.name === wanted.name &&
        (port === 0 || named.port === port) &&
        protocolNumber(named.protocol) === protocol,
    );
  if (declares(party.namedPorts)) return port === 0 ? 'maybe' : 'yes';
  return declares(party.perhapsPorts ?? []) ? 'maybe' : 'no';
}

/** `port` is null for a source, of which only the address counts. */
function matchService(wanted: ServiceName, party: Party, port: number | null, protocol: number): Match {
  if (party.services === undefined) return 'maybe';
  const backings = party.services.filter(
    ({ namespace, name }) => namespace === wanted.namespace && name === wanted.name,
  );
  if (port === null) return known(backings.length > 0);
  const same = backings.filter((backing) => protocolNumber(backing.protocol) === protocol);
  if (port === 0) return same.length > 0 ? 'maybe' : 'no';
  return known(same.some((backing) => backing.port === port));
}
