import { type PolicyRef, policyOf, type Verdict } from '@vibrissa/model';
import type { Connection } from './connection.js';
import { type ConnectionVerdict, evaluateConnection, type SideVerdict } from './evaluate.js';
import type { Direction } from './policy.js';
import type { PolicySet } from './policy-set.js';
import { sideSteps } from './steps.js';
import { explainHits } from './trace-steps.js';
import type { ObservedPair } from './verdict-change.js';
import { endNames, policyWords, ruleWords } from './words.js';

/** A change in words, for the few that are listed. */
export interface ChangeReason {
  /** The policy that decides with the change; null where a profile does, or it is open. */
  readonly decidedBy: PolicyRef | null;
  readonly reason: string;
}

export interface ReasonedChange {
  readonly pair: ObservedPair;
  readonly before: { readonly set: PolicySet; readonly connection: Connection; readonly verdict: Verdict };
  readonly after: { readonly set: PolicySet; readonly connection: Connection; readonly verdict: Verdict };
  readonly observed: Verdict;
}

/** What decides with the change and what decided without it; where either is open, which fact is missing. */
export function changeReason({ pair, before, after, observed }: ReasonedChange): ChangeReason {
  const names = endNames(pair.source, pair.dest);
  const then = decision(evaluateConnection(after.set, after.connection));
  const now = decision(evaluateConnection(before.set, before.connection));
  const today = before.verdict === 'unknown' ? openWords(before.set, before.connection) : (now?.text ?? null);
  const parts: string[] = [];
  if (after.verdict === 'unknown') {
    parts.push(openWords(after.set, after.connection));
    if (before.verdict !== 'unknown') parts.push(`Today it is ${DONE[before.verdict]}${because(today)}.`);
  } else {
    const at = then?.direction === 'egress' ? `Leaving ${names.source}` : `Arriving at ${names.dest}`;
    parts.push(`${at}: ${then?.text ?? `it is ${DONE[after.verdict]}`}.`);
    if (before.verdict === 'unknown') {
      const seen = observed === 'unknown' ? '' : ` It was ${DONE[observed]} when it was seen.`;
      parts.push(`What happens today is open: ${today}${seen}`);
    } else parts.push(`Today it is ${DONE[before.verdict]}${because(today)}.`);
  }
  if (observed !== 'unknown' && before.verdict !== 'unknown' && observed !== before.verdict) {
    parts.push(`It was ${DONE[observed]} when it was seen, which is not what the known policies say.`);
  }
  return { decidedBy: after.verdict === 'unknown' ? null : (then?.policy ?? null), reason: parts.join(' ') };
}

const DONE: Readonly<Record<Verdict, string>> = { allow: 'allowed', deny: 'denied', unknown: 'not known' };

function because(text: string | null): string {
  return text === null ? '' : `: ${text}`;
}

interface Decision {
  readonly direction: Direction;
  readonly policy: PolicyRef | null;
  readonly text: string;
}

/** The side that decides: the one that denies, else the destination, which is asked last. */
function decision({ source, dest }: ConnectionVerdict): Decision | null {
  if (source?.verdict === 'deny') return decisionAt(source, 'egress');
  if (dest !== null && (dest.verdict === 'deny' || source?.verdict !== 'unknown'))
    return decisionAt(dest, 'ingress');
  return source === null ? null : decisionAt(source, 'egress');
}

function decisionAt({ trace }: SideVerdict, direction: Direction): Decision | null {
  const step = explainHits(trace.enforced).at(-1);
  const hit = trace.enforced.at(-1);
  if (step === undefined || hit === undefined) return null;
  const { kind, namespace, name, tier } = policyOf(hit);
  return { direction, policy: kind === 'Profile' ? null : { kind, namespace, name, tier }, text: step.text };
}

/** The first facts that are missing, with what hangs on them. */
function openWords(set: PolicySet, connection: Connection): string {
  for (const direction of ['egress', 'ingress'] as const) {
    const { verdict, cannotTell } = sideSteps(set, connection, direction);
    const [doubt] = cannotTell;
    if (verdict !== 'unknown' || doubt === undefined) continue;
    const { policy, ruleIndex, missing } = doubt;
    const what =
      ruleIndex < 0
        ? `${policyWords(policy)} governs this end`
        : `${ruleWords(ruleIndex)} of ${policyWords(policy)} matches`;
    return `Cannot tell whether ${what}: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not known.`;
  }
  return 'No policy governs either end.';
}
