import type { Action, PolicyRef, Verdict } from '@vibrissa/model';
import { type ConditionWords, conditionWords } from './condition-words.js';
import { type Connection, isGoverned, type Party } from './connection.js';
import { decideSide, endOf, refOf } from './evaluate.js';
import type { Governor, TierPolicies } from './governing.js';
import { both, type Match } from './match.js';
import type { Aspect, CompiledRule } from './match-rule.js';
import type { Direction, Rule, Tier } from './policy.js';
import type { PolicySet } from './policy-set.js';
import type { ConnectionView } from './view.js';

/** How policy comes to its verdict at one end: every tier, policy and rule asked, and why each did or did not match. */
export interface SideSteps {
  readonly direction: Direction;
  readonly verdict: Verdict;
  /** In order, up to the one that certainly decides. */
  readonly tiers: readonly TierSteps[];
  /** Null when tiers certainly decide. */
  readonly profiles: readonly ProfileSteps[] | null;
  /** The facts that are missing, where they leave the way open; the verdict may be known all the same. */
  readonly cannotTell: readonly Doubt[];
  /** Policies that select the end and act in ways that are not evaluated here, with what they do. */
  readonly notModelled: readonly NotModelled[];
}

export interface TierSteps {
  readonly tier: Tier;
  /** Those that select the end, or may; empty for a tier that is skipped. */
  readonly policies: readonly PolicySteps[];
  /** What became of it here; `open` when a missing fact decides that. */
  readonly outcome: 'skipped' | 'allow' | 'deny' | 'pass' | 'open';
  /** When no rule certainly matched: the action of the tier's end and the policy it is put down to. */
  readonly end: { readonly action: 'deny' | 'pass'; readonly trigger: PolicyRef } | null;
}

export interface PolicySteps {
  readonly policy: PolicyRef;
  readonly order: number | null;
  readonly selects: Match;
  readonly rules: readonly RuleStep[];
}

export interface ProfileSteps {
  readonly name: string;
  readonly rules: readonly RuleStep[];
}

export interface RuleStep {
  /** As traces count it, from 0. */
  readonly index: number;
  /** Which rule of the YAML it came from, from 0; the same as `index` where rules are not split. */
  readonly written: number;
  readonly name: string;
  readonly action: Action;
  readonly match: Match;
  readonly rule: Rule;
  /** Empty for a rule about everything. */
  readonly conditions: readonly Condition[];
}

export interface Condition extends ConditionWords {
  readonly aspect: Aspect;
  readonly match: Match;
}

/** What keeps a rule or a policy from being decided. */
export interface Doubt {
  readonly policy: PolicyRef;
  /** −1 for whether the policy selects the end at all. */
  readonly ruleIndex: number;
  /** As nouns: `the address of the source`. */
  readonly missing: readonly string[];
}

export interface NotModelled {
  readonly policy: PolicyRef;
  readonly why: string;
}

/** The way to the verdict at one end; `pending` counts staged policies as Calico does in pending traces. */
export function sideSteps(
  set: PolicySet,
  connection: Connection,
  direction: Direction,
  which: 'enforced' | 'pending' = 'enforced',
): SideSteps {
  const view = set.view(connection);
  const end = endOf(view, direction);
  const outcome = decideSide(set, connection, direction);
  const notModelled = set.notModelled(end.party, direction).map((policy) => ({
    policy: refOf(policy),
    why: whyNotModelled(policy.hostOptions?.preDnat === true, policy.hostOptions?.doNotTrack === true),
  }));
  const verdict = which === 'enforced' ? outcome.verdict : outcome.pending;
  if (!isGoverned(end.party)) {
    return { direction, verdict, tiers: [], profiles: null, cannotTell: [], notModelled };
  }
  const governing = set.governsView(end, direction);
  const tiers: TierSteps[] = [];
  const doubts: Doubt[] = [];
  for (const tier of set.tiers) {
    const policies = governing[which].find((one) => one.tier.name === tier.name);
    if (policies === undefined) {
      tiers.push({ tier, policies: [], outcome: 'skipped', end: null });
      continue;
    }
    const walk = walkTier(policies, view, end.party, which);
    tiers.push(walk.steps);
    doubts.push(...walk.doubts);
    if (!walk.goesOn) return { direction, verdict, tiers, profiles: null, cannotTell: doubts, notModelled };
  }
  const profiles: ProfileSteps[] = [];
  for (const { name, rules } of governing.profiles) {
    const steps = rules.map((rule, index) => ruleStep(rule, index, '', view));
    const decisive = steps.findIndex(({ match, action }) => match === 'yes' && action !== 'log');
    profiles.push({ name, rules: decisive < 0 ? steps : steps.slice(0, decisive + 1) });
    if (decisive >= 0) break;
  }
  return { direction, verdict, tiers, profiles, cannotTell: doubts, notModelled };
}

