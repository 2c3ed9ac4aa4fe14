import { addedLabels } from './add-label.js';
import { addedRules } from './add-rule.js';
import { WITH_PORTS } from './allow-rule.js';
import { breadthOf } from './breadth.js';
import { ClusterIndex } from './cluster-index.js';
import { denialAt } from './denial.js';
import { decideConnection } from './evaluate.js';
import { FIX_KINDS, type Fix } from './fix.js';
import type { Candidate } from './fix-candidate.js';
import { afterEdits, allowsIt, deniesAt, type FixQuestion, questionOf } from './fix-question.js';
import { fixText, unifiedDiff } from './fix-text.js';
import { addedPolicy } from './new-policy.js';
import type { Direction } from './policy.js';
import { isSamePolicy, type PolicyEdit } from './policy-edit.js';
import { removedStaged } from './remove-staged.js';
import type { Rulebook } from './rulebook.js';
import type { SeenConnection } from './seen-connection.js';
import { isNamespaceName } from './stable-labels.js';
import { suggestChange } from './suggest-change.js';
import { widenedRules } from './widen-rule.js';
import { PolicyNotWritableError } from './write-yaml.js';

/** How many changes of one kind are offered at one end: the narrowest of them. */
const MOST_OF_A_KIND = 3;

export interface FixesFound {
  /** By kind, and of each the narrowest first; `judgeFixes` ranks them by what they do to all else. */
  readonly fixes: readonly Fix[];
  /** What kept more from being found. */
  readonly notes: readonly string[];
}

/**
 * The changes of known policies that let a denied connection through, or one that staged policies would deny. Each
 * was tried and allows it, as far as is known. Without policies its reports alone are asked. `index` is of the
 * rulebook's cluster, where it is at hand.
 */
export function suggestFixes(
  seen: SeenConnection,
  rulebook: Rulebook,
  index = new ClusterIndex(rulebook.cluster),
): FixesFound {
  if (rulebook.policies.length === 0) return fromReports(seen);
  const unfit = whyUnfit(seen);
  if (unfit !== null) return { fixes: [], notes: [unfit] };
  const question = questionOf(seen, rulebook, index);
  if (typeof question === 'string') return { fixes: [], notes: [question] };
  const notes = new Set<string>();
  if (question.assumes) {
    notes.add(
      'Facts are missing: labels are taken as they were reported, so these changes may turn out not to be enough.',
    );
  }
  const found = new Map<string, Fix>();
  for (const way of waysThrough(question, notes)) {
    const fix = fixOf(question, way, notes);
    if (fix === null) continue;
    const same = JSON.stringify([fix.yaml, fix.diff, fix.command]);
    if (!found.has(same)) found.set(same, fix);
  }
  if (found.size === 0) notes.add('No change of the known policies was found that allows it.');
  return { fixes: [...found.values()], notes: [...notes] };
}

function whyUnfit({ source, dest, protocol, port }: SeenConnection): string | null {
  if (!isNamespaceName(source.namespace) || !isNamespaceName(dest.namespace)) {
    return 'The report names a namespace that cannot be.';
  }
  if (protocol === '' || (WITH_PORTS.has(protocol) && port === 0)) {
    return 'The protocol or port is not known; look at a single connection.';
  }
  return null;
}

function fromReports(seen: SeenConnection): FixesFound {
  const notes = [
    'No policies are known: its reports alone tell what denies it, and no change could be tried.',
  ];
  const fixes: Fix[] = [];
  for (const { title, policy, yaml, caveats } of suggestChange(seen)) {
    if (policy === null) {
      notes.push(...caveats);
      continue;
    }
    fixes.push({
      kind: 'new-policy',
      title,
      edits: [{ op: 'put', policy }],
      yaml,
      diff: unifiedDiff('', yaml),
      command: null,
      caveats,
      allows: 'maybe',
    });
  }
  return { fixes, notes };
}

/** A candidate for one end, or one for each of both. */
interface Way extends Omit<Candidate, 'shown'> {
  readonly shown: readonly NonNullable<Candidate['shown']>[];
}

