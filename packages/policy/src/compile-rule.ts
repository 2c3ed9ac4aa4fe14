import type { Action } from '@vibrissa/model';
import { effectivePeerSelector } from './effective-selector.js';
import { NetSet } from './nets.js';
import type { Icmp, Peer, PortMatch, Rule, ServiceName } from './policy.js';
import { protocolNumber } from './protocols.js';
import type { KnownSelector, SelectorTable } from './selector-table.js';

/** A rule made ready to match many connections. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly action: Action;
  readonly protocol: number | null;
  readonly notProtocol: number | null;
  readonly ipVersion: 4 | 6 | null;
  readonly icmp: Icmp | null;
  readonly notIcmp: Icmp | null;
  readonly http: boolean;
  readonly source: CompiledPeer;
  readonly dest: CompiledPeer;
}

export interface CompiledPeer {
  readonly peer: Peer;
  /** True when it has no condition at all. */
  readonly any: boolean;
  readonly selector: KnownSelector | null;
  readonly notSelector: KnownSelector | null;
  readonly nets: NetSet | null;
  readonly notNets: NetSet | null;
  readonly ports: readonly PortMatch[];
  readonly notPorts: readonly PortMatch[];
  readonly service: ServiceName | null;
}

export function compileRule(rule: Rule, policyNamespace: string, selectors: SelectorTable): CompiledRule {
  return {
    rule,
    action: rule.action,
    protocol: rule.protocol === null ? null : protocolNumber(rule.protocol),
    notProtocol: rule.notProtocol === null ? null : protocolNumber(rule.notProtocol),
    ipVersion: rule.ipVersion ?? null,
    icmp: rule.icmp ?? null,
    notIcmp: rule.notIcmp ?? null,
    http: rule.http !== undefined,
    source: compilePeer(rule.source, policyNamespace, selectors),
    dest: compilePeer(rule.dest, policyNamespace, selectors),
  };
}

function compilePeer(peer: Peer, policyNamespace: string, selectors: SelectorTable): CompiledPeer {
  const selector = effectivePeerSelector(peer, policyNamespace);
  const { notSelector, nets, notNets, ports, notPorts } = peer;
  return {
    peer,
    any:
      selector === null &&
      notSelector === null &&
      nets.length + notNets.length + ports.length + notPorts.length === 0 &&
      peer.service === undefined,
    selector: selector === null ? null : selectors.add(selector),
    notSelector: notSelector === null ? null : selectors.add(notSelector),
    nets: nets.length === 0 ? null : new NetSet(nets),
    notNets: notNets.length === 0 ? null : new NetSet(notNets),
    ports,
    notPorts,
    service: peer.service ?? null,
  };
}
