import { allowRule, WITH_PORTS } from './allow-rule.js';
import { selectedWeight } from './breadth.js';
import type { AskedPolicy, Denial } from './denial.js';
import { farName, farPeer } from './far-peer.js';
import { type Candidate, countedRules, type Found, isSpread, rewriteCaveats } from './fix-candidate.js';
import { asItsOrigin, type FixQuestion, farEnd, nearEnd, originOf } from './fix-question.js';
import type { Direction, Peer, Policy, Rule } from './policy.js';
import { labelsAt } from './seen-connection.js';
import { labelsEqual } from './selector.js';
import { stableLabels } from './stable-labels.js';
import { endNames, portWords } from './words.js';

/** To how many policies a rule is offered to be added, the most specific first. */
const MOST = 2;

/** An allow rule more in a policy that governs the end, where it is asked before anything denies. */
export function addedRules(question: FixQuestion, denial: Denial): Found {
  const { asked, by } = denial;
  const denying = by === null ? undefined : asked.at(-1);
  const specific = [...asked].sort((a, b) => selectedWeight(a.policy) - selectedWeight(b.policy));
  const chosen = [...new Set([...(denying === undefined ? [] : [denying]), ...specific])].slice(0, MOST);
  const notes = new Set<string>();
  const candidates = chosen.flatMap((one) => {
    const found = added(question, denial, one);
    for (const note of found.notes) notes.add(note);
    return found.candidates;
  });
  return { candidates, notes: [...notes] };
}

function added(question: FixQuestion, denial: Denial, { policy, rules }: AskedPolicy): Found {
  const { seen } = question;
  const { direction, by, asked } = denial;
  const spread = isSpread(policy.kind);
  if (spread && !WITH_PORTS.has(seen.protocol)) return { candidates: [], notes: [] };
  const { peer, caveats } = farPeer(question, direction, policy);
  if (peer === null) return { candidates: [], notes: caveats };
  const isDenying = by !== null && asked.at(-1)?.policy === policy;
  const before = countedRules(policy, direction);
  const place = isDenying ? placeBefore(by.index, rules, before) : before.length;
  const near = spread ? null : nearPeer(question, direction, policy);
  const plain = allowRule(seen, direction, peer);
  const rule = near === null ? plain : withNear(plain, direction, near);
  const changed = {
    ...policy,
    [direction]: spread ? insertedWritten(before, place, rule) : inserted(before, place, rule),
  };
  const origin = originOf(question, policy);
  const { source, dest } = endNames(seen.source, seen.dest);
  const what = portWords(seen.protocol, seen.port);
  const far = farName(question, direction);
  const isWide = near === null && selectedWeight(policy) > 1;
  const candidate: Candidate = {
    kind: 'add-rule',
    title:
      direction === 'ingress'
        ? `Add a rule to ${policy.name} that lets ${far} call ${dest} on ${what}`
        : `Add a rule to ${policy.name} that lets ${source} call ${far} on ${what}`,
    edits: [{ op: 'put', policy: asItsOrigin(question, changed) }],
    command: null,
    caveats: [
      ...caveats,
      ...(isWide
        ? [
            `It is for every pod that ${policy.name} selects, not for ${direction === 'ingress' ? dest : source} alone.`,
          ]
        : []),
      ...rewriteCaveats(origin),
    ],
    shown: null,
  };
  return { candidates: [candidate], notes: [] };
}

/** Before the rule that denies, and before what logs for it: what is allowed is not to be logged as if it were denied. */
function placeBefore(index: number, asked: AskedPolicy['rules'], rules: readonly Rule[]): number {
  let place = index;
  while (place > 0 && rules[place - 1]?.action === 'log') {
    if (asked.find((step) => step.index === place - 1)?.match === 'no') break;
    place -= 1;
  }
  return place;
}

function inserted(rules: readonly Rule[], place: number, rule: Rule): readonly Rule[] {
  return [...rules.slice(0, place), rule, ...rules.slice(place)];
}

/** The same where rules are counted as they were written. */
function insertedWritten(rules: readonly Rule[], place: number, rule: Rule): readonly Rule[] {
  const behind = rules[place]?.written;
  const written = behind ?? Math.max(-1, ...rules.map((one) => one.written ?? 0)) + 1;
  const after = rules.slice(place).map((one) => ({ ...one, written: (one.written ?? 0) + 1 }));
  return [...rules.slice(0, place), { ...rule, written }, ...after];
}

/** The end that the policy selects as its rule can name it; null where the policy names it already. */
function nearPeer(
  { seen }: FixQuestion,
  direction: Direction,
  policy: Policy,
): Pick<Peer, 'selector' | 'namespaceSelector'> | null {
  if (selectedWeight(policy) <= 1) return null;
  const end = nearEnd(direction);
  const labels = stableLabels(labelsAt(seen, end));
  const { namespace } = seen[end];
  if (labels === null) return null;
  const elsewhere = namespace !== policy.namespace && namespace !== '';
  return {
    selector: labelsEqual(labels),
    namespaceSelector: elsewhere ? { op: 'eq', key: 'projectcalico.org/name', value: namespace } : null,
  };
}

function withNear(
  rule: Rule,
  direction: Direction,
  near: Pick<Peer, 'selector' | 'namespaceSelector'>,
): Rule {
  if (farEnd(direction) === 'source') return { ...rule, dest: { ...rule.dest, ...near } };
  return { ...rule, source: { ...rule.source, ...near } };
}
