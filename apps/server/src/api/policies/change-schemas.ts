import { VERDICTS } from '@vibrissa/model';
import { CHANGE_DIRECTIONS, DIRECTIONS } from '@vibrissa/policy';
import { Type } from 'typebox';
import { Endpoint, maybe, oneOf, Time } from '../schemas.js';
import { PolicyNameSchema, PolicyRefSchema, ProblemSchema, Sentence, Sentences, window } from './schemas.js';

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
