import type { Party } from './connection.js';
import { effectivePeerSelector } from './effective-selector.js';
import { matchParty, unsureKeys } from './match-labels.js';
import type { Aspect, PeerAspect } from './match-rule.js';
import type { Icmp, Peer, PortMatch, Rule } from './policy.js';
import { hasPorts, protocolText } from './protocols.js';
import type { Selector } from './selector.js';
import { selectorKeys } from './selector.js';
import {
  labelWords,
  list,
  type SelectorPart,
  type SelectorSubject,
  selectorParts,
  valueWords,
  withWords,
} from './selector-words.js';
import type { ConnectionView } from './view.js';

/** What a rule wants and what the connection has, in words that follow `wants` and `has`. */
export interface ConditionWords {
  readonly wants: string;
  readonly has: string;
  /** What is not known of the connection, as a noun: `the address of the source`; empty when all is. */
  readonly missing: string;
  /** Of a selector that does not match: which of its parts do not; absent for other conditions. */
  readonly fails?: readonly SelectorSubject[];
}

/** Words for one condition of a rule; `namespace` is the policy's, empty for a global one. */
export function conditionWords(
  aspect: Aspect,
  rule: Rule,
  namespace: string,
  view: ConnectionView,
): ConditionWords {
  const { protocol, icmp } = view.connection;
  switch (aspect) {
    case 'protocol':
    case 'notProtocol': {
      const wanted = aspect === 'protocol' ? rule.protocol : rule.notProtocol;
      const text = protocolText(wanted ?? '');
      return {
        wants: aspect === 'protocol' ? text : `another protocol than ${text}`,
        has: protocolText(protocol) || 'no known protocol',
        missing: protocol === '' ? 'the protocol' : '',
      };
    }
    case 'ipVersion': {
      const { family } = view;
      const has = family === null ? 'no known address' : `IPv${family}`;
      return {
        wants: `IPv${rule.ipVersion}`,
        has,
        missing: family === null ? 'whether it is IPv4 or IPv6' : '',
      };
    }
    case 'icmp':
    case 'notICMP': {
      const wanted = aspect === 'icmp' ? icmpWords(rule.icmp) : `other than ${icmpWords(rule.notIcmp)}`;
      const has = icmp === undefined ? protocolText(protocol) || 'no known protocol' : icmpWords(icmp);
      return { wants: wanted, has, missing: icmp === undefined ? 'the type of the ICMP message' : '' };
    }
    case 'http':
      return { wants: 'an HTTP request that it names', has: 'no known request', missing: 'the HTTP request' };
    default:
      return peerWords(aspect, rule, namespace, view);
  }
}

/** `ICMP type 8 code 0`; empty for none. */
export function icmpWords(icmp: Icmp | undefined): string {
  if (icmp === undefined) return '';
  return `ICMP type ${icmp.type}${icmp.code === undefined ? '' : ` code ${icmp.code}`}`;
}

function peerWords(
  aspect: `${'source' | 'destination'}.${PeerAspect}`,
  rule: Rule,
  namespace: string,
  view: ConnectionView,
): ConditionWords {
  const side = aspect.startsWith('source.') ? 'source' : 'destination';
  const peer = side === 'source' ? rule.source : rule.dest;
  const { party } = side === 'source' ? view.source : view.dest;
  const port = side === 'source' ? (view.connection.sourcePort ?? 0) : view.connection.port;
  // What stands behind the first dot is the part of a side.
  switch (aspect.slice(side.length + 1) as PeerAspect) {
    case 'selector':
      return selectorWords(side, effectivePeerSelector(peer, namespace), party);
    case 'notSelector':
      return notSelectorWords(side, peer.notSelector, party);
    case 'nets':
    case 'notNets': {
      const wanted = aspect.endsWith('notNets') ? `not in ${list(peer.notNets)}` : `in ${list(peer.nets)}`;
      const missing = party.ip === null ? `the address of the ${side}` : '';
      return { wants: `a ${side} ${wanted}`, has: addressText(party), missing };
    }
    case 'ports':
    case 'notPorts': {
      const excluded = aspect.endsWith('notPorts');
      const wanted = excluded
        ? `another ${sidePort(side)} than ${portsText(peer.notPorts)}`
        : `${sidePort(side)} ${portsText(peer.ports)}`;
      return {
        wants: wanted,
        has: portText(port, view.protocol),
        missing: hasPorts(view.protocol) === 'maybe' ? 'the protocol' : missingPort(side, peer, party, port),
      };
    }
    case 'services': {
      const { service } = peer;
      const missing = missingOfService(side, party, port, view.protocol);
      return {
        wants: `a ${side} behind service ${service?.namespace}/${service?.name}`,
        has: 'another',
        missing,
      };
    }
  }
}