function waysThrough(question: FixQuestion, notes: Set<string>): readonly Way[] {
  const [first, second] = question.denies;
  if (first === undefined) return [];
  const here = candidatesAt(question, first, notes);
  const ways =
    second === undefined
      ? here.map(alone)
      : firstOfKinds(here).flatMap((candidate) => withOther(question, candidate, second, notes));
  return [...ways, ...removedStaged(question).map(alone)];
}

function alone(candidate: Candidate): Way {
  return { ...candidate, shown: candidate.shown === null ? [] : [candidate.shown] };
}

/** What stops the denial at one end, by kind, the narrowest of each first. */
function candidatesAt(question: FixQuestion, direction: Direction, notes: Set<string>): readonly Candidate[] {
  const denial = denialAt(question, direction);
  const found = [widenedRules, addedRules, addedLabels, addedPolicy].map((find) => find(question, denial));
  for (const note of found.flatMap((one) => one.notes)) notes.add(note);
  const breadths = new Map<Candidate, number>();
  for (const candidate of found.flatMap(({ candidates }) => candidates)) {
    const after = afterEdits(question, candidate.edits);
    if (deniesAt(after.set, after.connection, direction)) continue;
    breadths.set(candidate, breadthOf(question.rulebook, candidate.edits));
  }
  const narrowest = [...breadths].sort(([, a], [, b]) => a - b).map(([candidate]) => candidate);
  return FIX_KINDS.flatMap((kind) =>
    narrowest.filter((candidate) => candidate.kind === kind).slice(0, MOST_OF_A_KIND),
  );
}

function firstOfKinds(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(
    ({ kind }, index) => candidates.findIndex((candidate) => candidate.kind === kind) === index,
  );
}

/** The other end denies as well: the change there that is most like the one here, made on top of it. */
function withOther(
  question: FixQuestion,
  here: Candidate,
  direction: Direction,
  notes: Set<string>,
): readonly Way[] {
  const after = afterEdits(question, here.edits);
  if (!deniesAt(after.set, after.connection, direction)) return [alone(here)];
  const there = candidatesAt(after, direction, notes);
  const other = there.find(({ kind }) => kind === here.kind) ?? there[0];
  if (other === undefined) return [];
  const commands = [here.command, other.command].filter((command) => command !== null);
  return [
    {
      kind: FIX_KINDS.indexOf(here.kind) > FIX_KINDS.indexOf(other.kind) ? here.kind : other.kind,
      title: `Both ends deny it. ${here.title}; and ${lower(other.title)}`,
      edits: merged([...here.edits, ...other.edits]),
      command: commands.length === 0 ? null : commands.join('\n'),
      caveats: [...new Set([...here.caveats, ...other.caveats])],
      shown: [here.shown, other.shown].filter((shown) => shown !== null),
    },
  ];
}

function lower(title: string): string {
  return `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

/** A policy that is put twice is put as it is in the end. */
function merged(edits: readonly PolicyEdit[]): readonly PolicyEdit[] {
  return edits.filter(
    (edit, index) =>
      edit.op !== 'put' ||
      !edits.some(
        (other, place) => place > index && other.op === 'put' && isSamePolicy(other.policy, edit.policy),
      ),
  );
}

/** Null for what does not allow it, or cannot be written. */
function fixOf(question: FixQuestion, { shown, ...way }: Way, notes: Set<string>): Fix | null {
  const after = afterEdits(question, way.edits);
  const allows = allowsIt(after);
  if (allows === 'no') return null;
  const isStagedAgainst =
    !question.staged &&
    decideConnection(after.engine.set.afterStaging(), after.connection).verdict === 'deny';
  const caveats = [
    ...way.caveats,
    ...(isStagedAgainst ? ['A staged policy denies it again once it is enforced.'] : []),
  ];
  try {
    return { ...way, caveats, ...fixText(question.rulebook, way.edits, shown), allows };
  } catch (error) {
    if (!(error instanceof PolicyNotWritableError || error instanceof RangeError)) throw error;
    notes.add(`${way.title}: this cannot be written as YAML. ${error.message}.`);
    return null;
  }
}
