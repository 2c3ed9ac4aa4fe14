import { changedLabels } from './changed-labels.js';
import type { Connection } from './connection.js';
import { dataplaneOf } from './dataplane.js';
import { type ComparedSide, compareReports } from './disagreements.js';
import { decideConnection, evaluateConnection } from './evaluate.js';
import { connectionOf } from './evaluate-flow.js';
import { explain } from './explain.js';
import type { EndNames } from './gap-words.js';
import { judge, stagedNaming } from './judge.js';
import type { PolicySet } from './policy-set.js';
import type { Engine } from './rulebook.js';
import { observedLine, type SeenConnection } from './seen-connection.js';
import { type SideSteps, sideSteps } from './steps.js';
import { placeWords } from './verdict-words.js';
import type { Why } from './why.js';
import { observedVerdict, whyFromTraces } from './why-from-traces.js';
import { headlineOf, type Judgement } from './why-headline.js';
import { missingFacts, whySide } from './why-steps.js';
import { endNames } from './words.js';

/**
 * Why an observed connection has its verdict: by the known policies where there are any, compared with what
 * reports say; by their traces alone where there are none. Never claims what neither says.
 */
export function explainEvaluation(seen: SeenConnection, engine: Engine): Why {
  if (engine.set.policies.length === 0) return whyFromTraces(seen);
  const { set, index } = engine;
  const connection = connectionOf(observedLine(seen), index);
  const today = judge(set, connection);
  const staged = judge(set.afterStaging(), connection);
  const names = endNames(seen.source, seen.dest);
  const told = explain(seen);
  const observed = observedVerdict(seen);
  const compared = compareReports(seen, comparedSides(set, connection), set, names);
  const stale = changedLabels(seen, connection, today.sides);
  return {
    headline: headlineOf({
      observed,
      told: halfTold(seen, today, names) ?? told.headline,
      agrees: compared.agrees,
      deniedAt: deniedAt(seen),
      names,
      today,
      staged,
      naming: stagedNaming(set),
    }),
    knowsPolicies: true,
    observed,
    evaluated: today.verdict,
    afterStaging: staged.verdict,
    sides: today.sides.map((side) =>
      whySide(side, side.direction === 'egress' ? `Leaving ${names.source}` : `Arriving at ${names.dest}`),
    ),
    disagreements: [...compared.disagreements, ...stale],
    notes: [...told.notes, ...notesOf(seen, set, connection, today, staged)],
  };
}

/** Where only the source's side reported, what it said is not the verdict: the destination may still deny. */
function halfTold(seen: SeenConnection, { sides }: Judgement, { source, dest }: EndNames): string | null {
  const judged = seen.flows.filter(({ verdict }) => verdict !== 'unknown');
  const isHalf =
    judged.length > 0 && judged.every(({ reporter, verdict }) => reporter === 'src' && verdict === 'allow');
  if (!isHalf || !sides.some(({ direction }) => direction === 'ingress')) return null;
  return `${source} was let out; no report says what became of it at ${dest}.`;
}

function comparedSides(set: PolicySet, connection: Connection): readonly ComparedSide[] {
  const { source, dest } = evaluateConnection(set, connection);
  const sides: ComparedSide[] = [];
  if (source !== null) {
    sides.push({
      direction: 'egress',
      evaluated: source,
      pending: sideSteps(set, connection, 'egress', 'pending'),
    });
  }
  if (dest !== null) {
    sides.push({
      direction: 'ingress',
      evaluated: dest,
      pending: sideSteps(set, connection, 'ingress', 'pending'),
    });
  }
  return sides;
}

function deniedAt({ flows }: SeenConnection): SideSteps['direction'] | null {
  const denied = flows.filter(({ verdict }) => verdict === 'deny');
  if (denied.some(({ reporter }) => reporter === 'src')) return 'egress';
  return denied.some(({ reporter }) => reporter === 'dst') ? 'ingress' : null;
}

function notesOf(
  seen: SeenConnection,
  set: PolicySet,
  connection: Connection,
  today: Judgement,
  staged: Judgement,
): readonly string[] {
  const names = endNames(seen.source, seen.dest);
  const notes: string[] = [];
  for (const side of today.sides) {
    const facts = side.verdict === 'unknown' && today.verdict !== 'unknown' ? missingFacts(side) : [];
    if (facts.length > 0)
      notes.push(`What the known policies say ${placeWords(side, names)} is open: ${facts.join('; ')}.`);
  }
  const { pending } = decideConnection(set, connection);
  if (pending !== staged.verdict && pending !== 'unknown' && staged.verdict !== 'unknown') {
    notes.push(
      `Calico's pending traces would say ${pending}: they count staged policies beside those they replace, and never take one away.`,
    );
  }
  for (const [end, name] of [
    [seen.source, names.source],
    [seen.dest, names.dest],
  ] as const) {
    if (end.kind !== 'host') continue;
    notes.push(
      `Calico does not report what is decided at a host, so no report can confirm what policy says at ${name}.`,
    );
  }
  if (dataplaneOf(seen.flows) === 'cilium') {
    notes.push(
      "Cilium reported this. The known policies are evaluated as Calico does, and Cilium's own are not among them.",
    );
  }
  return notes;
}