function addressText({ ip, within }: Party): string {
  return ip ?? (within === undefined ? 'no known address' : 'one of several addresses');
}

function portText(port: number, protocol: number): string {
  if (port !== 0) return `${port}`;
  return hasPorts(protocol) === 'no' ? 'no port' : 'no known port';
}

function sidePort(side: 'source' | 'destination'): string {
  return side === 'source' ? 'source port' : 'port';
}

function missingPort(side: string, peer: Peer, party: Party, port: number): string {
  if (port === 0) return `the port of the ${side}`;
  const named = [...peer.ports, ...peer.notPorts].some((one) => 'name' in one);
  return named && (party.namedPorts === undefined || (party.perhapsPorts ?? []).length > 0)
    ? `what the ports of the ${side} are called`
    : '';
}

/** Of a source only the address counts. */
function missingOfService(side: Side, { services }: Party, port: number, protocol: number): string {
  if (services === undefined) return 'the endpoints of services';
  if (side === 'source') return '';
  if (port === 0) return 'the port';
  return hasPorts(protocol) === 'maybe' ? 'the protocol' : '';
}

/** `80, 443 or 8000-9000`. */
export function portsText(ports: readonly PortMatch[]): string {
  return list(
    ports.map((port) =>
      'name' in port ? port.name : port.from === port.to ? `${port.from}` : `${port.from}-${port.to}`,
    ),
  );
}

function selectorWords(side: Side, selector: Selector | null, party: Party): ConditionWords {
  if (selector === null) return { wants: '', has: '', missing: '' };
  const parts = selectorParts(selector);
  const failing = parts.filter((part) => matchParty(part.selector, party) === 'no');
  const fails = [...new Set(failing.map(({ about }) => about))];
  return {
    wants: sideWords(side, parts),
    has: labelsAt(failing.length === 0 ? parts : failing, party),
    missing: missingOf(side, selector, party),
    fails,
  };
}

function notSelectorWords(side: Side, selector: Selector | null, party: Party): ConditionWords {
  if (selector === null) return { wants: '', has: '', missing: '' };
  const parts = selectorParts(selector);
  const words = withWords(parts);
  return {
    wants: words === '' ? `a ${side} that no selector matches` : `a ${side} not ${words}`,
    has: labelsAt(parts, party),
    missing: missingOf(side, selector, party),
  };
}

type Side = 'source' | 'destination';

function sideWords(side: Side, parts: readonly SelectorPart[]): string {
  const noun = parts.some(({ about }) => about === 'pod') ? 'pod' : side;
  const words = withWords(parts);
  if (noun === 'pod') return words === '' ? `a pod as the ${side}` : `a ${side} pod ${words}`;
  return words === '' ? `a known endpoint as the ${side}` : `a ${side} ${words}`;
}

function missingOf(side: Side, selector: Selector, party: Party): string {
  const unsure = unsureKeys(selector, party);
  const inSets = (party.sets ?? []).filter(({ certain }) => !certain).map(({ name }) => name);
  return [
    ...(unsure.length === 0 ? [] : [`${list([...new Set(unsure.map(labelWords))])} of the ${side}`]),
    ...(inSets.length === 0 ? [] : [`whether the ${side} is in ${list(inSets)}`]),
  ].join(' and ');
}

/** What the end has of what these parts ask for. */
function labelsAt(parts: readonly SelectorPart[], { labels, kind, ip }: Party): string {
  if (labels === undefined) return ip === null ? 'no labels' : `no labels at ${ip}`;
  if (labels === null) return 'no known labels';
  const keys = [...new Set(parts.flatMap(({ selector }) => selectorKeys(selector)))];
  const asked = keys.filter((key) => key !== ORCHESTRATOR);
  if (asked.length < keys.length && labels.get(ORCHESTRATOR) !== 'k8s') return 'no pod there';
  const shown = [...new Set(asked.map((key) => valueWords(key, labels.get(key))))];
  return shown.length === 0 ? (kind ?? 'an endpoint') : shown.join(' and ');
}

/** Calico asks for it wherever Kubernetes means a pod. */
const ORCHESTRATOR = 'projectcalico.org/orchestrator';
