import { type PolicyHit, pendingVerdict, policyOf, type Verdict, worseVerdict } from '@vibrissa/model';
import { distinctReports } from './distinct-reports.js';
import { explain, type SideExplanation } from './explain.js';
import type { SeenConnection, SeenReport } from './seen-connection.js';
import type { Why, WhySide, WhyTier } from './why.js';

/** Why a connection has its verdict, told from its traces alone: of policies nobody knows nothing is claimed. */
export function whyFromTraces(seen: SeenConnection): Why {
  const { headline, sides, notes } = explain(seen);
  return {
    headline,
    knowsPolicies: false,
    observed: observedVerdict(seen),
    evaluated: 'unknown',
    afterStaging: seen.flows.reduce<Verdict>(
      (sum, report) => worseVerdict(sum, pendingVerdict(report)),
      'unknown',
    ),
    // Explained sides come of the same reports, in the same order.
    sides: distinctReports(seen.flows).flatMap((report, place) => {
      const side = sides[place];
      return side === undefined || report.reporter === 'fwd' ? [] : [tracedSide(report, side)];
    }),
    disagreements: [],
    notes: [...notes, 'No policies are known here: this is told from what nodes reported.'],
  };
}

/** One verdict of all reports: a denial by either side wins. */
export function observedVerdict({ flows }: SeenConnection): Verdict {
  return flows.reduce<Verdict>((sum, { verdict }) => worseVerdict(sum, verdict), 'unknown');
}

function tracedSide(
  { reporter, enforced }: SeenReport,
  { title, verdict, enforced: steps }: SideExplanation,
): WhySide {
  const texts = steps.map(({ text }) => text);
  const profile = enforced.findIndex(({ kind }) => kind === 'Profile');
  return {
    direction: reporter === 'src' ? 'egress' : 'ingress',
    title,
    verdict,
    tiers: enforced.flatMap((hit, place) =>
      hit.kind === 'Profile' ? [] : [tracedTier(hit, texts[place] ?? '')],
    ),
    profile: profile < 0 ? null : (texts[profile] ?? null),
    cannotTell: [],
    notModelled: [],
  };
}

function tracedTier(hit: PolicyHit, text: string): WhyTier {
  const { kind, namespace, name, tier } = policyOf(hit);
  const { action, ruleIndex } = hit;
  const isEnd = hit.kind === 'EndOfTier';
  const rule = { index: ruleIndex, written: ruleIndex, action, match: 'yes', text, conditions: [] } as const;
  const isNamed = !isEnd || hit.trigger !== null;
  return {
    tier: hit.tier,
    outcome: action === 'log' ? 'open' : action,
    policies: isNamed
      ? [{ policy: { kind, namespace, name, tier }, order: null, selects: 'yes', rules: isEnd ? [] : [rule] }]
      : [],
    end: isEnd ? text : null,
  };
}
