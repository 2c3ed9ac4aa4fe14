import { WITH_PORTS } from './allow-rule.js';
import type { AskedPolicy, Denial } from './denial.js';
import { farName, farOf, farPeer, withinOf } from './far-peer.js';
import { type Candidate, countedRules, type Found, isSpread, rewriteCaveats } from './fix-candidate.js';
import { asItsOrigin, type FixQuestion, farEnd, originOf } from './fix-question.js';
import { matchParty } from './match-labels.js';
import type { Direction, Peer, Rule } from './policy.js';
import { labelsAt } from './seen-connection.js';
import { labelsEqual, type Selector } from './selector.js';
import { stableLabels } from './stable-labels.js';
import type { RuleStep } from './steps.js';
import { eitherSelector } from './widen-selector.js';
import { portWords } from './words.js';

/** The allow rules that miss the connection by its port alone or by its far end alone, widened by no more than that. */
export function widenedRules(question: FixQuestion, denial: Denial): Found {
  const { direction, asked } = denial;
  const notes = new Set<string>();
  const candidates = asked.flatMap((one) =>
    one.rules.flatMap((step): readonly Candidate[] => {
      if (step.action !== 'allow' || step.match === 'yes') return [];
      const missed = step.conditions.filter(({ match }) => match === 'no').map(({ aspect }) => aspect);
      const far = `${farEnd(direction) === 'source' ? 'source' : 'destination'}.` as const;
      if (missed.length === 0) return [];
      const about: Missed = { question, direction, ...one, step };
      if (missed.every((aspect) => aspect === 'destination.ports' || aspect === 'protocol')) {
        return byPort(about, missed.includes('protocol'));
      }
      const [only, second] = missed;
      if (second !== undefined || (only !== `${far}selector` && only !== `${far}nets`)) return [];
      const named = byFarEnd(about, only === `${far}nets`);
      for (const note of named.notes) notes.add(note);
      return named.candidates;
    }),
  );
  return { candidates, notes: [...notes] };
}

interface Missed extends AskedPolicy {
  readonly question: FixQuestion;
  readonly direction: Direction;
  readonly step: RuleStep;
}

function byPort(missed: Missed, otherProtocol: boolean): readonly Candidate[] {
  const { question, direction, policy, step } = missed;
  const { protocol, port } = question.seen;
  const rules = countedRules(policy, direction);
  const rule = rules[step.index];
  if (rule === undefined || port === 0 || !WITH_PORTS.has(protocol)) return [];
  const one = { from: port, to: port };
  const words = portWords(protocol, port);
  if (!isSpread(policy.kind)) {
    if (otherProtocol) return [];
    const wider = { ...rule, dest: { ...rule.dest, ports: [...rule.dest.ports, one] } };
    return [widened(missed, replaced(rules, step.index, [wider]), words)];
  }
  const group = rules.filter(({ written }) => written === rule.written);
  const peers = new Set(group.map((other) => JSON.stringify(farOf(other, direction))));
  if (otherProtocol) {
    // Its protocol has a rule of its own where the written rule names it, and that one is nearer.
    const isNamed = rule.protocol === null || group.some((other) => other.protocol === protocol);
    if (isNamed || peers.size > 1) return [];
    const more = { ...rule, protocol, dest: { ...rule.dest, ports: [one] } };
    const last = rules.lastIndexOf(group.at(-1) ?? rule);
    return [widened(missed, [...rules.slice(0, last + 1), more, ...rules.slice(last + 1)], words)];
  }
  const wider = { ...rule, dest: { ...rule.dest, ports: [...rule.dest.ports, one] } };
  if (peers.size === 1) return [widened(missed, replaced(rules, step.index, [wider]), words)];
  const from = `${words} from ${farName(question, direction)}`;
  const to = `${words} to ${farName(question, direction)}`;
  return [widened(missed, apart(rules, step.index, wider), direction === 'ingress' ? from : to)];
}

/** The rule in a written rule of its own behind the others, so that their peers get nothing more. */
function apart(rules: readonly Rule[], index: number, wider: Rule): readonly Rule[] {
  const written = wider.written ?? index;
  const rest = rules.filter((_, place) => place !== index);
  const before = rest.filter((rule) => (rule.written ?? 0) <= written);
  const after = rest.filter((rule) => (rule.written ?? 0) > written);
  return [
    ...before,
    { ...wider, written: written + 1 },
    ...after.map((rule) => ({ ...rule, written: (rule.written ?? 0) + 1 })),
  ];
}

