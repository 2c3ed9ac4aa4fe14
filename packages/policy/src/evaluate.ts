import type { PolicyHit, PolicyRef, PolicyTrace, Verdict } from '@vibrissa/model';
import { worseVerdict } from '@vibrissa/model';
import { type AskedTier, type AskedTiers, matchAsked } from './asked-tiers.js';
import { type Connection, isGoverned } from './connection.js';
import type { Governing, ProfileRules, TierPolicies } from './governing.js';
import { matchRule } from './match-rule.js';
import type { Direction, Policy } from './policy.js';
import type { PolicySet } from './policy-set.js';
import { type ConnectionView, type PartyView, viewOf } from './view.js';

/** What becomes of a connection at one end: as enforced, and were staged policies enforced too. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly pending: Verdict;
}

/** What policy says of a connection at one of its ends. */
export interface SideVerdict extends Outcome {
  /** Empty where a fact is missing that decides which way through the tiers was taken. */
  readonly trace: PolicyTrace;
}

/** What policy says of a connection at both ends; null for an end that no policy governs, outside the cluster. */
export interface ConnectionVerdict extends Outcome {
  readonly source: SideVerdict | null;
  /** What the destination would say; it is not asked when the source denies. */
  readonly dest: SideVerdict | null;
}

/** Evaluates a new connection at both ends, as Felix does: egress at the source, ingress at the destination. */
export function evaluateConnection(set: PolicySet, connection: Connection): ConnectionVerdict {
  const source = isGoverned(connection.source) ? evaluateSide(set, connection, 'egress') : null;
  const dest = isGoverned(connection.dest) ? evaluateSide(set, connection, 'ingress') : null;
  return { source, dest, ...bothMustAllow(source, dest) };
}

/** The verdict alone, for many connections at once. */
export function decideConnection(set: PolicySet, connection: Connection): Outcome {
  const view = set.view(connection);
  return bothMustAllow(
    isGoverned(connection.source) ? decideView(set, view, 'egress') : null,
    isGoverned(connection.dest) ? decideView(set, view, 'ingress') : null,
  );
}

function bothMustAllow(source: Outcome | null, dest: Outcome | null): Outcome {
  return {
    verdict: bothAllow(source?.verdict, dest?.verdict),
    pending: bothAllow(source?.pending, dest?.pending),
  };
}

/** The verdict on a connection from those at its ends; undefined for an end that no policy governs. */
export function bothAllow(source: Verdict | undefined, dest: Verdict | undefined): Verdict {
  if (source === undefined || dest === undefined) return source ?? dest ?? 'unknown';
  const worse = worseVerdict(source, dest);
  return worse === 'allow' && (source === 'unknown' || dest === 'unknown') ? 'unknown' : worse;
}

/** Evaluates at the end that `direction` names: `egress` the source, `ingress` the destination. */
export function evaluateSide(set: PolicySet, connection: Connection, direction: Direction): SideVerdict {
  const view = set.view(connection);
  const end = endOf(view, direction);
  if (!isGoverned(end.party)) return NOT_GOVERNED;
  const { enforced, pending, askedEnforced, askedPending, profiles } = set.governsView(end, direction);
  const hits = trace(enforced, profiles, view, 'last');
  const pendingHits = trace(pending, profiles, view, 'first');
  return {
    verdict: endOfTrace(hits) ?? verdictOf(askedEnforced, profiles, view),
    pending: endOfTrace(pendingHits) ?? verdictOf(askedPending, profiles, view),
    trace: { enforced: hits ?? [], pending: pendingHits ?? [] },
  };
}

function endOfTrace(hits: readonly PolicyHit[] | null): Verdict | null {
  const action = hits?.[hits.length - 1]?.action;
  return action === 'allow' || action === 'deny' ? action : null;
}

const NOT_GOVERNED: SideVerdict = {
  verdict: 'unknown',
  pending: 'unknown',
  trace: { enforced: [], pending: [] },
};

/** The verdict alone at one end. */
export function decideSide(set: PolicySet, connection: Connection, direction: Direction): Outcome {
  const view = set.view(connection);
  return isGoverned(endOf(view, direction).party) ? decideView(set, view, direction) : NOT_GOVERNED;
}

export function endOf(view: ConnectionView, direction: Direction): PartyView {
  return direction === 'egress' ? view.source : view.dest;
}

function decideView(set: PolicySet, view: ConnectionView, direction: Direction): Outcome {
  const { askedEnforced, askedPending, profiles } = set.governsView(endOf(view, direction), direction);
  const verdict = verdictOf(askedEnforced, profiles, view);
  if (askedPending === askedEnforced) return { verdict, pending: verdict };
  return { verdict, pending: verdictOf(askedPending, profiles, view) };
}

/** The verdict of what is in force at an end that is governed so, without what is staged. */
export function enforcedVerdict({ askedEnforced, profiles }: Governing, view: ConnectionView): Verdict {
  return verdictOf(askedEnforced, profiles, view);
}

function verdictOf(tiers: AskedTiers, profiles: readonly ProfileRules[], view: ConnectionView): Verdict {
  const whole = VERDICTS[endings(tiers.of(view), 0, profiles, view)] ?? 'unknown';
  return whole === 'unknown' ? agreedVerdict(tiers, profiles, view) : whole;
}

