import type {
  Direction,
  HostOptions,
  Policy,
  PolicyObjectKind,
  Profile,
  Rule,
  StagedAction,
  Tier,
} from './policy.js';
import { readCalicoRule } from './read-calico-rule.js';
import { readStagedNetworkPolicy } from './read-kubernetes.js';
import { readMetadata, readSelector } from './read-parts.js';
import type { Value } from './read-value.js';
import { UNSAID } from './selector.js';

/** Calico's kinds of policy, by the name in their YAML, and whether each is in a namespace. */
const KINDS: ReadonlyMap<string, readonly [kind: PolicyObjectKind, namespaced: boolean]> = new Map([
  ['NetworkPolicy', ['CalicoNetworkPolicy', true]],
  ['GlobalNetworkPolicy', ['GlobalNetworkPolicy', false]],
  ['StagedNetworkPolicy', ['StagedNetworkPolicy', true]],
  ['StagedGlobalNetworkPolicy', ['StagedGlobalNetworkPolicy', false]],
]);

export function isCalicoPolicy(kind: string): boolean {
  return KINDS.has(kind) || kind === 'StagedKubernetesNetworkPolicy';
}

/**
 * A Calico policy of any kind. `stored` is one as the datastore has it (crd.projectcalico.org/v1): without
 * types it is about both directions, while the API server infers types from the rules.
 */
export function readCalicoPolicy(object: Value, kind: string, stored: boolean): Policy {
  const staged = kind.startsWith('Staged');
  const stagedAction = staged ? readStagedAction(object.get('spec').get('stagedAction')) : undefined;
  if (kind === 'StagedKubernetesNetworkPolicy') return readStagedNetworkPolicy(object, stagedAction ?? 'set');
  const [objectKind, namespaced] = KINDS.get(kind) ?? ['GlobalNetworkPolicy', false];
  const spec = object.get('spec').only(...fieldsOf(namespaced, staged));
  const { name, namespace } = readMetadata(object);
  const ingress = readRules(spec.get('ingress'), namespaced ? namespace : '');
  const egress = readRules(spec.get('egress'), namespaced ? namespace : '');
  const tier = spec.get('tier').text('the name of a tier') ?? '';
  const hostOptions = readHostOptions(spec);
  const serviceAccountSelector = readSelector(spec.get('serviceAccountSelector'));
  const policy: Policy = {
    kind: objectKind,
    namespace: namespaced ? namespace : '',
    name,
    tier: tier === '' ? 'default' : tier,
    order: spec.get('order').number() ?? null,
    selector: readSelector(spec.get('selector')) ?? UNSAID,
    namespaceSelector: namespaced ? null : readSelector(spec.get('namespaceSelector')),
    types: readTypes(spec.get('types'), ingress.length > 0, egress.length > 0, stored),
    ingress,
    egress,
    ...(serviceAccountSelector === null ? {} : { serviceAccountSelector }),
    ...(stagedAction === undefined ? {} : { stagedAction }),
    ...(hostOptions === undefined ? {} : { hostOptions }),
  };
  if (stagedAction === 'delete') checkEmpty(spec);
  return policy;
}

function fieldsOf(namespaced: boolean, staged: boolean): readonly string[] {
  const global = ['namespaceSelector', 'doNotTrack', 'preDNAT', 'applyOnForward'];
  return [
    ...['tier', 'order', 'selector', 'serviceAccountSelector', 'types', 'ingress', 'egress'],
    'performanceHints',
    ...(namespaced ? [] : global),
    ...(staged ? ['stagedAction'] : []),
  ];
}

const STAGED_ACTIONS = ['Set', 'Delete', 'Learn', 'Ignore'] as const;
const ACTION_OF = { Set: 'set', Delete: 'delete', Learn: 'learn', Ignore: 'ignore' } as const;

function readStagedAction(value: Value): StagedAction {
  const given = value.oneOf(STAGED_ACTIONS);
  return given === undefined ? 'set' : ACTION_OF[given];
}

/** What deletes its twin says nothing else. */
function checkEmpty(spec: Value): void {
  for (const key of ['order', 'selector', 'types', 'ingress', 'egress', 'namespaceSelector']) {
    if (spec.get(key).present) spec.get(key).wrong(`no ${key} beside stagedAction Delete`);
  }
}

function readRules(value: Value, namespace: string): readonly Rule[] {
  return value.items().flatMap((item) => {
    const rule = readCalicoRule(item);
    return rule === null ? [] : [withServiceNamespace(rule, namespace)];
  });
}

/** A service without a namespace is one of the policy's own. */
function withServiceNamespace(rule: Rule, namespace: string): Rule {
  const at = (side: Rule['source']) =>
    side.service?.namespace === '' ? { ...side, service: { ...side.service, namespace } } : side;
  return { ...rule, source: at(rule.source), dest: at(rule.dest) };
}

const POLICY_TYPES = ['Ingress', 'Egress'] as const;

function readTypes(value: Value, ingress: boolean, egress: boolean, stored: boolean): readonly Direction[] {
  const given = value.items().flatMap((item) => item.oneOf(POLICY_TYPES) ?? []);
  if (given.length > 0) return [...new Set(given)].map((type) => (type === 'Ingress' ? 'ingress' : 'egress'));
  return stored ? ['ingress', 'egress'] : defaultTypes(ingress, egress);
}

/** The directions a policy is about when it does not say: those it has rules for, and ingress when it has none. */
export function defaultTypes(ingress: boolean, egress: boolean): readonly Direction[] {
  if (!egress) return ['ingress'];
  return ingress ? ['ingress', 'egress'] : ['egress'];
}

function readHostOptions(spec: Value): HostOptions | undefined {
  const doNotTrack = spec.get('doNotTrack').truth();
  const preDnat = spec.get('preDNAT').truth();
  const applyOnForward = spec.get('applyOnForward').truth();
  if (doNotTrack && preDnat) spec.get('preDNAT').wrong('not both preDNAT and doNotTrack');
  if (preDnat && spec.get('egress').items().length > 0) {
    spec.get('egress').wrong('no egress rules beside preDNAT');
  }
  if ((doNotTrack || preDnat) && !applyOnForward) {
    spec.get('applyOnForward').wrong('true beside doNotTrack or preDNAT');
  }
  return doNotTrack || preDnat || applyOnForward ? { doNotTrack, preDnat, applyOnForward } : undefined;
}

/** A tier; the built-in ones have an order and an action that nobody can change. */
export function readTier(object: Value): Tier {
  const spec = object.get('spec').only('order', 'defaultAction');
  const action = spec.get('defaultAction').oneOf(['Deny', 'Pass']);
  return {
    name: readMetadata(object).name,
    order: spec.get('order').number() ?? null,
    defaultAction: action === 'Pass' ? 'pass' : 'deny',
  };
}

export function readProfile(object: Value): Profile {
  const spec = object.get('spec').only('ingress', 'egress', 'labelsToApply');
  return {
    name: readMetadata(object).name,
    ingress: readRules(spec.get('ingress'), ''),
    egress: readRules(spec.get('egress'), ''),
  };
}
