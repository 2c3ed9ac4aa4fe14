import { ACTIONS, POLICY_KINDS, VERDICTS } from '@vibrissa/model';
import { Type } from 'typebox';
import { Endpoint, maybe, oneOf, PolicyRef, Time } from '../schemas.js';

const DIRECTIONS = ['ingress', 'egress'] as const;
const MATCHES = ['yes', 'no', 'maybe'] as const;
export const CHANGE_DIRECTIONS = ['newly-denied', 'newly-allowed', 'uncertain'] as const;

const Sentence = Type.String();
const Sentences = Type.Array(Sentence);

const policyName = {
  kind: oneOf(POLICY_KINDS),
  namespace: Type.String({ description: 'empty for a global one' }),
  name: Type.String(),
};
export const PolicyNameSchema = Type.Object(policyName);
const PolicyRefSchema = Type.Object(PolicyRef);

export const ProblemSchema = Type.Object({
  file: Type.String(),
  document: Type.Integer({ description: 'which of the file, from 1' }),
  path: Type.String({ description: 'where in the document: spec.ingress[0].action' }),
  line: Type.Integer({ description: 'from 1; 0 where there are none' }),
  severity: oneOf(['error', 'warning']),
  message: Sentence,
});

export const SourceSchema = Type.Object({
  kind: oneOf(['demo', 'folder', 'kubernetes']),
  name: Type.String(),
  state: oneOf(['loading', 'ready', 'failed']),
  detail: maybe(Sentence),
  readAt: maybe(Time),
  problems: Type.Array(ProblemSchema),
});

const Hits = Type.Object({
  allowed: Type.Number({ description: 'connections started' }),
  denied: Type.Number(),
  passed: Type.Number({ description: 'left to the next tier' }),
  lines: Type.Integer(),
  bytes: Type.Number({ description: 'both ways' }),
  lastHit: maybe(Time),
});

const PolicySummary = Type.Object({
  ...policyName,
  tier: Type.String(),
  order: maybe(Type.Number({ description: 'null comes last' })),
  types: Type.Array(oneOf(DIRECTIONS)),
  staged: Type.Boolean(),
  stagedAction: maybe(oneOf(['set', 'delete', 'learn', 'ignore'])),
  selects: Sentence,
  workloads: Type.Integer(),
  rules: Type.Integer(),
  unusedRules: Type.Integer(),
  hits: Hits,
  spark: Type.Array(Type.Number(), { description: 'packets in steps of the window, oldest first' }),
  deniedSpark: Type.Array(Type.Number()),
  findings: Type.Integer(),
});

const Finding = Type.Object({
  code: Type.String(),
  severity: oneOf(['error', 'warning', 'hint']),
  policy: PolicyNameSchema,
  rule: maybe(
    Type.Object({ direction: oneOf(DIRECTIONS), index: Type.Integer({ description: 'as in YAML, from 0' }) }),
  ),
  message: Sentence,
  remedy: Sentence,
});

const window = { from: Time, to: Time };

export const PoliciesReplySchema = Type.Object({
  version: Type.Integer({ description: 'grows with each change of what is known' }),
  sources: Type.Array(SourceSchema),
  tiers: Type.Array(
    Type.Object({
      name: Type.String(),
      order: maybe(Type.Number()),
      defaultAction: oneOf(['deny', 'pass']),
      policies: Type.Array(PolicySummary),
    }),
    { description: 'in the order they are evaluated' },
  ),
  unknown: Type.Array(Type.Object({ policy: PolicyRefSchema, hits: Hits }), {
    description: 'policies that traces name and nobody has read',
  }),
  canApply: Type.Boolean(),
  canReset: Type.Boolean(),
  ...window,
});

export const PolicyReplySchema = Type.Object({
  policy: PolicySummary,
  yaml: Type.String(),
  rules: Type.Array(
    Type.Object({
      direction: oneOf(DIRECTIONS),
      index: Type.Integer(),
      action: oneOf(ACTIONS),
      text: Sentence,
      hits: Hits,
    }),
  ),
  endOfTier: Hits,
  workloads: Type.Array(Type.String(), { description: 'namespace/workload; at most 200' }),
  findings: Type.Array(Finding),
  filter: Type.String({ description: 'the flows it decided' }),
  ...window,
});

export const KnownReplySchema = Type.Object({
  version: Type.Integer(),
  rulebook: Type.Object(
    {},
    { description: 'cluster, tiers, policies and profiles, as the page evaluates them' },
  ),
  isCut: Type.Boolean({ description: 'whether there is more of the cluster than is told here' }),
});

const Condition = Type.Object({ match: oneOf(MATCHES), wants: Sentence, has: Sentence });
const RuleStep = Type.Object({
  index: Type.Integer({ description: 'as traces count it' }),
  written: Type.Integer({ description: 'as the YAML counts it' }),
  action: oneOf(ACTIONS),
  match: oneOf(MATCHES),
  text: Sentence,
  conditions: Type.Array(Condition),
});
const TierStep = Type.Object({
  tier: Type.String(),
  outcome: oneOf(['skipped', 'allow', 'deny', 'pass', 'open']),
  policies: Type.Array(
    Type.Object({
      policy: PolicyRefSchema,
      order: maybe(Type.Number()),
      selects: oneOf(MATCHES),
      rules: Type.Array(RuleStep),
    }),
  ),
  end: maybe(Sentence),
});

