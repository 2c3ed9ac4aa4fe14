import { isOutside, isStaged, leftOut, type PolicyHit, policyOf, type Tally } from '@vibrissa/model';
import type { ApiGroup } from '@vibrissa/protocol/messages';
import type { Bounds } from '../../../api/queries.js';
import type { Row } from '../../../live/row.js';
import { formatDuration, plural } from '../../../ui/format.js';
import type { Outcome } from '../../../view/outcome.js';
import { momentWords } from '../../../view/time/moment-words.js';
import { LOCAL } from '../../../view/time/wall-clock.js';
import { stretchWords } from '../../../view/time/when-words.js';
import { outcomeOf } from '../row-text.js';

/** `in 15 min`, or the stretch itself where it stands still. */
export function windowWords({ from, to }: Bounds, now: number): string {
  return to === undefined ? `in ${formatDuration(-from)}` : stretchWords(from, to, { now, zone: LOCAL });
}

/** `41 attempts in 15 min`: of what was denied only the tries count. */
export function attemptWords(row: Row, bounds: Bounds, now: number): string {
  const denied = row.verdict === 'deny';
  const count = denied ? (row.connectionsDenied ?? row.connectionsStarted) : row.connectionsStarted;
  const what = denied ? 'attempt' : 'connection';
  if (count === null) return windowWords(bounds, now);
  return `${plural(count, what)}${bounds.to === undefined ? ' ' : ' · '}${windowWords(bounds, now)}`;
}

/** `first 13:47:02`; with the day where it was another. */
export function firstSeenWords(firstSeen: number, now: number): string {
  return `first ${momentWords(firstSeen, now)}`;
}

/** What a judgement rests on. */
export type Judged = Pick<Row, 'dest' | 'verdict' | 'pending' | 'decidedBy' | 'pendingDecidedBy'>;

/** What became of a whole connection, where the row may be only one report of it. */
export function judgedOf({ dest, verdict, pendingVerdict, decidedBy, pendingDecidedBy }: ApiGroup): Judged {
  return { dest, verdict, pending: pendingVerdict, decidedBy, pendingDecidedBy };
}

/** What to know of a row that is only one report: the rest of the details is about all of them. */
export function reportSentence({ reporter }: Pick<Row, 'reporter'>): string {
  if (reporter === null) return '';
  const whose = { src: 'the source', dst: 'the destination', fwd: 'a node on the way' }[reporter];
  return `You opened the report of ${whose}; below is what all reports of this connection say.`;
}

/**
 * What follows from the headline and a reader may not know. Only what the hit itself says: the policies are
 * not at hand.
 */
export function helpSentence(row: Judged): string {
  const outcome = outcomeOf(row);
  const hit = outcome === 'stage' ? row.pendingDecidedBy : row.decidedBy;
  if (outcome === 'unknown') return 'The source of this flow tells no verdict, so none is claimed.';
  if (hit === null) return '';
  const { name, tier } = policyOf(hit);
  if (outcome === 'allow') return allowHelp(row, hit);
  if (hit.kind === 'Profile') return 'No policy selects it, and what no profile allows is denied.';
  if (outcome === 'stage' && !isStaged(policyOf(hit).kind)) {
    return 'Connections that are open stay open; a new one would not be let in.';
  }
  if (hit.kind === 'EndOfTier') {
    const selects = `A policy that selects a pod closes its tier: what no rule of tier ${tier} matches is denied.`;
    return outcome === 'stage' ? `Nothing is blocked yet. ${selects}` : selects;
  }
  return outcome === 'stage'
    ? `Nothing is blocked yet; ${name} only watches until it is enforced.`
    : `Later rules and tiers are not asked.`;
}

/** The reason of sources that only see that nothing came back. */
const UNANSWERED = 'no reply';

/**
 * What lost packets mean where no policy is known to have denied them. Silence is not explained: a policy that
 * drops without a word looks the same.
 */
export function lossSentence({ verdict }: Pick<Judged, 'verdict'>, drops: Tally): string {
  if (verdict === 'deny' || drops.mentions === 0) return '';
  const reasons = drops.kept.flatMap(([reason]) => (reason === UNANSWERED ? [] : [reason]));
  if (reasons.length === 0 && leftOut(drops) === 0) {
    return 'Packets went unanswered. Whether a policy or the network kept them, no source tells.';
  }
  const named = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  return `Packets were lost on the way${named}: a fault of the network, not a denial by a policy.`;
}

function allowHelp(row: Judged, hit: PolicyHit): string {
  if (hit.kind === 'Profile' && isOutside(row.dest)) return 'No policy limits where this workload may call.';
  if (hit.kind === 'Profile') return 'Without a policy that selects it, a pod accepts every call.';
  return '';
}

/** What became of it, where there is room to say it in full. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  deny: 'Denied',
  stage: 'Would be denied',
  allow: 'Allowed',
  unknown: 'Unknown',
};

/** How much of a whole a part is, in words; empty when either is not known. */
export function shareWords(part: number | null, whole: number | null): string {
  if (part === null || whole === null || whole === 0) return '';
  if (part === 0) return 'none of them';
  if (part >= whole) return 'all of them';
  const percent = (part / whole) * 100;
  if (percent < 1) return 'under 1 % of them';
  return `${Math.min(99, Math.round(percent))} % of them`;
}
