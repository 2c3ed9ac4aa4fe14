import { printSelector } from './calico-selector.js';
import type { Party } from './connection.js';
import { effectivePeerSelector } from './effective-selector.js';
import { unsureKeys } from './match-labels.js';
import type { Aspect, PeerAspect } from './match-rule.js';
import type { Icmp, Peer, PortMatch, Rule } from './policy.js';
import type { Selector } from './selector.js';
import { selectorKeys } from './selector.js';
import type { ConnectionView } from './view.js';

/** What a rule wants and what the connection has, in words that follow `wants` and `has`. */
export interface ConditionWords {
  readonly wants: string;
  readonly has: string;
  /** What is not known of the connection, as a noun: `the address of the source`; empty when all is. */
  readonly missing: string;
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
      const wanted = aspect === 'protocol' ? rule.protocol : `another protocol than ${rule.notProtocol}`;
      return {
        wants: wanted ?? '',
        has: protocol || 'no known protocol',
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
      const has = icmp === undefined ? protocol || 'no known protocol' : icmpWords(icmp);
      return { wants: wanted, has, missing: icmp === undefined ? 'the type of the ICMP message' : '' };
    }
    case 'http':
      return { wants: 'an HTTP request that it names', has: 'no known request', missing: 'the HTTP request' };
    default:
      return peerWords(aspect, rule, namespace, view);
  }
}

function icmpWords(icmp: Icmp | undefined): string {
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
      return selectorWords(side, effectivePeerSelector(peer, namespace), party, '');
    case 'notSelector':
      return selectorWords(side, peer.notSelector, party, 'no ');
    case 'nets':
    case 'notNets': {
      const wanted = aspect.endsWith('notNets') ? `not in ${list(peer.notNets)}` : `in ${list(peer.nets)}`;
      const missing = party.ip === null ? `the address of the ${side}` : '';
      return { wants: `a ${side} ${wanted}`, has: party.ip ?? 'no known address', missing };
    }
    case 'ports':
    case 'notPorts': {
      const excluded = aspect.endsWith('notPorts');
      const wanted = excluded
        ? `another ${sidePort(side)} than ${portsText(peer.notPorts)}`
        : `${sidePort(side)} ${portsText(peer.ports)}`;
      return {
        wants: wanted,
        has: port === 0 ? 'no known port' : `${port}`,
        missing: missingPort(side, peer, party, port),
      };
    }
    case 'services': {
      const { service } = peer;
      const missing =
        party.services === undefined ? 'the endpoints of services' : port === 0 ? 'the port' : '';
      return {
        wants: `a ${side} behind service ${service?.namespace}/${service?.name}`,
        has: 'another',
        missing,
      };
    }
  }
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

function portsText(ports: readonly PortMatch[]): string {
  return list(
    ports.map((port) =>
      'name' in port ? port.name : port.from === port.to ? `${port.from}` : `${port.from}-${port.to}`,
    ),
  );
}

function list(items: readonly string[]): string {
  const shown = items.length > 5 ? [...items.slice(0, 4), `${items.length - 4} more`] : items;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

function selectorWords(side: string, selector: Selector | null, party: Party, no: string): ConditionWords {
  if (selector === null) return { wants: '', has: '', missing: '' };
  const unsure = unsureKeys(selector, party);
  const inSets = (party.sets ?? []).filter(({ certain }) => !certain).map(({ name }) => name);
  const facts = [
    ...(unsure.length === 0 ? [] : [`${list(unsure.map(labelWords))} of the ${side}`]),
    ...(inSets.length === 0 ? [] : [`whether the ${side} is in ${list(inSets)}`]),
  ];
  return {
    wants: `a ${side} with ${no}${printForReader(selector)}`,
    has: labelsAt(selector, party),
    missing: facts.join(' and '),
  };
}

/** Selectors are canonical, but a label's prefix is ours to explain. */
function printForReader(selector: Selector): string {
  try {
    return printSelector(selector)
      .replace(/pcns\.([A-Za-z0-9_./-]+)/g, 'namespace label $1')
      .replace(/pcsa\.([A-Za-z0-9_./-]+)/g, 'service account label $1');
  } catch {
    // A value with both kinds of quotes cannot be printed.
    return 'its labels';
  }
}

function labelWords(key: string): string {
  if (key.startsWith('pcns.')) return `namespace label ${key.slice(5)}`;
  if (key.startsWith('pcsa.')) return `service account label ${key.slice(5)}`;
  if (key === 'projectcalico.org/serviceaccount') return 'service account';
  return `label ${key}`;
}

function labelsAt(selector: Selector, { labels, kind, ip }: Party): string {
  if (labels === undefined) return ip === null ? 'no labels' : `${ip}, which has no labels`;
  if (labels === null) return 'no known labels';
  const shown = selectorKeys(selector).map((key) => {
    const value = labels.get(key);
    return value === undefined
      ? `no ${labelWords(key)}`
      : `${labelWords(key)} ${value === '' ? 'empty' : value}`;
  });
  return shown.length === 0 ? (kind ?? 'an endpoint') : list(shown);
}
