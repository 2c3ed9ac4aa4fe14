import { EVIDENCE_NAMES, type Evidence, leftOut, TALLY_CAP, type Tally } from '@vibrissa/model';
import type { RecordProblem } from './record-problem.js';

/**
 * How often values were named, for records that stand for several reports: one text for each list, its name and a
 * count for each of its values in their order, and one more for all values that are not listed. Lists without a text
 * name each value once.
 */
export const MENTIONS_PATTERN = `^(?:${EVIDENCE_NAMES.join('|')})(?: [0-9]{1,15})+$`;

/** The texts for what the lists themselves do not tell; undefined when they tell all. */
export function writeMentions(evidence: Evidence): string[] | undefined {
  let texts: string[] | undefined;
  for (const name of EVIDENCE_NAMES) {
    const tally = evidence[name];
    if (tally.mentions === tally.kept.length) continue;
    const counts = tally.kept.map(([, mentions]) => mentions);
    const others = leftOut(tally);
    if (others > 0) counts.push(others);
    texts ??= [];
    texts.push(`${name} ${counts.join(' ')}`);
  }
  return texts;
}

/** The evidence with the counts that the texts give; what lists say without them is `evidence`. */
export function readMentions(texts: readonly string[], evidence: Evidence): Evidence | RecordProblem {
  const counted: { -readonly [Name in keyof Evidence]: Evidence[Name] } = { ...evidence };
  for (const text of texts) {
    const [word, ...counts] = text.split(' ');
    const name = EVIDENCE_NAMES.find((known) => known === word);
    if (name === undefined) return mismatch(`${word}`, 'is no list of values');
    const tally = withCounts(counted[name], counts.map(Number));
    if (tally === null) return mismatch(name, 'has not as many counts as values, or one that is 0');
    counted[name] = tally;
  }
  return counted;
}

/** Null when the counts do not fit the values. */
function withCounts(tally: Tally, counts: readonly number[]): Tally | null {
  const size = tally.kept.length;
  if (size > TALLY_CAP || tally.mentions !== size || counts.length < size || counts.length > size + 1)
    return null;
  if (counts.some((count) => count < 1)) return null;
  return {
    kept: tally.kept.map(([value], at) => [value, counts[at] as number] as const),
    mentions: counts.reduce((sum, count) => sum + count, 0),
  };
}

function mismatch(what: string, reason: string): RecordProblem {
  return {
    field: 'mentions',
    reason: `${what} ${reason}`,
    remedy:
      'Send texts such as "sourceIps 3 1": the name of a list, a count for each of its (at most 8, sorted) values and ' +
      'maybe one for all others; or leave it out.',
  };
}