function byFarEnd(missed: Missed, byAddress: boolean): Found {
  const { question, direction, policy, step } = missed;
  const rules = countedRules(policy, direction);
  const rule = rules[step.index];
  if (rule === undefined) return NOTHING;
  const name = farName(question, direction);
  if (isSpread(policy.kind)) {
    const { peer, caveats } = farPeer(question, direction, policy);
    if (peer === null) return { candidates: [], notes: caveats };
    return {
      candidates: [widened(missed, withPeer(rules, rule, peer, direction), name, caveats)],
      notes: [],
    };
  }
  const far = farOf(rule, direction);
  const wider = byAddress ? widerNets(missed, far) : widerSelector(missed, far);
  if (wider === null) return NOTHING;
  const changed = withFar(rule, direction, wider.peer);
  return {
    candidates: [widened(missed, replaced(rules, step.index, [changed]), name, wider.caveats)],
    notes: [],
  };
}

const NOTHING: Found = { candidates: [], notes: [] };

interface Wider {
  readonly peer: Peer;
  readonly caveats: readonly string[];
}

/** One more address; a pod has another after each restart, so that none is added for one. */
function widerNets({ question, direction, policy }: Missed, far: Peer): Wider | null {
  if (question.seen[farEnd(direction)].kind === 'workload') return null;
  const { peer, caveats } = farPeer(question, direction, policy);
  if (peer === null || peer.nets.length === 0) return null;
  const nets = [...new Set([...far.nets, ...peer.nets])];
  return { peer: { ...far, nets }, caveats };
}

/** One more workload, or its namespace too; where both are missing, either would let in others as well. */
function widerSelector({ question, direction, policy }: Missed, far: Peer): Wider | null {
  const end = farEnd(direction);
  const party = question.connection[end];
  const { namespace, kind } = question.seen[end];
  const labels = stableLabels(labelsAt(question.seen, end));
  if (labels === null || far.serviceAccounts !== undefined || kind === 'network') return null;
  const within = withinOf(far, policy);
  const isWithin = within === null || matchParty(within, party) === 'yes';
  const isSelected = far.selector === null || matchParty(far.selector, party) === 'yes';
  if (isWithin && far.selector !== null) {
    return { peer: { ...far, selector: eitherSelector(far.selector, labelsEqual(labels)) }, caveats: [] };
  }
  if (isWithin || !isSelected || namespace === '') return null;
  const named = (name: string): Selector => ({ op: 'eq', key: 'projectcalico.org/name', value: name });
  const before = far.namespaceSelector ?? named(policy.namespace);
  const caveats =
    far.selector === null
      ? [`It lets in all pods in ${namespace}: the rule names namespaces alone.`]
      : [`It lets in the pods in ${namespace} that the rule selects, whatever workload they are of.`];
  return { peer: { ...far, namespaceSelector: eitherSelector(before, named(namespace)) }, caveats };
}

/** One more peer in the written rule, with all its ports, behind those that it has. */
function withPeer(rules: readonly Rule[], like: Rule, peer: Peer, direction: Direction): readonly Rule[] {
  const text = JSON.stringify(farOf(like, direction));
  const group = rules.filter(({ written }) => written === like.written);
  const more = new Map<Rule, Rule>();
  for (const rule of group) {
    if (JSON.stringify(farOf(rule, direction)) !== text) continue;
    const last = group.filter(({ protocol }) => protocol === rule.protocol).at(-1) ?? rule;
    more.set(last, withFar(rule, direction, peer));
  }
  return rules.flatMap((rule) => {
    const added = more.get(rule);
    return added === undefined ? [rule] : [rule, added];
  });
}

function withFar(rule: Rule, direction: Direction, far: Peer): Rule {
  if (direction === 'ingress') return { ...rule, source: far };
  return { ...rule, dest: { ...far, ports: rule.dest.ports } };
}

function replaced(rules: readonly Rule[], index: number, by: readonly Rule[]): readonly Rule[] {
  return [...rules.slice(0, index), ...by, ...rules.slice(index + 1)];
}

function widened(
  { question, direction, policy, step }: Missed,
  rules: readonly Rule[],
  what: string,
  caveats: readonly string[] = [],
): Candidate {
  const origin = originOf(question, policy);
  const verb = direction === 'ingress' ? 'accept' : 'allow';
  const hasBoth = policy.ingress.length > 0 && policy.egress.length > 0;
  const at = hasBoth ? `${direction} rule` : 'rule';
  return {
    kind: 'edit-rule',
    title: `Let ${at} ${step.written + 1} of ${policy.name} ${verb} ${what} too`,
    edits: [{ op: 'put', policy: asItsOrigin(question, { ...policy, [direction]: rules }) }],
    command: null,
    caveats: [...caveats, ...rewriteCaveats(origin)],
    shown: null,
  };
}
