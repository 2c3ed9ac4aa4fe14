import { decidingHit, isStaged, type PolicyHit, pendingVerdict, policyOf } from '@vibrissa/model';
import { isOfCilium } from './dataplane.js';
import { distinctReports } from './distinct-reports.js';
import type { SideVerdict } from './evaluate.js';
import type { EndNames } from './gap-words.js';
import type { Direction, Policy } from './policy.js';
import type { PolicySet } from './policy-set.js';
import { isSame } from './policy-words.js';
import type { SeenConnection, SeenReport } from './seen-connection.js';
import type { SideSteps } from './steps.js';
import { policyWords, profileWords, ruleWords } from './words.js';

/** One end: what its reports are compared with. */
export interface ComparedSide {
  readonly direction: Direction;
  readonly evaluated: SideVerdict;
  /** The way as Calico goes it for pending traces, with staged policies beside those in force. */
  readonly pending: SideSteps;
}

export interface Comparison {
  /** False when a report gives another verdict, or puts it down to something else, than the known policies do. */
  readonly agrees: boolean;
  /** Each with what may be the cause. */
  readonly disagreements: readonly string[];
}

/** Compares what reports say of policy with what the known policies say. What is not known disagrees with nothing. */
export function compareReports(
  seen: SeenConnection,
  sides: readonly ComparedSide[],
  policies: PolicySet,
  names: EndNames,
): Comparison {
  const found: string[] = [];
  let agrees = true;
  const reports = distinctReports(seen.flows);
  for (const side of sides) {
    const reporter = side.direction === 'egress' ? 'src' : 'dst';
    const own = reports.filter((report) => report.reporter === reporter);
    const scene: Scene = { seen, side, policies, names };
    const differing = own.filter((report) => isOther(report, scene));
    for (const report of differing) {
      found.push(otherText(report, scene, differing.length < own.length));
    }
    if (differing.length > 0 && differing.length === own.length) agrees = false;
    for (const report of own) {
      if (differing.includes(report)) continue;
      const text = pendingText(report, scene);
      if (text !== null) found.push(text);
    }
    const arrived = reports.some((report) => report.reporter === 'dst');
    if (side.direction === 'egress' && own.length === 0 && arrived && side.evaluated.verdict === 'deny') {
      found.push(
        `The known policies do not let it out of ${names.source}, yet it arrived at ${names.dest}: ${olderText(scene)}`,
      );
    }
  }
  return { agrees, disagreements: [...new Set(found)] };
}

interface Scene {
  readonly seen: SeenConnection;
  readonly side: ComparedSide;
  readonly policies: PolicySet;
  readonly names: EndNames;
}

function isOther(report: SeenReport, { side, policies }: Scene): boolean {
  const { verdict, trace } = side.evaluated;
  if (report.verdict === 'unknown' || verdict === 'unknown') return false;
  if (report.verdict !== verdict) return true;
  const observed = decidingHit(report.enforced);
  const evaluated = decidingHit(trace.enforced);
  if (observed === null || evaluated === null) return false;
  // Cilium has no order among policies and names one or several that agree.
  if (isUnordered(observed))
    return isRead(observed.kind) && !policies.policies.some((one) => isSame(one, observed));
  return !isSameDecision(observed, evaluated);
}

/** True for a decision of Cilium's, which has no tiers. */
function isUnordered({ kind, tier }: PolicyHit): boolean {
  return tier === '' && kind !== 'Profile';
}

/** True for kinds that are read whoever enforces them. */
function isRead(kind: PolicyHit['kind']): boolean {
  return kind === 'NetworkPolicy' || kind === 'ClusterNetworkPolicy';
}

/** Whether two hits are the same decision. Which policy an end of tier is put down to differs with how Felix counts. */
function isSameDecision(a: PolicyHit, b: PolicyHit): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'EndOfTier') return a.tier === b.tier;
  if (a.kind === 'Profile') return a.name === b.name || a.name === '' || b.name === '';
  return isSame(a, b) && (a.ruleIndex === b.ruleIndex || a.ruleIndex < 0 || b.ruleIndex < 0);
}

function otherText(report: SeenReport, scene: Scene, othersAgree: boolean): string {
  const { side, names } = scene;
  const observed = decidingHit(report.enforced);
  const evaluated = decidingHit(side.evaluated.trace.enforced);
  const end = side.direction === 'egress' ? names.source : names.dest;
  const reported = `At ${end} on ${side.direction} it was ${DONE[report.verdict]}${byText(observed)}`;
  const known =
    report.verdict === side.evaluated.verdict
      ? `by the known policies it is so${byText(evaluated)}`
      : `the known policies ${side.evaluated.verdict} it${byText(evaluated)}`;
  const cause = othersAgree
    ? 'Other reports of this side agree with the known policies, so policy or pods changed while these were counted.'
    : causeText(report, observed, scene);
  return `${reported}; ${known}. ${cause}`;
}

const DONE = { allow: 'allowed', deny: 'denied', unknown: 'seen' } as const;

