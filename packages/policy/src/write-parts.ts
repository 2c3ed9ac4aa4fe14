import type { Action } from '@vibrissa/model';
import { printSelector } from './calico-selector.js';
import type { Peer, Policy, Rule } from './policy.js';
import type { Selector } from './selector.js';

/** A policy that its kind's YAML cannot say. */
export class PolicyNotWritableError extends Error {
  readonly code = 'POLICY_NOT_WRITABLE';

  constructor(message: string) {
    super(message);
    this.name = 'PolicyNotWritableError';
  }
}

/** An object as plain data, with what each rule has become in it. */
export interface WrittenObject {
  readonly value: object;
  readonly rules: readonly { readonly rule: object; readonly of: Rule }[];
}

export const CALICO = 'projectcalico.org/v3';

export const ACTION_NAMES: Record<Action, string> = {
  allow: 'Allow',
  deny: 'Deny',
  pass: 'Pass',
  log: 'Log',
};

export const STAGED_ACTION_NAMES = {
  set: 'Set',
  delete: 'Delete',
  learn: 'Learn',
  ignore: 'Ignore',
} as const;

export function metadata({ name, namespace }: Policy) {
  return namespace === '' ? { name } : { name, namespace };
}

export function typesOf({ types }: Policy): readonly string[] {
  return types.map((type) => (type === 'ingress' ? 'Ingress' : 'Egress'));
}

const PROTOCOL_NAMES: Readonly<Record<string, string>> = { icmpv6: 'ICMPv6', udplite: 'UDPLite' };

export function protocolName(protocol: string): string | number {
  if (/^\d+$/.test(protocol)) return Number(protocol);
  return PROTOCOL_NAMES[protocol.toLowerCase()] ?? protocol.toUpperCase();
}

/**
 * A Kubernetes label selector.
 * @throws PolicyNotWritableError where Kubernetes has no word for it
 */
export function labelSelector(selector: Selector): Record<string, unknown> {
  const labels: Record<string, string> = {};
  const expressions: Record<string, unknown>[] = [];
  for (const part of selector.op === 'and' ? selector.of : [selector]) {
    switch (part.op) {
      case 'all':
        break;
      case 'eq':
        // Calico adds this to every Kubernetes selector; nobody writes it.
        if (part.key === 'projectcalico.org/orchestrator') break;
        // A second value for the label would take the place of the first: together they select nothing.
        if (Object.hasOwn(labels, part.key))
          expressions.push({ key: part.key, operator: 'In', values: [part.value] });
        else labels[part.key] = part.value;
        break;
      case 'in':
      case 'not-in':
        expressions.push({ key: part.key, operator: part.op === 'in' ? 'In' : 'NotIn', values: part.values });
        break;
      case 'has':
        expressions.push({ key: part.key, operator: 'Exists' });
        break;
      case 'not':
        if (part.of.op !== 'has') throw notInKubernetes(part);
        expressions.push({ key: part.of.key, operator: 'DoesNotExist' });
        break;
      default:
        throw notInKubernetes(part);
    }
  }
  return {
    ...(Object.keys(labels).length === 0 ? {} : { matchLabels: labels }),
    ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
  };
}

function notInKubernetes(part: Selector): PolicyNotWritableError {
  return new PolicyNotWritableError(`Kubernetes has no selector for ${printSelector(part)}`);
}

/** @throws PolicyNotWritableError for what only Calico's own rules can ask */
export function refuseCalicoOnly(rule: Rule, kind: string): void {
  const { notProtocol, source, dest, ipVersion, icmp, notIcmp, http } = rule;
  if ([ipVersion, icmp, notIcmp, http].some((part) => part !== undefined)) {
    throw new PolicyNotWritableError(`A ${kind} knows no IP versions, ICMP types or HTTP`);
  }
  if (notProtocol !== null || [source, dest].some(({ notPorts }) => notPorts.length > 0)) {
    throw new PolicyNotWritableError(`A ${kind} has no negated protocols or ports`);
  }
  if (source.ports.length > 0) throw new PolicyNotWritableError(`A ${kind} names no ports of the source`);
  for (const peer of [source, dest]) {
    if (peer.notSelector !== null) throw new PolicyNotWritableError(`A ${kind} has no negated selectors`);
    if (peer.serviceAccounts !== undefined || peer.service !== undefined) {
      throw new PolicyNotWritableError(`A ${kind} names no service accounts or services`);
    }
  }
}

/** True for an end of which a rule asks nothing but its ports. */
export function isAnyone({ selector, namespaceSelector, nets, notNets }: Peer): boolean {
  return selector === null && namespaceSelector === null && nets.length === 0 && notNets.length === 0;
}

/** Pairs what rules have become with the rules, or with the first that each stands for. */
export function paired(
  written: readonly object[],
  rules: readonly (Rule | WrittenRule)[],
): WrittenObject['rules'] {
  return rules.flatMap((of, place) => {
    const rule = written[place];
    return rule === undefined ? [] : [{ rule, of: 'first' in of ? of.first : of }];
  });
}

/** Rules as their author wrote them: each with the peers and the ports that it was spread over. */
export interface WrittenRule {
  readonly first: Rule;
  /** The far ends, without ports. */
  readonly peers: readonly Peer[];
  /** Null is any protocol; the ports of each are those of every peer. */
  readonly protocols: readonly { readonly protocol: string | null; readonly ports: Peer['ports'] }[];
}

/**
 * Puts rules together again that are of one written rule, as far as they are each protocol with each peer; what is
 * not becomes a rule of its own.
 */
export function writtenRules(rules: readonly Rule[], side: 'from' | 'to'): readonly WrittenRule[] {
  const groups: Rule[][] = [];
  for (const rule of rules) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    const together =
      before?.written !== undefined &&
      before.written === rule.written &&
      before.action === rule.action &&
      before.name === rule.name;
    if (last !== undefined && together) last.push(rule);
    else groups.push([rule]);
  }
  return groups.flatMap(
    (group) => (group.length > 1 ? product(group, side) : null) ?? group.map((rule) => single(rule, side)),
  );
}

function single(rule: Rule, side: 'from' | 'to'): WrittenRule {
  return {
    first: rule,
    peers: [peerOf(rule, side)],
    protocols: [{ protocol: rule.protocol, ports: rule.dest.ports }],
  };
}

function peerOf({ source, dest }: Rule, side: 'from' | 'to'): Peer {
  return side === 'from' ? source : { ...dest, ports: [] };
}

function product(rules: readonly Rule[], side: 'from' | 'to'): readonly WrittenRule[] | null {
  const [first] = rules;
  if (first === undefined) return null;
  const width = rules.findIndex((rule) => rule.protocol !== first.protocol);
  const peers = rules.slice(0, width < 0 ? rules.length : width).map((rule) => peerOf(rule, side));
  if (rules.length % peers.length !== 0) return null;
  const protocols: WrittenRule['protocols'][number][] = [];
  for (let start = 0; start < rules.length; start += peers.length) {
    const row = rules.slice(start, start + peers.length);
    const [{ protocol, dest }] = [row[0] ?? first];
    const isRow = row.every(
      (rule, place) =>
        rule.protocol === protocol &&
        same(rule.dest.ports, dest.ports) &&
        same(peerOf(rule, side), peers[place]),
    );
    if (!isRow || protocols.some((before) => before.protocol === protocol)) return null;
    protocols.push({ protocol, ports: dest.ports });
  }
  return [{ first, peers, protocols }];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