function whyNotModelled(preDnat: boolean, doNotTrack: boolean): string {
  if (preDnat) return 'preDNAT: it acts before addresses are translated, ahead of all tiers';
  if (doNotTrack) return 'doNotTrack: it acts before connections are tracked, ahead of all tiers';
  return 'applyOnForward: what the host forwards for others is not evaluated, only its own connections';
}

interface TierWalk {
  readonly steps: TierSteps;
  readonly doubts: readonly Doubt[];
  /** True when later tiers may be asked. */
  readonly goesOn: boolean;
}

function walkTier(
  { tier, policies }: TierPolicies,
  view: ConnectionView,
  party: Party,
  which: 'enforced' | 'pending',
): TierWalk {
  const steps: PolicySteps[] = [];
  const doubts: Doubt[] = [];
  let mayPass = false;
  for (const governor of policies) {
    const { policy } = governor.compiled;
    const asked = askPolicy(governor, view);
    steps.push({ policy: refOf(policy), order: policy.order, selects: governor.selects, rules: asked.rules });
    if (governor.selects === 'maybe') {
      doubts.push({ policy: refOf(policy), ruleIndex: -1, missing: [selectionMissing(party)] });
    }
    for (const { index, match, conditions, action } of asked.rules) {
      if (match === 'no' || action === 'log') continue;
      if (action === 'pass') mayPass = true;
      if (match !== 'maybe') continue;
      const missing = conditions.filter((one) => one.match === 'maybe').map((one) => one.missing);
      doubts.push({ policy: refOf(policy), ruleIndex: index, missing: [...new Set(missing)] });
    }
    if (asked.decided === null) continue;
    const outcome = doubts.length > 0 ? 'open' : asked.decided;
    return { steps: { tier, policies: steps, outcome, end: null }, doubts, goesOn: mayPass };
  }
  const trigger = which === 'pending' ? policies[0] : policies.at(-1);
  const end =
    trigger === undefined ? null : { action: tier.defaultAction, trigger: refOf(trigger.compiled.policy) };
  const outcome = doubts.length > 0 ? 'open' : tier.defaultAction;
  const governed = policies.some(({ selects }) => selects === 'yes');
  return {
    steps: { tier, policies: steps, outcome, end },
    doubts,
    goesOn: mayPass || tier.defaultAction === 'pass' || !governed,
  };
}

/** Rules up to the first that certainly matches; `decided` is its action when the policy certainly selects too. */
function askPolicy(
  { compiled, rules, selects }: Governor,
  view: ConnectionView,
): { readonly rules: readonly RuleStep[]; readonly decided: 'allow' | 'deny' | 'pass' | null } {
  const asked: RuleStep[] = [];
  for (const [index, rule] of rules.entries()) {
    const step = ruleStep(rule, index, compiled.policy.namespace, view);
    asked.push(step);
    if (step.match !== 'yes' || step.action === 'log') continue;
    return { rules: asked, decided: selects === 'yes' ? step.action : null };
  }
  return { rules: asked, decided: null };
}

function ruleStep(
  { rule, checks }: CompiledRule,
  index: number,
  namespace: string,
  view: ConnectionView,
): RuleStep {
  const conditions = checks.map(({ aspect, test }): Condition => {
    const match = test(view);
    return { aspect, match, ...conditionWords(aspect, rule, namespace, view) };
  });
  return {
    index,
    written: rule.written ?? index,
    name: rule.name ?? '',
    action: rule.action,
    rule,
    match: conditions.reduce<Match>((sum, { match }) => both(sum, match), 'yes'),
    conditions,
  };
}

function selectionMissing({ labels, unsure }: Party): string {
  if (labels === null) return 'the labels of the endpoint';
  if (unsure?.own === true || (unsure?.keys.size ?? 0) > 0) return 'all labels of the endpoint';
  return unsure?.namespace === true ? 'the labels of its namespace' : 'its service account';
}
