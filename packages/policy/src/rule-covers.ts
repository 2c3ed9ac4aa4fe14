import { parseCidr } from '@vibrissa/model';
import { effectivePeerSelector } from './effective-selector.js';
import { familyOf, NetSet, whereabouts } from './nets.js';
import type { Icmp, Peer, PortMatch, Rule } from './policy.js';
import { protocolNumber } from './protocols.js';
import { selectorImplies } from './selector-implies.js';

/** A rule with the namespace of its policy, on which its peers depend; empty for a global one. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly namespace: string;
}

/**
 * True when whatever matches the second rule matches the first too. Sound, not complete: every condition of the first
 * must be there in the second, as strict or stricter.
 */
export function ruleCovers(wide: PlacedRule, narrow: PlacedRule): boolean {
  const a = wide.rule;
  const b = narrow.rule;
  return (
    coversProtocol(a, b) &&
    (a.ipVersion === undefined || a.ipVersion === b.ipVersion) &&
    (a.icmp === undefined || (b.icmp !== undefined && coversIcmp(a.icmp, b.icmp))) &&
    (a.notIcmp === undefined || isSame(a.notIcmp, b.notIcmp)) &&
    (a.http === undefined || isSame(a.http, b.http)) &&
    coversPeer(a.source, wide.namespace, b.source, narrow.namespace) &&
    coversPeer(a.dest, wide.namespace, b.dest, narrow.namespace)
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function coversProtocol(a: Rule, b: Rule): boolean {
  const wanted = b.protocol === null ? null : protocolNumber(b.protocol);
  if (a.protocol !== null && (wanted === null || protocolNumber(a.protocol) !== wanted)) return false;
  if (a.notProtocol === null) return true;
  const unwanted = protocolNumber(a.notProtocol);
  if (wanted !== null && wanted !== unwanted) return true;
  return b.notProtocol !== null && protocolNumber(b.notProtocol) === unwanted;
}

function coversIcmp(a: Icmp, b: Icmp): boolean {
  return a.type === b.type && (a.code === undefined || a.code === b.code);
}

function coversPeer(a: Peer, namespaceA: string, b: Peer, namespaceB: string): boolean {
  const wide = effectivePeerSelector(a, namespaceA);
  const narrow = effectivePeerSelector(b, namespaceB);
  if (wide !== null && (narrow === null || !selectorImplies(narrow, wide))) return false;
  if (a.notSelector !== null) {
    if (b.notSelector === null || !selectorImplies(a.notSelector, b.notSelector)) return false;
  }
  if (a.service !== undefined && !isSame(a.service, b.service)) return false;
  if (a.nets.length > 0 && !(b.nets.length > 0 && areWithin(b.nets, a.nets))) return false;
  if (a.notNets.length > 0 && !areWithin(a.notNets, b.notNets)) return false;
  if (a.ports.length > 0) {
    if (b.ports.length === 0 || !b.ports.every((port) => isAmong(port, a.ports))) return false;
  }
  return a.notPorts.every((port) => isAmong(port, b.notPorts));
}

/** Every block, whole, in some of the others. */
function areWithin(narrow: readonly string[], wide: readonly string[]): boolean {
  const set = new NetSet(wide);
  return narrow.every((text) => {
    const block = parseCidr(text);
    // A text that is no block is left out of the list, so it matches nothing.
    if (block === null) return true;
    const where = whereabouts(null, [block]);
    return set.match(where, familyOf(where)) === 'yes';
  });
}

function isAmong(port: PortMatch, others: readonly PortMatch[]): boolean {
  return others.some((other) => {
    if ('name' in port) return 'name' in other && other.name === port.name;
    return 'from' in other && other.from <= port.from && port.to <= other.to;
  });
}
