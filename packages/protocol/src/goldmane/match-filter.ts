import { type Flow, type FlowKey, type PolicyHit, type PolicyRef, policyOf } from '@vibrissa/model';
import {
  Action,
  type Filter,
  MatchType,
  PolicyKind,
  type PolicyMatch,
  Reporter,
  type StringMatch,
} from '../gen/goldmane_pb.js';
import { actionNumber, NOTHING, policyKindNumber, reporterNumber, verdictNumber } from './names.js';

type Test<Value> = (value: Value) => boolean;

/** What users call the networks, and what flows have. */
export const NETWORK_ALIASES: ReadonlyMap<string, string> = new Map([
  ['pub', 'PUBLIC NETWORK'],
  ['pvt', 'PRIVATE NETWORK'],
]);
/** What users call the namespace of what has none. */
export const GLOBAL = 'Global';

/**
 * Whether a flow matches Goldmane's filter, to the letter: values of a field are alternatives, fields must all match,
 * fuzzy is "contains" with regard to case. A policy match must hold for one hit as a whole; for the end of a tier,
 * that is the hit or the policy it is put down to, so that what is hinted also matches.
 */
export function goldmaneMatcher(filter: Filter | undefined): Test<Pick<Flow, 'key'>> {
  const tests = filter === undefined ? [] : testsOf(filter);
  return ({ key }) => {
    for (const test of tests) if (!test(key)) return false;
    return true;
  };
}

/** Whether a hit, enforced or pending, is what a policy match asks for. */
export function hitMatcher(match: PolicyMatch): Test<PolicyHit> {
  const isPolicy = policyTest(match);
  const { action } = match;
  return (hit) => {
    if (action !== Action.ActionUnspecified && actionNumber(hit.action) !== action) return false;
    return isPolicy(hit) || (hit.trigger !== null && isPolicy(policyOf(hit)));
  };
}

function testsOf(filter: Filter): Test<FlowKey>[] {
  const tests: Test<FlowKey>[] = [];
  const strings = (matches: readonly StringMatch[], values: (key: FlowKey) => readonly string[]) => {
    if (matches.length === 0) return;
    const isWanted = anyString(matches);
    tests.push((key) => values(key).some(isWanted));
  };
  strings(filter.sourceNames, ({ source }) => namesOf(source.name));
  strings(filter.sourceNamespaces, ({ source }) => namespacesOf(source.namespace));
  strings(filter.destNames, ({ dest }) => namesOf(dest.name));
  strings(filter.destNamespaces, ({ dest }) => namespacesOf(dest.namespace));
  strings(filter.protocols, ({ protocol }) => [protocol]);
  if (filter.destPorts.length > 0) {
    const ports = new Set(filter.destPorts.map(({ port }) => port));
    tests.push(({ port }) => ports.has(BigInt(port)));
  }
  if (filter.actions.length > 0) {
    const actions = new Set(filter.actions);
    tests.push(({ verdict }) => actions.has(verdictNumber(verdict)));
  }
  if (filter.pendingActions.length > 0) {
    const actions = new Set(filter.pendingActions);
    tests.push(({ trace }) => trace.pending.some(({ action }) => actions.has(actionNumber(action))));
  }
  if (filter.reporter !== Reporter.ReporterUnspecified) {
    tests.push(({ reporter }) => reporterNumber(reporter) === filter.reporter);
  }
  if (filter.policies.length > 0) {
    const matchers = filter.policies.map(hitMatcher);
    const isWanted = (hit: PolicyHit) => matchers.some((matches) => matches(hit));
    tests.push(({ trace }) => trace.enforced.some(isWanted) || trace.pending.some(isWanted));
  }
  return tests;
}

function policyTest(match: PolicyMatch): Test<PolicyRef> {
  const tests: Test<PolicyRef>[] = [];
  const { kind, tier, namespace, name } = match;
  if (kind !== PolicyKind.KindUnspecified) tests.push((policy) => policyKindNumber(policy.kind) === kind);
  if (isAsked(tier)) {
    const isWanted = stringTest(tier);
    tests.push((policy) => isWanted(policy.tier));
  }
  if (isAsked(name)) {
    const isWanted = stringTest(name);
    tests.push((policy) => isWanted(policy.name));
  }
  if (isAsked(namespace)) {
    const isWanted = stringTest(namespace);
    // An empty value asks for nothing, so that cluster-wide policies are asked for by what flows would have.
    tests.push((policy) => isWanted(policy.namespace === '' ? NOTHING : policy.namespace));
  }
  return (policy) => tests.every((test) => test(policy));
}

function isAsked(match: StringMatch | undefined): match is StringMatch {
  return match !== undefined && match.value !== '';
}

function namesOf(name: string): readonly string[] {
  const alias = NETWORK_ALIASES.get(name);
  return alias === undefined ? [name] : [name, alias];
}

function namespacesOf(namespace: string): readonly string[] {
  if (namespace === '') return [NOTHING];
  return namespace === GLOBAL ? [GLOBAL, NOTHING] : [namespace];
}

function anyString(matches: readonly StringMatch[]): Test<string> {
  const tests = matches.map(stringTest);
  return (value) => tests.some((test) => test(value));
}

function stringTest({ value: wanted, type }: StringMatch): Test<string> {
  return type === MatchType.Fuzzy ? (value) => value.includes(wanted) : (value) => value === wanted;
}
