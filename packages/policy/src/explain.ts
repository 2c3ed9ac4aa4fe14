import {
  decidingHit,
  isOutside,
  isStaged,
  type PolicyHit,
  pendingVerdict,
  policyOf,
  type Reporter,
  type Verdict,
  worseVerdict,
  wouldBeDenied,
} from '@vibrissa/model';
import { distinctReports } from './distinct-reports.js';
import type { SeenConnection, SeenReport } from './seen-connection.js';
import { explainHits, isUntiered, type Step, tracesDiffer } from './trace-steps.js';
import { endNames, policyWords, portWords, profileWords, ruleWords } from './words.js';

/** Why a connection has the verdict it has, told from its traces alone. */
export interface Explanation {
  /** One sentence or two that a person would say. */
  readonly headline: string;
  /** One for each distinct report, the source's first. */
  readonly sides: readonly SideExplanation[];
  /** What else should be known, such as a side that did not report. */
  readonly notes: readonly string[];
}

/** What policy did at one end, step by step. */
export interface SideExplanation {
  readonly reporter: Reporter;
  /** `Leaving checkoutservice`, `Arriving at ledger`. */
  readonly title: string;
  readonly verdict: Verdict;
  readonly pending: Verdict;
  readonly enforced: readonly Step[];
  readonly pendingSteps: readonly Step[];
  /** False when staged policies change nothing, so that one list says it all. */
  readonly pendingDiffers: boolean;
}

interface Decision {
  readonly report: SeenReport;
  readonly hit: PolicyHit | null;
}

/** Explains an observed connection. Never claims what no report says. */
export function explain(seen: SeenConnection): Explanation {
  const reports = distinctReports(seen.flows);
  return {
    headline: headline(seen, reports),
    sides: reports.map((report) => explainSide(seen, report)),
    notes: notes(seen, reports),
  };
}

function pendingOf(report: SeenReport): Verdict {
  return pendingVerdict(report);
}

function headline(seen: SeenConnection, reports: readonly SeenReport[]): string {
  const verdict = reports.reduce<Verdict>((sum, report) => worseVerdict(sum, report.verdict), 'unknown');
  const pending = reports.reduce<Verdict>((sum, report) => worseVerdict(sum, pendingOf(report)), 'unknown');
  if (verdict === 'deny') {
    const denial = denied(
      seen,
      decision(reports, 'deny', (report) => [report.verdict, report.enforced]),
    );
    return pending === 'allow' ? `${denial} Once the staged policies are enforced, it is allowed.` : denial;
  }
  if (wouldBeDenied(verdict, pending)) {
    return wouldDeny(
      seen,
      verdict,
      decision(reports, 'deny', (report) => [pendingOf(report), report.pending]),
    );
  }
  if (verdict === 'allow') {
    return allowed(
      seen,
      decision(reports, 'allow', (report) => [report.verdict, report.enforced]),
    );
  }
  const { source, dest } = endNames(seen.source, seen.dest);
  return `${source} called ${dest} on ${portWords(seen.protocol, seen.port)}; no report says what policy did with it.`;
}

/** The report that gave a verdict; of several the destination's, which is asked last. */
function decision(
  reports: readonly SeenReport[],
  wanted: Verdict,
  read: (report: SeenReport) => readonly [Verdict, readonly PolicyHit[]],
): Decision | null {
  let found: Decision | null = null;
  for (const report of reports) {
    const [verdict, hits] = read(report);
    if (verdict !== wanted) continue;
    const hit = decidingHit(hits);
    if (found === null || hit !== null || found.hit === null) found = { report, hit };
  }
  return found;
}

function denied(seen: SeenConnection, decision: Decision | null): string {
  const { source, dest } = endNames(seen.source, seen.dest);
  const reason = decision?.hit == null ? null : denialReason(seen, decision.report.reporter, decision.hit);
  if (decision?.report.reporter === 'src') {
    const stopped = `${source} was not let out to ${dest}`;
    return reason === null
      ? `${stopped}; the report does not say by which policy.`
      : `${stopped}: ${reason}.`;
  }
  if (decision?.report.reporter === 'fwd') {
    const stopped = `The call from ${source} to ${dest} was stopped on the way`;
    return reason === null
      ? `${stopped}; the report does not say by which policy.`
      : `${stopped}: ${reason}.`;
  }
  const refused = `${dest} refused the call`;
  return reason === null
    ? `${refused} from ${source}; the report does not say by which policy.`
    : `${refused}: ${reason}.`;
}

