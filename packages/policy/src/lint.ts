import { ClusterIndex } from './cluster-index.js';
import type { Finding } from './finding.js';
import { lintEffect } from './lint-effect.js';
import { lintRules } from './lint-rules.js';
import { KnownEnds, lintSelection } from './lint-selection.js';
import { lintUsage } from './lint-usage.js';
import { nameOf } from './lint-words.js';
import { BUILT_IN_TIERS } from './policy.js';
import { policyNameText } from './policy-edit.js';
import { PolicySet } from './policy-set.js';
import type { PolicyUsage } from './policy-usage.js';
import type { Rulebook } from './rulebook.js';

/**
 * What is wrong, or looks so, with policies, the gravest first. What is told is certain as far as the rulebook goes;
 * what would take more than comparing rules one by one is not found. `usage` null leaves out what only hits tell.
 */
export function lint(rulebook: Rulebook, usage: readonly PolicyUsage[] | null): readonly Finding[] {
  const { tiers, policies, profiles, cluster } = rulebook;
  const set = new PolicySet(tiers, policies, profiles);
  const findings = set.tiers.flatMap((tier) => {
    // What acts ahead of all tiers, at hosts alone, is not asked in the tier that it names.
    const own = set.policies.filter(
      ({ tier: name, hostOptions }) =>
        name === tier.name && !hostOptions?.doNotTrack && !hostOptions?.preDnat,
    );
    return [...lintRules(own), ...lintEffect(tier, own)];
  });
  findings.push(...missingTiers(rulebook), ...lintSelection(set, new KnownEnds(new ClusterIndex(cluster))));
  if (usage !== null) {
    // A rule that nothing can reach needs no second word that nothing did.
    const told = new Set(findings.filter(({ rule }) => rule !== null).map(placeOf));
    findings.push(...lintUsage(set.policies, usage).filter((finding) => !told.has(placeOf(finding))));
  }
  return findings.sort(byGravity);
}

function missingTiers({ tiers, policies }: Rulebook): readonly Finding[] {
  const known = new Set([...BUILT_IN_TIERS, ...tiers].map(({ name }) => name));
  return policies
    .filter(({ tier }) => !known.has(tier))
    .map((policy) => ({
      code: 'missing-tier',
      severity: 'error',
      policy: nameOf(policy),
      rule: null,
      message: `There is no tier ${policy.tier}: the policy is asked after all others, if it is accepted at all.`,
      remedy: `Create tier ${policy.tier}, or move the policy to one of ${[...known].sort().join(', ')}.`,
    }));
}

const SEVERITIES: readonly Finding['severity'][] = ['error', 'warning', 'hint'];

function byGravity(a: Finding, b: Finding): number {
  const places = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (places !== 0) return places;
  const x = placeOf(a);
  const y = placeOf(b);
  return x === y ? 0 : x < y ? -1 : 1;
}

function placeOf({ policy, rule }: Finding): string {
  return `${policyNameText(policy)} ${rule === null ? '' : `${rule.direction} ${`${rule.index}`.padStart(6, '0')}`}`;
}
