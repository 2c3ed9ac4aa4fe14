import type { PolicyHit } from '@vibrissa/model';
import { type Connection, outsideParty, podParty } from '../connection.js';
import { evaluateSide } from '../evaluate.js';
import { compileRule, matchRule } from '../match-rule.js';
import { ANY_PEER, anyRule, type Policy, type Profile, type Rule, type Tier } from '../policy.js';
import { sortPolicies, sortTiers } from '../policy-order.js';
import { PolicySet } from '../policy-set.js';
import { defaultTypes } from '../read-calico.js';
import { ALL } from '../selector.js';
import { SelectorTable } from '../selector-table.js';
import { PartyFacts, PartyView, viewOf } from '../view.js';
import { PASSED, type RowResult, same } from './tally.js';

interface OrderedName {
  readonly name: string;
  readonly order?: number;
}

export function checkTierOrder(row: {
  readonly input: readonly (OrderedName & { readonly valid: boolean })[];
  readonly expected: readonly string[];
}): RowResult {
  // A tier that is not valid is one that only policies name: those come last.
  const tiers = (valid: boolean) =>
    sortTiers(
      row.input
        .filter((tier) => tier.valid === valid)
        .map(({ name, order }) => ({ name, order: order ?? null, defaultAction: 'deny' })),
    );
  return same(
    'order',
    [...tiers(true), ...tiers(false)].map(({ name }) => name),
    row.expected,
  );
}

export function checkPolicyOrder(row: {
  readonly input: readonly (OrderedName & { readonly kind: Policy['kind']; readonly namespace?: string })[];
  readonly expected: readonly string[];
}): RowResult {
  const policies = row.input.map(({ name, order, kind, namespace }) =>
    plainPolicy({ name, kind, namespace: namespace ?? '', order: order ?? null }),
  );
  return same(
    'order',
    sortPolicies(policies).map(({ name }) => name),
    row.expected,
  );
}

export function checkProtocol(row: {
  readonly rule: { readonly protocol?: string | number; readonly notProtocol?: string | number };
  readonly flowProtocol: number;
  readonly match: boolean;
}): RowResult {
  const { protocol, notProtocol } = row.rule;
  const rule: Rule = {
    ...anyRule('allow'),
    protocol: protocol === undefined ? null : String(protocol),
    notProtocol: notProtocol === undefined ? null : String(notProtocol),
  };
  const outside = outsideParty(null);
  const connection: Connection = {
    source: outside,
    dest: outside,
    port: 0,
    protocol: String(row.flowProtocol),
  };
  const view = viewOf(
    connection,
    new PartyView(new PartyFacts(outside)),
    new PartyView(new PartyFacts(outside)),
  );
  return same('match', matchRule(compileRule(rule, '', new SelectorTable()), view), row.match ? 'yes' : 'no');
}

export function checkTypesDefault(row: {
  readonly ingressRules: number;
  readonly egressRules: number;
  readonly types: readonly string[];
}): RowResult {
  const types = defaultTypes(row.ingressRules > 0, row.egressRules > 0);
  return same(
    'types',
    types.map((type) => (type === 'ingress' ? 'Ingress' : 'Egress')),
    row.types,
  );
}

interface DecidedRule {
  readonly action: Rule['action'];
  readonly matches: boolean;
}

type HitRow = readonly [tier: string, policy: string, ruleIndex: number, action: string];

export interface TierEngineRow {
  readonly tiers: readonly {
    readonly name: string;
    readonly defaultAction: 'Deny' | 'Pass';
    readonly policies: readonly {
      readonly kind: Policy['kind'];
      readonly name: string;
      readonly namespace: string;
      readonly rules: readonly DecidedRule[];
    }[];
  }[];
  readonly profiles: readonly { readonly name: string; readonly rules: readonly DecidedRule[] }[];
  readonly enforced: string;
  readonly pending: string;
  readonly enforcedTrace?: readonly HitRow[];
  readonly pendingTrace?: readonly HitRow[];
}

/** Whether a rule matches is already decided in these rows: one that does is about the protocol of the flow. */
export function checkTierEngine(row: TierEngineRow): RowResult {
  const tiers = row.tiers.map(
    ({ name, defaultAction }, order): Tier => ({
      name,
      order,
      defaultAction: defaultAction === 'Pass' ? 'pass' : 'deny',
    }),
  );
  const policies = row.tiers.flatMap((tier) =>
    tier.policies.map(({ kind, name, namespace, rules }, order) => ({
      ...plainPolicy({ kind, name, namespace, order }),
      tier: tier.name,
      ingress: rules.map(decidedRule),
    })),
  );
  const profiles = row.profiles.map(
    ({ name, rules }): Profile => ({ name, ingress: rules.map(decidedRule), egress: [] }),
  );
  const namespace = policies.find((policy) => policy.namespace !== '')?.namespace ?? 'default';
  const pod = podParty({ namespace, labels: {}, namespaceLabels: {}, ip: '10.0.0.1' });
  const connection: Connection = {
    source: outsideParty('192.0.2.1'),
    dest: { ...pod, profiles: profiles.map(({ name }) => name) },
    port: 80,
    protocol: 'tcp',
  };
  const found = evaluateSide(new PolicySet(tiers, policies, profiles), connection, 'ingress');
  const verdicts = same('verdicts', [found.verdict, found.pending], [row.enforced, row.pending]);
  if (verdicts.kind !== 'passed') return verdicts;
  if (row.enforcedTrace !== undefined) {
    const traces = same('enforced trace', found.trace.enforced.map(hitRow), row.enforcedTrace);
    if (traces.kind !== 'passed') return traces;
  }
  return row.pendingTrace === undefined
    ? PASSED
    : same('pending trace', found.trace.pending.map(hitRow), row.pendingTrace);
}

function decidedRule({ action, matches }: DecidedRule): Rule {
  return { ...anyRule(action), protocol: matches ? 'tcp' : 'udp', source: ANY_PEER };
}

function plainPolicy(given: Pick<Policy, 'name' | 'kind' | 'namespace' | 'order'>): Policy {
  return {
    ...given,
    tier: 'default',
    selector: ALL,
    namespaceSelector: null,
    types: ['ingress'],
    ingress: [],
    egress: [],
  };
}

function hitRow(hit: PolicyHit): HitRow {
  const profile = '__PROFILE__';
  if (hit.kind === 'Profile')
    return [profile, hit.name === '' ? profile : hit.name, hit.ruleIndex, hit.action];
  return [hit.tier, hit.trigger?.name ?? hit.name, hit.ruleIndex, hit.action];
}