function denialReason(seen: SeenConnection, reporter: Reporter, hit: PolicyHit, policy?: string): string {
  const { source, dest } = endNames(seen.source, seen.dest);
  const what = `${portWords(seen.protocol, seen.port)} ${reporter === 'src' ? `to ${dest}` : `from ${source}`}`;
  if (hit.kind === 'Profile') {
    return hit.ruleIndex < 0
      ? `no policy and no profile allows ${what}`
      : `${profileWords(hit.name)} denies ${what}`;
  }
  const named = policy ?? policyWords(policyOf(hit));
  if (hit.kind === 'EndOfTier') {
    if (isUntiered(hit)) return `no policy allows ${what}`;
    return hit.trigger === null
      ? `no rule of tier ${hit.tier} allows ${what}`
      : `no rule of ${named} allows ${what}`;
  }
  return `${ruleWords(hit.ruleIndex)} of ${named} denies ${what}`;
}

function wouldDeny(seen: SeenConnection, verdict: Verdict, decision: Decision | null): string {
  const today = verdict === 'allow' ? 'Allowed today.' : 'What happens today is not known.';
  const hit = decision?.hit ?? null;
  if (decision === null || hit === null)
    return `${today} Once the staged policies are enforced, it is denied.`;
  const policy = policyOf(hit);
  if (isStaged(policy.kind)) {
    const reason = denialReason(seen, decision.report.reporter, hit, 'it');
    return `${today} Once ${policyWords(policy)} is enforced, it is denied: ${reason}.`;
  }
  const reason = denialReason(seen, decision.report.reporter, hit);
  if (decision.report.pending.some(({ kind }) => isStaged(kind))) {
    return `${today} Once the staged policies are enforced, it is denied: ${reason}.`;
  }
  if (isUntiered(hit))
    return `${today} Its policies only audit; once they are enforced, it is denied: ${reason}.`;
  // No staged policy is in the way: an enforced one, newer than the connection, would not let it in again.
  return `${today} It would be denied if it were opened again: ${reason}.`;
}

function allowed(seen: SeenConnection, decision: Decision | null): string {
  const { source, dest } = endNames(seen.source, seen.dest);
  const may = `${source} may call ${dest} on ${portWords(seen.protocol, seen.port)}`;
  const hit = decision?.hit ?? null;
  if (hit === null) return `${may}; the report does not say by which policy.`;
  if (hit.kind === 'Profile') {
    return `${may}: no policy denies it, and ${profileWords(hit.name)} allows everything.`;
  }
  return `${may}: ${ruleWords(hit.ruleIndex)} of ${policyWords(hit)} allows it.`;
}

function notes(seen: SeenConnection, reports: readonly SeenReport[]): readonly string[] {
  const { source, dest } = endNames(seen.source, seen.dest);
  const from = reports.filter(({ reporter }) => reporter === 'src');
  const at = reports.filter(({ reporter }) => reporter === 'dst');
  const found: string[] = [];
  if (reports.length === 0) found.push('There is no report to explain.');
  if (from.length > 0 && at.length === 0) {
    if (from.every(({ verdict }) => verdict === 'deny')) {
      found.push(`The destination never saw it: it was stopped on the node of ${source}.`);
    } else if (isOutside(seen.dest)) {
      found.push(`${dest} is outside the cluster, where no policy of the cluster applies.`);
    } else {
      found.push(`Only the node of ${source} reported; what policy said at ${dest} is not known.`);
    }
  }
  if (at.length > 0 && from.length === 0) {
    found.push(
      isOutside(seen.source)
        ? `${source} is outside the cluster, so only the node of ${dest} could report.`
        : `Only the node of ${dest} reported; what policy said at ${source} is not known.`,
    );
  }
  if (from.length > 1 || at.length > 1) {
    found.push('Reports of one side differ: policy or pods changed while these were counted.');
  }
  return found;
}

function explainSide(seen: SeenConnection, report: SeenReport): SideExplanation {
  const { source, dest } = endNames(seen.source, seen.dest);
  const titles: Record<Reporter, string> = {
    src: `Leaving ${source}`,
    dst: `Arriving at ${dest}`,
    fwd: 'On the way',
  };
  return {
    reporter: report.reporter,
    title: titles[report.reporter],
    verdict: report.verdict,
    pending: pendingOf(report),
    enforced: explainHits(report.enforced),
    pendingSteps: explainHits(report.pending),
    pendingDiffers: tracesDiffer(report.enforced, report.pending),
  };
}
