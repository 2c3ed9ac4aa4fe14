import { ACTIONS, POLICY_KINDS, VERDICTS } from '@vibrissa/model';
import { DIRECTIONS } from '@vibrissa/policy';
import { Type } from 'typebox';
import { maybe, oneOf, PolicyRef, Time } from '../schemas.js';

const MATCHES = ['yes', 'no', 'maybe'] as const;

export const Sentence = Type.String();
export const Sentences = Type.Array(Sentence);

const policyName = {
  kind: oneOf(POLICY_KINDS),
  namespace: Type.String({ description: 'empty for a global one' }),
  name: Type.String(),
};
export const PolicyNameSchema = Type.Object(policyName);
export const PolicyRefSchema = Type.Object(PolicyRef);

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

export const window = { from: Time, to: Time };

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
