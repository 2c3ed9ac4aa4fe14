import { ENDPOINT_KINDS, POLICY_KINDS } from '@vibrissa/model';
import type { PolicyObjectKind } from '@vibrissa/policy';
import { type Static, Type } from 'typebox';
import { oneOf } from '../schemas.js';

/** Longest YAML that is read, characters. */
export const MOST_YAML = 1_048_576;

/** JSON writes some characters of YAML as two, and there are names beside it. */
export const MOST_BODY_BYTES = 2 * MOST_YAML;

/** How many policies a change may name, and how many workloads it may label. */
const MOST_NAMED = 500;

/** What can be read, put and removed; the model's other kinds only occur in traces. */
export const OBJECT_KINDS = POLICY_KINDS.filter(
  (kind): kind is PolicyObjectKind => kind !== 'Profile' && kind !== 'EndOfTier',
);

/** What anything in Kubernetes can be called; aggregated names of flows are hardly longer. */
const Name = Type.String({ maxLength: 512 });
const Namespace = Type.String({ maxLength: 253 });

const yaml = Type.String({
  maxLength: MOST_YAML,
  description: 'Policies, tiers and network sets to add, or to put in place of those by the same name.',
});

const PolicyName = Type.Object(
  {
    kind: oneOf(OBJECT_KINDS),
    namespace: Namespace,
    name: Name,
  },
  { additionalProperties: false },
);

/** As Kubernetes has them. */
const Labels = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_./-]{1,317}$' }),
  Type.String({ pattern: '^[A-Za-z0-9_.-]{0,63}$' }),
  { maxProperties: 64, additionalProperties: false },
);

/** `PolicyChange`, described. */
export const ChangeBody = Type.Object(
  {
    yaml: Type.Optional(yaml),
    remove: Type.Optional(Type.Array(PolicyName, { maxItems: MOST_NAMED })),
    enforce: Type.Optional(
      Type.Array(PolicyName, { maxItems: MOST_NAMED, description: 'Staged policies to put into force.' }),
    ),
    labels: Type.Optional(
      Type.Array(
        Type.Object(
          {
            namespace: Namespace,
            workload: Name,
            labels: Labels,
          },
          { additionalProperties: false },
        ),
        { maxItems: MOST_NAMED, description: 'Labels for every pod of a workload.' },
      ),
    ),
  },
  { additionalProperties: false, description: 'All that is given is done, in this order.' },
);

export type ChangeBody = Static<typeof ChangeBody>;

const End = Type.Object(
  {
    kind: oneOf(ENDPOINT_KINDS),
    namespace: Namespace,
    name: Name,
    address: Type.String({ maxLength: 512 }),
  },
  { additionalProperties: false },
);

/** `ConnectionQuestion`, described. */
export const QuestionBody = Type.Object(
  {
    source: End,
    dest: End,
    port: Type.Integer({ minimum: 0, maximum: 65_535 }),
    protocol: Type.String({ maxLength: 32 }),
  },
  { additionalProperties: false, description: 'A connection as flows name it.' },
);

/** `RecommendRequest`, described. */
export const RecommendBody = Type.Object(
  {
    namespace: Type.String({ minLength: 1, maxLength: 253 }),
    // Null first: Fastify turns a null into an empty text where a text may be.
    workload: Type.Optional(
      Type.Union([Type.Null(), Name], { description: 'Null is each of the namespace.' }),
    ),
    dialect: Type.Union([Type.Literal('kubernetes'), Type.Literal('calico')], { default: 'kubernetes' }),
    staged: Type.Boolean({ default: true, description: 'Staged policies only show what they would deny.' }),
    includeDenied: Type.Boolean({ default: false, description: 'Whether to learn from denied ones too.' }),
    tier: Type.String({
      default: 'default',
      minLength: 1,
      maxLength: 253,
      description: 'Of Calico policies.',
    }),
  },
  { additionalProperties: false },
);

/** `QuarantineRequest`, described. */
export const QuarantineBody = Type.Object(
  {
    namespace: Type.String({ minLength: 1, maxLength: 253 }),
    workload: Type.String({ minLength: 1, maxLength: 512, description: 'As flows name it, without the -*.' }),
  },
  { additionalProperties: false },
);

/** `LintRequest`, described. */
export const LintBody = Type.Object(
  {
    yaml: Type.Optional(
      Type.String({
        maxLength: MOST_YAML,
        description: 'With it its policies are looked at, among those that are known.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Nothing need be said, but what is sent must be JSON: no page of another site may send that unasked. */
export const EmptyBody = Type.Object({}, { additionalProperties: false });
