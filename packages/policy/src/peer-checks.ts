import type { NamedPort, Party } from './connection.js';
import { effectivePeerSelector } from './effective-selector.js';
import { both, either, known, type Match, negate } from './match.js';
import type { Check, PeerAspect } from './match-rule.js';
import type { Peer, PortMatch, ServiceName } from './policy.js';
import { hasPorts, mayBeProtocol, protocolNumber } from './protocols.js';
import type { SelectorTable } from './selector-table.js';
import type { ConnectionView, PartyView } from './view.js';

/** The conditions of one side of a rule; a side that names nothing has none. */
export function peerChecks(
  peer: Peer,
  side: 'source' | 'destination',
  policyNamespace: string,
  selectors: SelectorTable,
): readonly Check[] {
  const end: End = side === 'source' ? 'source' : 'dest';
  const checks: Check[] = [];
  const add = (aspect: PeerAspect, test: Check['test'], asks: Check['asks'] = 'facts') =>
    checks.push({ aspect: `${side}.${aspect}`, asks, test });
  const portsAsk = (wanted: readonly PortMatch[]): Check['asks'] =>
    // A port's name is what an end calls it, and a source's port is not the connection's.
    end === 'dest' && wanted.every((port) => 'from' in port) ? 'port' : 'facts';
  const { nets, notNets, ports, notPorts, service } = peer;
  if (ports.length > 0) add('ports', (view) => matchPorts(ports, view, end), portsAsk(ports));
  // A protocol without ports has no port that could be among them.
  if (notPorts.length > 0)
    add('notPorts', (view) => negate(matchPorts(notPorts, view, end)), portsAsk(notPorts));
  const selector = effectivePeerSelector(peer, policyNamespace);
  if (selector !== null) {
    const one = selectors.add(selector);
    add('selector', (view) => endAt(view, end).answers.peer(one), 'selector');
  }
  if (peer.notSelector !== null) {
    const one = selectors.add(peer.notSelector);
    add('notSelector', (view) => negate(endAt(view, end).answers.peer(one)));
  }
  if (nets.length > 0) {
    const { id, set } = selectors.nets(nets);
    add('nets', (view) => endAt(view, end).nets.match(id, set, view.family));
  }
  if (notNets.length > 0) {
    const { id, set } = selectors.nets(notNets);
    add('notNets', (view) => negate(endAt(view, end).nets.match(id, set, view.family)));
  }
  if (service !== undefined) add('services', (view) => matchService(service, view, end));
  return checks;
}

type End = 'source' | 'dest';

function endAt(view: ConnectionView, end: End): PartyView {
  return end === 'source' ? view.source : view.dest;
}

/** 0 where it is not known. */
function portAt({ connection }: ConnectionView, end: End): number {
  return end === 'dest' ? connection.port : (connection.sourcePort ?? 0);
}

function matchPorts(wanted: readonly PortMatch[], view: ConnectionView, end: End): Match {
  const any = hasPorts(view.protocol);
  if (any === 'no') return 'no';
  const port = portAt(view, end);
  const { party } = endAt(view, end);
  let found: Match = 'no';
  for (const one of wanted) {
    found = either(found, matchPort(one, party, port, view.protocol));
    if (found === 'yes') break;
  }
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
        mayBeProtocol(protocol, protocolNumber(named.protocol)),
    );
  if (declares(party.namedPorts)) return port === 0 ? 'maybe' : 'yes';
  return declares(party.perhapsPorts ?? []) ? 'maybe' : 'no';
}

/** Of a source only the address counts. */
function matchService(wanted: ServiceName, view: ConnectionView, end: End): Match {
  const { services } = endAt(view, end).party;
  if (services === undefined) return 'maybe';
  const backings = services.filter(
    ({ namespace, name }) => namespace === wanted.namespace && name === wanted.name,
  );
  if (end === 'source') return known(backings.length > 0);
  const port = portAt(view, end);
  const here = backings.filter(
    (backing) =>
      (port === 0 || backing.port === port) && mayBeProtocol(view.protocol, protocolNumber(backing.protocol)),
  );
  if (here.length === 0) return 'no';
  return port === 0 ? 'maybe' : both(hasPorts(view.protocol), 'yes');
}