export const WhyReplySchema = Type.Object({
  headline: Sentence,
  knowsPolicies: Type.Boolean(),
  observed: oneOf(VERDICTS),
  evaluated: oneOf(VERDICTS),
  afterStaging: oneOf(VERDICTS),
  sides: Type.Array(
    Type.Object({
      direction: oneOf(DIRECTIONS),
      title: Sentence,
      verdict: oneOf(VERDICTS),
      tiers: Type.Array(TierStep),
      profile: maybe(Sentence),
      cannotTell: Sentences,
      notModelled: Sentences,
    }),
  ),
  disagreements: Sentences,
  notes: Sentences,
});

const pair = { source: Endpoint, dest: Endpoint, port: Type.Integer(), protocol: Type.String() };
const Totals = Type.Object({
  lines: Type.Integer(),
  connections: Type.Number(),
  bytes: Type.Number(),
});
const TotalsByDirection = Type.Object({
  'newly-denied': Totals,
  'newly-allowed': Totals,
  uncertain: Totals,
});
const Change = Type.Object({
  direction: oneOf(CHANGE_DIRECTIONS),
  ...pair,
  before: oneOf(VERDICTS),
  after: oneOf(VERDICTS),
  observed: oneOf(VERDICTS),
  decidedBy: maybe(PolicyRefSchema),
  reason: Sentence,
  connections: Type.Number(),
  bytes: Type.Number(),
  firstSeen: Time,
  lastSeen: Time,
});

const ChangeGiven = Type.Object({
  yaml: Type.Optional(Type.String()),
  remove: Type.Optional(Type.Array(PolicyNameSchema)),
  enforce: Type.Optional(Type.Array(PolicyNameSchema)),
  labels: Type.Optional(
    Type.Array(
      Type.Object({
        namespace: Type.String(),
        workload: Type.String(),
        labels: Type.Record(Type.String(), Type.String()),
      }),
    ),
  ),
});

export const FixesReplySchema = Type.Object({
  fixes: Type.Array(
    Type.Object({
      kind: oneOf(['edit-rule', 'add-rule', 'add-label', 'new-policy', 'remove-staged']),
      title: Sentence,
      yaml: Type.String(),
      diff: Type.String({ description: 'unified' }),
      command: maybe(Type.String()),
      caveats: Sentences,
      allows: oneOf(['yes', 'maybe']),
      others: TotalsByDirection,
      examples: Type.Array(Change),
      change: ChangeGiven,
    }),
    { description: 'those that change the least else first' },
  ),
  notes: Sentences,
  lines: Type.Integer(),
});

export const WhatIfReplySchema = Type.Object({
  lines: Type.Integer(),
  totals: TotalsByDirection,
  changes: Type.Array(Change),
  isCut: Type.Boolean(),
  disagreeing: Type.Integer({ description: 'lines whose verdict known policies do not explain' }),
  traces: maybe(
    Type.Object({
      denied: Type.Integer(),
      agreeing: Type.Integer(),
      differing: Type.Integer(),
      examples: Type.Array(
        Type.Object({
          ...pair,
          byTraces: oneOf(VERDICTS),
          byPolicies: oneOf(VERDICTS),
          reason: Sentence,
        }),
      ),
    }),
  ),
  problems: Type.Array(ProblemSchema),
  ...window,
});

export const RecommendReplySchema = Type.Object({
  recommendations: Type.Array(
    Type.Object({
      namespace: Type.String(),
      workload: Type.String(),
      policy: maybe(PolicyNameSchema),
      yaml: Type.String(),
      rules: Type.Array(
        Type.Object({
          direction: oneOf(DIRECTIONS),
          index: Type.Integer(),
          text: Sentence,
          lines: Type.Integer(),
          connections: Type.Number(),
          bytes: Type.Number(),
          firstSeen: Time,
          lastSeen: Time,
          reporters: Type.Integer(),
        }),
      ),
      stableForMs: maybe(Type.Number()),
      notCovered: Type.Array(Type.Object({ ...pair, lines: Type.Integer(), reason: Sentence })),
      caveats: Sentences,
    }),
  ),
  yaml: Type.String(),
  lines: Type.Integer(),
  ...window,
});

export const QuarantineReplySchema = Type.Object({
  title: Sentence,
  does: Sentence,
  yaml: Type.String(),
  commands: Type.Array(Type.String()),
  caveats: Sentences,
  cutsOff: Type.Array(Change),
  totals: Totals,
  watch: Type.String({ description: 'a filter' }),
  change: ChangeGiven,
});

export const LintReplySchema = Type.Object({
  findings: Type.Array(Finding),
  problems: Type.Array(ProblemSchema),
  policies: Type.Integer(),
});

export const TemplateReplySchema = Type.Object({
  template: Type.String(),
  title: Sentence,
  does: Sentence,
  yaml: Type.String(),
  caveats: Sentences,
});

export const AppliedReplySchema = Type.Object({ done: Sentences, version: Type.Integer() });
