import { parseSelector } from '../calico-selector.js';
import { effectivePeerSelector, effectivePolicySelector } from '../effective-selector.js';
import { namespacesSelected, podsSelected } from '../label-selector.js';
import type { Peer, Policy, PortMatch, Rule } from '../policy.js';
import { readCalicoPort, readCalicoRule } from '../read-calico-rule.js';
import { readLabelSelector } from '../read-parts.js';
import { readResources } from '../read-resources.js';
import { Value } from '../read-value.js';
import { ALL, type Selector } from '../selector.js';
import { simplifyPorts } from '../simplify-ports.js';
import { telling } from './selector-equality.js';
import { failed, PASSED, type RowResult, same } from './tally.js';

/** A Kubernetes policy and the Calico spec that it becomes; fields that are not given are not asked. */
export interface ConversionRow {
  readonly input: { readonly kind: string; readonly apiVersion?: string };
  readonly expectedSpec: Readonly<Record<string, unknown>>;
}

export function checkConversion({ input, expectedSpec }: ConversionRow): RowResult {
  const api = input.kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'policy.networking.k8s.io/v1alpha2';
  const text = JSON.stringify({ apiVersion: api, ...input });
  const [policy] = readResources([{ name: 'input', text }], { accepted: true }).policies;
  if (policy === undefined) return failed('was not read');
  for (const key of ['selector', 'namespaceSelector'] as const) {
    const expected = expectedSpec[key];
    if (typeof expected !== 'string') continue;
    const result = sameSelector(key, policy[key], parseSelector(expected));
    if (result.kind !== 'passed') return result;
  }
  const { order } = expectedSpec;
  if (order !== undefined && order !== policy.order) return same('order', policy.order, order);
  for (const direction of ['ingress', 'egress'] as const) {
    const expected = expectedSpec[direction];
    if (expected === undefined) continue;
    const result = sameRules(direction, policy[direction], expected);
    if (result.kind !== 'passed') return result;
  }
  return PASSED;
}

function sameRules(what: string, found: readonly Rule[], expected: unknown): RowResult {
  if (!Array.isArray(expected)) return same(what, { len: found.length }, expected);
  const spelled = found.map(spellRule).sort();
  const wanted = expected.map((rule: unknown) => {
    // A rule's name is kept beside it in some rows and in an annotation in others; rows are shaped as the
    // vectors' notes say.
    const { ruleName, metadata: _, ...plain } = rule as { ruleName?: string; metadata?: unknown };
    const read = readCalicoRule(new Value(plain, [], () => undefined));
    const name = ruleName ?? (found.length === 1 ? undefined : '');
    return read === null ? '' : spellRule(name === undefined || name === '' ? read : { ...read, name });
  });
  const named = expected.every((rule: unknown) => (rule as { ruleName?: string }).ruleName !== undefined);
  const compared = named ? spelled : found.map((rule) => spellRule(withoutName(rule))).sort();
  return same(what, compared, wanted.sort());
}

function withoutName({ name: _, ...rest }: Rule): Rule {
  return rest;
}

/** A rule in one spelling, whatever order its parts were written in. */
function spellRule(rule: Rule): string {
  return JSON.stringify([
    rule.name ?? '',
    rule.action,
    rule.protocol,
    rule.notProtocol,
    spellPeer(rule.source),
    spellPeer(rule.dest),
  ]);
}

function spellPeer(peer: Peer): unknown {
  const ports = (list: readonly PortMatch[]) => list.map((port) => JSON.stringify(port)).sort();
  return [
    peer.selector,
    peer.namespaceSelector,
    [...peer.nets].sort(),
    [...peer.notNets].sort(),
    ports(peer.ports),
    ports(peer.notPorts),
  ];
}

/** Ports before and after they are put together, as `80,443,8000:9000`. */
export function checkSimplifyPorts({
  input,
  output,
}: {
  readonly input: string;
  readonly output: string;
}): RowResult {
  const read = (text: string) =>
    text === ''
      ? []
      : text.split(',').flatMap((port) => readCalicoPort(new Value(port, [], () => undefined)));
  return same('ports', simplifyPorts(read(input)), read(output));
}

export interface LabelSelectorRow {
  readonly labelSelector: unknown;
  readonly kind: 'pod' | 'namespace';
  readonly calico: string;
}

export function checkLabelSelector({ labelSelector, kind, calico }: LabelSelectorRow): RowResult {
  const selector = readLabelSelector(new Value(labelSelector, [], () => undefined));
  const found = kind === 'pod' ? podsSelected(selector) : namespacesSelected(selector);
  // An absent namespace selector is no selector at all, which the row spells as an empty one.
  return sameSelector('selector', found, parseSelector(calico));
}

export interface EntityRuleRow {
  readonly entityRule: object;
  readonly policyNamespace: string | null;
  readonly effective: string;
}

export function checkEntityRule({ entityRule, policyNamespace, effective }: EntityRuleRow): RowResult {
  const rule = { action: 'Allow', protocol: 'TCP', source: entityRule };
  const read = readCalicoRule(new Value(rule, [], () => undefined));
  if (read === null) return failed('was not read');
  const found = effectivePeerSelector(read.source, policyNamespace ?? '');
  if (effective === '') return same('effective', found, null);
  return sameSelector('effective', found ?? ALL, parseSelector(effective));
}

export interface PolicySelectorRow {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly policyNamespace: string | null;
  readonly effective: string;
}

export function checkPolicySelector({ spec, policyNamespace, effective }: PolicySelectorRow): RowResult {
  const object = {
    apiVersion: 'projectcalico.org/v3',
    kind: policyNamespace === null ? 'GlobalNetworkPolicy' : 'NetworkPolicy',
    metadata: { name: 'p', ...(policyNamespace === null ? {} : { namespace: policyNamespace }) },
    spec,
  };
  const { policies } = readResources([{ name: 'input', text: JSON.stringify(object) }], { accepted: true });
  const policy: Policy | undefined = policies[0];
  if (policy === undefined) return failed('was not read');
  return sameSelector('effective', effectivePolicySelector(policy), parseSelector(effective));
}

function sameSelector(what: string, found: Selector | null, expected: Selector): RowResult {
  const labels = telling(found ?? ALL, expected);
  if (labels === null) return PASSED;
  return failed(`${what} differs for labels ${JSON.stringify([...labels])}`);
}