/**
 * Where an end is one of a few addresses, no rule may cover them all and yet the verdict be the same for each of
 * them, such as by one rule for every address.
 */
function agreedVerdict(tiers: AskedTiers, profiles: readonly ProfileRules[], view: ConnectionView): Verdict {
  const { source, dest, connection } = view;
  const views =
    dest.each.length > 0
      ? dest.each.map((end) => viewOf(connection, source, end))
      : source.each.map((end) => viewOf(connection, end, dest));
  const [first, ...others] = views.map((one) => endings(tiers.of(one), 0, profiles, one));
  const agreed = first !== undefined && others.every((other) => other === first);
  return agreed ? (VERDICTS[first] ?? 'unknown') : 'unknown';
}

/** The ways in which a connection can end, as bits: several when a fact is missing. */
const ALLOW = 1;
const DENY = 2;
const EITHER = ALLOW | DENY;
const VERDICTS: readonly Verdict[] = ['unknown', 'allow', 'deny', 'unknown'];

/** Every way through the tiers that the known facts leave open, each rule asked at most once. */
function endings(
  tiers: readonly AskedTier[],
  place: number,
  profiles: readonly ProfileRules[],
  view: ConnectionView,
): number {
  const current = tiers[place];
  if (current === undefined) return profileEndings(profiles, view);
  const { defaultAction, governed, policies } = current;
  let open = 0;
  /** What the tiers behind this one leave open, once it has been asked: −1 before. */
  let behind = -1;
  for (const { rules, selects } of policies) {
    for (const rule of rules) {
      const match = matchAsked(rule, view);
      if (match === 'no') continue;
      if (rule.action === 'pass') {
        if (behind < 0) behind = endings(tiers, place + 1, profiles, view);
        open |= behind;
      } else open |= rule.action === 'allow' ? ALLOW : DENY;
      if (open === EITHER) return open;
      if (match === 'maybe') continue;
      if (selects === 'yes') return open;
      break;
    }
  }
  if (defaultAction === 'deny') open |= DENY;
  // Should none of them select the endpoint, the tier is not there.
  if (defaultAction === 'deny' && governed) return open;
  return open | (behind < 0 ? endings(tiers, place + 1, profiles, view) : behind);
}

function profileEndings(profiles: readonly ProfileRules[], view: ConnectionView): number {
  let open = 0;
  for (const { rules } of profiles) {
    for (const rule of rules) {
      if (rule.action === 'log') continue;
      const match = matchRule(rule, view);
      if (match === 'no') continue;
      open |= rule.action === 'allow' ? ALLOW : DENY;
      if (match === 'yes') return open;
    }
  }
  return open | DENY;
}

/**
 * The hits on the way to the verdict; null when facts are missing that decide the way.
 * Felix puts the end of a tier down to the last enforced policy, but to the first when it evaluates staged ones.
 */
function trace(
  tiers: readonly TierPolicies[],
  profiles: readonly ProfileRules[],
  view: ConnectionView,
  trigger: 'first' | 'last',
): readonly PolicyHit[] | null {
  const hits: PolicyHit[] = [];
  for (const tier of tiers) {
    const hit = tierHit(tier, view, hits.length, trigger);
    if (hit === null) return null;
    hits.push(hit);
    if (hit.action !== 'pass') return hits;
  }
  const hit = profileHit(profiles, view, hits.length);
  return hit === null ? null : [...hits, hit];
}

function tierHit(
  { tier, policies }: TierPolicies,
  view: ConnectionView,
  policyIndex: number,
  trigger: 'first' | 'last',
): PolicyHit | null {
  for (const { compiled, rules, selects } of policies) {
    if (selects !== 'yes') return null;
    for (let ruleIndex = 0; ruleIndex < rules.length; ruleIndex++) {
      const rule = rules[ruleIndex];
      if (rule === undefined || rule.action === 'log') continue;
      const match = matchRule(rule, view);
      if (match === 'maybe') return null;
      if (match === 'no') continue;
      return { ...refOf(compiled.policy), action: rule.action, policyIndex, ruleIndex, trigger: null };
    }
  }
  const cause = trigger === 'first' ? policies[0] : policies[policies.length - 1];
  return {
    kind: 'EndOfTier',
    namespace: '',
    name: '',
    tier: tier.name,
    action: tier.defaultAction,
    policyIndex,
    ruleIndex: -1,
    trigger: cause === undefined ? null : refOf(cause.compiled.policy),
  };
}

function profileHit(
  profiles: readonly ProfileRules[],
  view: ConnectionView,
  policyIndex: number,
): PolicyHit | null {
  const hit = (name: string, action: 'allow' | 'deny', ruleIndex: number): PolicyHit => ({
    kind: 'Profile',
    namespace: '',
    name,
    tier: '',
    action,
    policyIndex,
    ruleIndex,
    trigger: null,
  });
  for (const { name, rules } of profiles) {
    for (const [ruleIndex, rule] of rules.entries()) {
      if (rule.action === 'log') continue;
      const match = matchRule(rule, view);
      if (match === 'maybe') return null;
      if (match === 'yes') return hit(name, rule.action === 'allow' ? 'allow' : 'deny', ruleIndex);
    }
  }
  return hit('', 'deny', -1);
}

export function refOf({ kind, namespace, name, tier }: Policy): PolicyRef {
  return { kind, namespace, name, tier };
}
