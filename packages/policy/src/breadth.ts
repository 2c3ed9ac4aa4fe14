import { parseCidr } from '@vibrissa/model';
import { effectivePolicySelector } from './effective-selector.js';
import { DIRECTIONS, type Peer, type Policy, type PortMatch } from './policy.js';
import { isSamePolicy, type PolicyEdit } from './policy-edit.js';
import type { Rulebook } from './rulebook.js';
import { type Selector, selectorKeys } from './selector.js';

/** What a selector is taken to select where it names no workload: of a namespace all pods, or everything. */
const WHOLE_NAMESPACE = 100;
const EVERYTHING = 10_000;
const ALL_PORTS = 65_536;

/**
 * How much a change opens in principle, whatever was observed: ports times peers times pods, as far as labels tell.
 * Good for comparing changes and for nothing else.
 */
export function breadthOf({ policies }: Rulebook, edits: readonly PolicyEdit[]): number {
  let sum = 0;
  for (const edit of edits) {
    if (edit.op === 'put') {
      const before = policies.find((policy) => isSamePolicy(policy, edit.policy));
      sum += opened(edit.policy) - (before === undefined ? 0 : opened(before));
    } else if (edit.op === 'label') {
      const keys = new Set(Object.keys(edit.labels));
      for (const policy of policies) sum += openedByLabel(policy, keys);
    } else sum += EVERYTHING * ALL_PORTS;
  }
  return sum;
}

function opened(policy: Policy): number {
  return sumOf(policy, () => true);
}

/** Whoever gets a label is let in by every rule that asks for it. */
function openedByLabel(policy: Policy, keys: ReadonlySet<string>): number {
  return sumOf(policy, ({ selector, namespaceSelector }) =>
    [selector, namespaceSelector].some(
      (one) => one !== null && selectorKeys(one).some((key) => keys.has(key)),
    ),
  );
}

/** How many pods a policy selects, roughly: 1 where it names a workload. */
export function selectedWeight(policy: Policy): number {
  return selectorWeight(effectivePolicySelector(policy));
}

/** All that the allow rules open whose far end counts. */
function sumOf(policy: Policy, counts: (far: Peer) => boolean): number {
  const selected = selectedWeight(policy);
  let sum = 0;
  for (const direction of DIRECTIONS) {
    for (const { action, source, dest } of policy[direction]) {
      const [far, near] = direction === 'ingress' ? [source, dest] : [dest, source];
      if (action !== 'allow' || !counts(far)) continue;
      sum += portsWeight(dest.ports) * peerWeight(far) * Math.min(selected, peerWeight(near));
    }
  }
  return sum;
}

function portsWeight(ports: readonly PortMatch[]): number {
  if (ports.length === 0) return ALL_PORTS;
  return ports.reduce((sum, port) => sum + ('name' in port ? 1 : port.to - port.from + 1), 0);
}

function peerWeight({ selector, namespaceSelector, nets, service, serviceAccounts }: Peer): number {
  if (nets.length > 0)
    return Math.min(
      EVERYTHING,
      nets.reduce((sum, net) => sum + netWeight(net), 0),
    );
  if (service !== undefined || serviceAccounts !== undefined) return 1;
  if (selector === null)
    return namespaceSelector === null ? EVERYTHING : WHOLE_NAMESPACE * selectorWeight(namespaceSelector);
  const within = namespaceSelector === null ? 1 : selectorWeight(namespaceSelector);
  return Math.min(EVERYTHING, selectorWeight(selector) * within);
}

/** By the bits that a block leaves open: a single address is 1. */
function netWeight(net: string): number {
  const block = parseCidr(net);
  return block === null ? 1 : Number(block.last - block.first + 1n);
}

function selectorWeight(selector: Selector): number {
  switch (selector.op) {
    case 'eq':
      // A namespace is many pods; the label that Calico gives to every pod says nothing.
      if (selector.key === 'projectcalico.org/orchestrator') return EVERYTHING;
      return selector.key === 'projectcalico.org/namespace' ? WHOLE_NAMESPACE : 1;
    case 'in':
      return selector.values.length;
    case 'and':
      return Math.min(EVERYTHING, ...selector.of.map(selectorWeight));
    case 'or':
      return Math.min(
        EVERYTHING,
        selector.of.reduce((sum, part) => sum + selectorWeight(part), 0),
      );
    case 'has':
    case 'contains':
    case 'starts-with':
    case 'ends-with':
      return WHOLE_NAMESPACE;
    default:
      return EVERYTHING;
  }
}
