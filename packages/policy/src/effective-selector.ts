import type { Peer, Policy } from './policy.js';
import { ALL, allOf, mapSelector, type Selector } from './selector.js';

const NAMESPACE = 'projectcalico.org/namespace';
const IN_A_NAMESPACE: Selector = { op: 'has', key: NAMESPACE };
const IN_NO_NAMESPACE: Selector = { op: 'not', of: IN_A_NAMESPACE };

/** What a policy selects in effect: its own selector, within its namespace or those its namespaceSelector names. */
export function effectivePolicySelector(policy: Policy): Selector {
  if (policy.namespace !== '') return allOf(narrow(policy.selector), inNamespace(policy.namespace));
  if (policy.namespaceSelector === null) return policy.selector;
  // Calico rewrites every all() of the whole expression, so that a namespace selector never selects hosts.
  const own = mapSelector(policy.selector, (key) => key, IN_A_NAMESPACE);
  return allOf(own, onNamespace(policy.namespaceSelector));
}

/**
 * What the positive selectors of a rule's side match in effect; null is no condition. In a namespaced policy
 * a selector or a negated one keeps the match within the namespace, unless a namespace selector says where.
 */
export function effectivePeerSelector(peer: Peer, policyNamespace: string): Selector | null {
  const { selector, notSelector, namespaceSelector } = peer;
  if (namespaceSelector !== null) return allOf(onNamespace(namespaceSelector), narrow(selector));
  if (selector === null && notSelector === null) return null;
  return policyNamespace === '' ? selector : allOf(inNamespace(policyNamespace), narrow(selector));
}

/** all() adds nothing beside another condition. */
function narrow(selector: Selector | null): Selector | null {
  return selector?.op === 'all' ? null : selector;
}

function inNamespace(namespace: string): Selector {
  return { op: 'eq', key: NAMESPACE, value: namespace };
}

function onNamespace(selector: Selector): Selector {
  const prefixed = mapSelector(selector, (key) => `pcns.${key}`, IN_A_NAMESPACE, IN_NO_NAMESPACE);
  return prefixed.op === 'all' ? ALL : prefixed;
}
