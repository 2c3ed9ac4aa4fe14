import { printSelector } from './calico-selector.js';
import type { Peer, Policy, PortMatch, Rule, ServiceAccountMatch, ServiceName } from './policy.js';
import type { Selector } from './selector.js';
import {
  ACTION_NAMES,
  CALICO,
  metadata,
  paired,
  protocolName,
  STAGED_ACTION_NAMES,
  typesOf,
  type WrittenObject,
} from './write-parts.js';

/** A policy of one of Calico's own kinds; `kind` is its name in YAML. */
export function calicoObject(policy: Policy, kind: string): WrittenObject {
  const { tier, order, selector, namespaceSelector, serviceAccountSelector, types } = policy;
  const { doNotTrack = false, preDnat = false, applyOnForward = false } = policy.hostOptions ?? {};
  const stagedAction = STAGED_ACTION_NAMES[policy.stagedAction ?? 'set'];
  // What deletes its twin may say nothing else.
  if (policy.stagedAction === 'delete') {
    const spec = { stagedAction, tier };
    return { value: { apiVersion: CALICO, kind, metadata: metadata(policy), spec }, rules: [] };
  }
  const written = { ingress: policy.ingress.map(calicoRule), egress: policy.egress.map(calicoRule) };
  const value = {
    apiVersion: CALICO,
    kind,
    metadata: metadata(policy),
    spec: {
      ...(kind.startsWith('Staged') ? { stagedAction } : {}),
      tier,
      ...(order === null ? {} : { order }),
      ...(isSaid(selector) ? { selector: printSelector(selector) } : {}),
      ...(namespaceSelector === null ? {} : { namespaceSelector: printSelector(namespaceSelector) }),
      ...(serviceAccountSelector === undefined
        ? {}
        : { serviceAccountSelector: printSelector(serviceAccountSelector) }),
      ...(doNotTrack ? { doNotTrack } : {}),
      ...(preDnat ? { preDNAT: preDnat } : {}),
      ...(applyOnForward ? { applyOnForward } : {}),
      types: typesOf(policy),
      ...(types.includes('ingress') ? { ingress: written.ingress } : {}),
      ...(types.includes('egress') ? { egress: written.egress } : {}),
    },
  };
  return {
    value,
    rules: types.flatMap((direction) => paired(written[direction], policy[direction])),
  };
}

/** An absent selector stays absent: all() means a little less. */
function isSaid(selector: Selector): boolean {
  return selector.op !== 'and' || selector.of.length > 0;
}

function calicoRule({ action, protocol, notProtocol, source, dest, ...more }: Rule) {
  const { ipVersion, icmp, notIcmp, http, name } = more;
  return {
    ...(name === undefined ? {} : { metadata: { annotations: { name } } }),
    action: ACTION_NAMES[action],
    ...(ipVersion === undefined ? {} : { ipVersion }),
    ...(protocol === null ? {} : { protocol: protocolName(protocol) }),
    ...(notProtocol === null ? {} : { notProtocol: protocolName(notProtocol) }),
    ...(icmp === undefined ? {} : { icmp }),
    ...(notIcmp === undefined ? {} : { notICMP: notIcmp }),
    ...(http === undefined ? {} : { http }),
    ...present('source', calicoPeer(source)),
    ...present('destination', calicoPeer(dest)),
  };
}

function calicoPeer(peer: Peer): Record<string, unknown> {
  return {
    ...(peer.namespaceSelector === null ? {} : { namespaceSelector: printSelector(peer.namespaceSelector) }),
    ...(peer.selector === null ? {} : { selector: printSelector(peer.selector) }),
    ...(peer.notSelector === null ? {} : { notSelector: printSelector(peer.notSelector) }),
    ...(peer.serviceAccounts === undefined ? {} : { serviceAccounts: calicoAccounts(peer.serviceAccounts) }),
    ...(peer.service === undefined ? {} : { services: calicoService(peer.service) }),
    ...(peer.nets.length === 0 ? {} : { nets: peer.nets }),
    ...(peer.notNets.length === 0 ? {} : { notNets: peer.notNets }),
    ...(peer.ports.length === 0 ? {} : { ports: peer.ports.map(calicoPort) }),
    ...(peer.notPorts.length === 0 ? {} : { notPorts: peer.notPorts.map(calicoPort) }),
  };
}

function calicoAccounts({ names, selector }: ServiceAccountMatch): Record<string, unknown> {
  return {
    ...(names.length === 0 ? {} : { names }),
    ...(selector === null ? {} : { selector: printSelector(selector) }),
  };
}

function calicoService({ namespace, name }: ServiceName): Record<string, unknown> {
  return { name, ...(namespace === '' ? {} : { namespace }) };
}

function present(name: string, value: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

function calicoPort(port: PortMatch): string | number {
  if ('name' in port) return port.name;
  return port.from === port.to ? port.from : `${port.from}:${port.to}`;
}
