import type { Peer, Policy, ServiceAccountMatch } from './policy.js';
import { ALL, allOf, mapSelector, type Selector } from './selector.js';

const NAMESPACE = 'projectcalico.org/namespace';
const SERVICE_ACCOUNT = 'projectcalico.org/serviceaccount';
const IN_A_NAMESPACE: Selector = { op: 'has', key: NAMESPACE };
const IN_NO_NAMESPACE: Selector = { op: 'not', of: IN_A_NAMESPACE };
const WITH_SERVICE_ACCOUNT: Selector = { op: 'has', key: SERVICE_ACCOUNT };

type Selecting = Pick<Policy, 'namespace' | 'selector' | 'namespaceSelector' | 'serviceAccountSelector'>;

/** What a policy selects in effect: its own selector, within its namespace or those its namespaceSelector names. */
export function effectivePolicySelector(policy: Selecting): Selector {
  const { namespace, selector, namespaceSelector, serviceAccountSelector } = policy;
  const accounts = serviceAccountSelector === undefined ? null : prefixed(serviceAccountSelector, 'pcsa.');
  if (namespace !== '') return allOf(narrow(selector), inNamespace(namespace), accounts);
  // Calico rewrites every all() of the whole expression, so that such a policy never selects hosts.
  let effective = selector;
  if (namespaceSelector !== null) {
    effective = allOf(given(replaceAll(selector, IN_A_NAMESPACE)), onNamespace(namespaceSelector));
  }
  if (accounts === null) return effective;
  return allOf(narrow(effective), replaceAll(accounts, WITH_SERVICE_ACCOUNT));
}

/**
 * What the positive selectors of a rule's side match in effect; null is no condition. In a namespaced policy
 * a selector, a negated one or service accounts keep the match within the namespace, unless a namespace
 * selector says where.
 */
export function effectivePeerSelector(peer: Peer, policyNamespace: string): Selector | null {
  const { selector, notSelector, namespaceSelector } = peer;
  const accounts = onServiceAccount(peer.serviceAccounts);
  if (namespaceSelector !== null) return allOf(onNamespace(namespaceSelector), accounts, narrow(selector));
  if (selector === null && notSelector === null && accounts === null) return null;
  const within = policyNamespace === '' ? null : inNamespace(policyNamespace);
  const parts = [within, accounts, within === null && accounts === null ? selector : narrow(selector)];
  return parts.every((part) => part === null) ? null : allOf(...parts);
}

/** all() adds nothing beside another condition. */
function narrow(selector: Selector | null): Selector | null {
  return selector?.op === 'all' ? null : given(selector);
}

function given(selector: Selector | null): Selector | null {
  return selector?.op === 'and' && selector.of.length === 0 ? null : selector;
}

function inNamespace(namespace: string): Selector {
  return { op: 'eq', key: NAMESPACE, value: namespace };
}

function onNamespace(selector: Selector): Selector {
  return mapSelector(selector, (key) => `pcns.${key}`, IN_A_NAMESPACE, IN_NO_NAMESPACE);
}

function onServiceAccount(accounts: ServiceAccountMatch | undefined): Selector | null {
  if (accounts === undefined) return null;
  const { names, selector } = accounts;
  const parts: Selector[] = [];
  if (selector !== null) parts.push(prefixed(selector, 'pcsa.'));
  if (names.length > 0) parts.push({ op: 'in', key: SERVICE_ACCOUNT, values: names });
  return parts.length === 0 ? null : allOf(...parts);
}

function prefixed(selector: Selector, prefix: string): Selector {
  return mapSelector(selector, (key) => `${prefix}${key}`);
}

function replaceAll(selector: Selector, all: Selector): Selector {
  return selector === ALL ? all : mapSelector(selector, (key) => key, all);
}