function byText(hit: PolicyHit | null): string {
  if (hit === null) return '';
  if (hit.kind === 'Profile')
    return hit.name === '' ? ' as no profile allows it' : ` by ${profileWords(hit.name)}`;
  if (hit.kind === 'EndOfTier') {
    if (hit.tier === '') return ' by default';
    return hit.trigger === null
      ? ` by the end of tier ${hit.tier}`
      : ` by the end of tier ${hit.tier}, where ${hit.trigger.name} selects it`;
  }
  return ` by ${ruleWords(hit.ruleIndex)} of ${policyWords(hit)}`;
}

function causeText(report: SeenReport, observed: PolicyHit | null, scene: Scene): string {
  const { seen, side, policies } = scene;
  if (observed !== null) {
    if (isOfCilium(observed)) return 'The reports are of Cilium, whose own policies are not evaluated here.';
    const changed = changedText(observed, side.direction, policies);
    if (changed !== null) return changed;
  }
  if (report.verdict === 'allow' && side.evaluated.verdict === 'deny') {
    const pending = decidingHit(report.pending);
    if (pending !== null && isOfCilium(pending)) {
      return 'Cilium only audits its policies there: it says what they would deny, and lets it pass.';
    }
    if (pending?.action === 'deny' && !report.pending.some(isOfStaged)) {
      return 'The pending trace says the same: the connection began before the policy that denies it and is kept open; opened again it would be denied.';
    }
    if (seen.source.kind === 'host') return HOST;
    return `${upper(olderText(scene))}`;
  }
  return 'Policies, or the labels of its ends, have changed since it was seen, or not all policies are known.';
}

const HOST = 'What a node itself sends to pods on the same node is never asked for.';

function olderText({ seen }: Scene): string {
  return seen.source.kind === 'host'
    ? HOST
    : 'either policy changed since it was seen, or the connection is older than the policy: one that is open is not asked again.';
}

function upper(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function isOfStaged(hit: PolicyHit): boolean {
  return isStaged(policyOf(hit).kind);
}

/** What shows that a policy is not what it was when a trace named it; null when nothing does. */
function changedText(hit: PolicyHit, direction: Direction, { policies }: PolicySet): string | null {
  const ref = policyOf(hit);
  if (ref.kind === 'Profile' || ref.kind === 'EndOfTier') return null;
  const policy = policies.find((one) => isSame(one, ref));
  if (policy === undefined) {
    return `${policyWords(ref)} is not among the known policies: it was removed since, or nobody has read it.`;
  }
  if (ref.tier !== '' && policy.tier !== ref.tier)
    return `${ref.name} is in tier ${policy.tier} now: it was moved since.`;
  return hit.kind === 'EndOfTier' ? null : changedRule(hit, policy, direction);
}

function changedRule(
  { ruleIndex, action, name }: PolicyHit,
  policy: Policy,
  direction: Direction,
): string | null {
  if (ruleIndex < 0) return null;
  const rule = policy[direction][ruleIndex];
  if (rule !== undefined && rule.action === action) return null;
  return `${name} has no such rule any more: it was changed since.`;
}

/** Where pending traces differ from what staged policies beside those in force would do; null where they do not. */
function pendingText(report: SeenReport, scene: Scene): string | null {
  const { side, policies } = scene;
  const observed = pendingVerdict(report);
  const { pending, trace } = side.evaluated;
  if (observed === 'unknown' || pending === 'unknown' || observed === pending) return null;
  const hit = decidingHit(report.pending);
  const evaluated = decidingHit(trace.pending);
  const end = side.direction === 'egress' ? scene.names.source : scene.names.dest;
  const sentence = `At ${end} on ${side.direction} the pending trace says that it would be ${DONE[observed]}${byText(hit)}; with the known policies it would be ${DONE[pending]}${byText(evaluated)}.`;
  const gap = felixGap(side.pending);
  const cause =
    gap ??
    (hit === null ? null : changedText(hit, side.direction, policies)) ??
    'Staged policies changed since it was seen, or not all of them are known.';
  return `${sentence} ${cause}`;
}

/** What Calico's pending evaluation is known to leave out (felix/calc and app-policy, v3.34), where a rule asks for it. */
function felixGap({ tiers }: SideSteps): string | null {
  for (const { policies } of tiers) {
    for (const { policy, rules } of policies) {
      for (const { rule, written, match } of rules) {
        const which = `${ruleWords(written)} of ${policy.name}`;
        const ports = [...rule.source.ports, ...rule.dest.ports];
        if (match !== 'no' && ports.some((port) => 'name' in port)) {
          return `Calico's pending traces never match ports by name, which ${which} has; in force the rule does match.`;
        }
        const narrow = rule.icmp ?? rule.notIcmp ?? rule.ipVersion;
        if (narrow !== undefined) {
          return `Calico's pending traces do not look at ICMP types and IP versions, which ${which} has; in force the rule does.`;
        }
      }
    }
  }
  return null;
}
