import { type Filter, isStaged, printFilter } from '@vibrissa/model';
import {
  enforcedKind,
  isSamePolicy,
  type Policy,
  PolicyNotWritableError,
  scopeWords,
  writeYaml,
} from '@vibrissa/policy';
import type { ApiPolicySummary, ApiTier, PolicyReply } from '@vibrissa/protocol/messages';
import { type Board, findingsOf } from './policy-board.js';
import { hitsOf, NO_HITS, sumOfHits } from './usage-index.js';
import { countRules, usedRules } from './written-rules.js';

/** How many of the workloads that a policy selects are named. */
const MOST_NAMED = 200;

/** Traces count the end of a tier so. */
const END_OF_TIER = -1;

/** Tiers and policies in the order they are evaluated, empty tiers too. */
export function summarizeTiers(board: Board): readonly ApiTier[] {
  const { set } = board.engine;
  const counts = new Map<string, number>();
  for (const { policy } of board.findings) {
    const id = idOf(policy);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return set.tiers.map(({ name, order, defaultAction }) => ({
    name,
    order,
    defaultAction,
    policies: set.policies
      .filter(({ tier }) => tier === name)
      .map((policy) => summarize(board, policy, counts.get(idOf(policy)) ?? 0)),
  }));
}

function idOf({ kind, namespace, name }: Pick<Policy, 'kind' | 'namespace' | 'name'>): string {
  return JSON.stringify([kind, namespace, name]);
}

function summarize(board: Board, policy: Policy, findings: number): ApiPolicySummary {
  const { kind, namespace, name, tier, order, types, stagedAction = 'set' } = policy;
  const usage = board.usage.of(policy);
  const { rules, unused } = countRules(policy, usage);
  const staged = isStaged(kind);
  return {
    kind,
    namespace,
    name,
    tier,
    order,
    types,
    staged,
    stagedAction: staged ? stagedAction : null,
    selects: scopeWords(subjectOf(board, policy)),
    workloads: board.selected.get(policy)?.length ?? 0,
    rules,
    unusedRules: unused,
    hits: usage === null ? NO_HITS : hitsOf(usage),
    spark: usage?.spark ?? [],
    deniedSpark: usage?.deniedSpark ?? [],
    findings,
  };
}

/** What would delete another policy says nothing itself: it is about what that one selects. */
function subjectOf({ engine }: Board, policy: Policy): Policy {
  if (policy.stagedAction !== 'delete') return policy;
  const kind = enforcedKind(policy.kind);
  return engine.set.policies.find((other) => isSamePolicy(other, { ...policy, kind })) ?? policy;
}

/** One policy with all that is known of it. */
export function describePolicy(board: Board, policy: Policy): Omit<PolicyReply, 'from' | 'to'> {
  const usage = board.usage.of(policy);
  const findings = findingsOf(board, policy);
  return {
    policy: summarize(board, policy, findings.length),
    yaml: yamlOf(policy),
    rules: usedRules(policy, usage),
    endOfTier: sumOfHits((usage?.rules ?? []).filter(({ ruleIndex }) => ruleIndex === END_OF_TIER)),
    workloads: (board.selected.get(policy) ?? []).slice(0, MOST_NAMED),
    findings,
    filter: printFilter(flowsOf(policy)),
  };
}

function yamlOf(policy: Policy): string {
  try {
    return writeYaml([policy]);
  } catch (error) {
    if (error instanceof PolicyNotWritableError) return `# ${error.message}\n`;
    throw error;
  }
}

/** The flows that a policy decided; of a staged one those it has a say on, since it decides none yet. */
function flowsOf({ kind, namespace, name }: Policy): Filter {
  const is = (field: string, value: string): Filter => ({ type: 'clause', field, op: '=', values: [value] });
  const nodes = [
    is(isStaged(kind) ? 'policy' : 'decided', name),
    is('policy.kind', kind),
    ...(namespace === '' ? [] : [is('policy.namespace', namespace)]),
  ];
  return { type: 'and', nodes };
}
