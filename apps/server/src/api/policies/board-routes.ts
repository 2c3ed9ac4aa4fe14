import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import type { Policy, PolicyName } from '@vibrissa/policy';
import type { PoliciesReply, PolicyReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { ErrorReplySchema } from '../../error-schema.js';
import { RequestError } from '../../errors.js';
import { answerQuery, PROGRESS_NOTE } from '../answer-query.js';
import { errorReplies } from '../error-replies.js';
import { oneOf } from '../schemas.js';
import { filterQuery, readWindow, windowQuery } from '../window.js';
import { OBJECT_KINDS } from './bodies.js';
import type { PolicyBoards } from './policy-board.js';
import { listedSources } from './problems.js';
import { PoliciesReplySchema, PolicyReplySchema } from './schemas.js';
import { describePolicy, summarizeTiers } from './summarize.js';

const BoardQuery = Type.Object({ ...filterQuery, ...windowQuery });

const PolicyQuery = Type.Object({
  kind: oneOf(OBJECT_KINDS),
  namespace: Type.String({ default: '', maxLength: 253, description: 'Empty for a global one.' }),
  name: Type.String({ minLength: 1, maxLength: 512 }),
  ...filterQuery,
  ...windowQuery,
});

/** `GET /api/v1/policies` and `GET /api/v1/policy`: what is known, and what it did in a window. */
export function boardRoutes(app: FastifyInstance, context: Context, boards: PolicyBoards): void {
  const { demo, policies } = context;
  const scope = app.withTypeProvider<TypeBoxTypeProvider>();
  scope.get(
    '/api/v1/policies',
    {
      schema: {
        summary: 'Tiers and policies in the order they are evaluated, and what each did in a window',
        description: `Counts may be a few seconds old: many who ask for the same are told the same. ${PROGRESS_NOTE}`,
        tags: ['policies'],
        querystring: BoardQuery,
        response: { 200: PoliciesReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { from, to, filter } = request.query;
      const window = readWindow(request.query, context);
      const query = { ...window, filter: parseFilter(filter) };
      return answerQuery({ request, reply }, context, [window], async (control): Promise<PoliciesReply> => {
        const board = await boards.read(JSON.stringify([from, to, filter]), query, control);
        return {
          version: board.version,
          sources: listedSources(policies.sources),
          tiers: summarizeTiers(board),
          unknown: board.usage.unknown(board.engine.set.policies),
          canApply: demo.applier !== null,
          canReset: demo.applier?.canReset ?? false,
          ...window,
        };
      });
    },
  );
  scope.get(
    '/api/v1/policy',
    {
      schema: {
        summary: 'One policy: its YAML, what each of its rules did, whom it selects, what is wrong with it',
        description: PROGRESS_NOTE,
        tags: ['policies'],
        querystring: PolicyQuery,
        response: { 200: PolicyReplySchema, ...errorReplies, 404: ErrorReplySchema },
      },
    },
    async (request, reply) => {
      const { from, to, filter, kind, namespace, name } = request.query;
      const window = readWindow(request.query, context);
      const query = { ...window, filter: parseFilter(filter) };
      // Before anything is counted: a name that is not known costs nothing.
      knownPolicy(policies.rulebook.policies, { kind, namespace, name });
      return answerQuery({ request, reply }, context, [window], async (control): Promise<PolicyReply> => {
        const board = await boards.read(JSON.stringify([from, to, filter]), query, control);
        const policy = knownPolicy(board.engine.set.policies, { kind, namespace, name });
        return { ...describePolicy(board, policy), ...window };
      });
    },
  );
}

function knownPolicy(policies: readonly Policy[], { kind, namespace, name }: PolicyName): Policy {
  const alike = policies.filter((policy) => policy.name === name);
  const found = alike.find((policy) => policy.kind === kind && policy.namespace === namespace);
  if (found !== undefined) return found;
  const others = alike.map(
    (one) => `${one.kind} ${one.namespace === '' ? '' : `${one.namespace}/`}${one.name}`,
  );
  throw new RequestError(
    'unknown-policy',
    404,
    `no ${kind} ${namespace === '' ? '' : `${namespace}/`}${name} is known` +
      (others.length === 0
        ? '; GET /api/v1/policies lists those that are'
        : `; by that name there is ${others.slice(0, 5).join(', ')}`),
  );
}
