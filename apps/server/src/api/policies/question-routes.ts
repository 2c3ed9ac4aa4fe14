import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { explainEvaluation } from '@vibrissa/policy';
import type { WhyReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { ErrorReplySchema } from '../../error-schema.js';
import { answerQuery, PROGRESS_NOTE } from '../answer-query.js';
import { errorReplies } from '../error-replies.js';
import { readWindow, windowQuery } from '../window.js';
import { QuestionBody } from './bodies.js';
import { findConnection } from './find-connection.js';
import { WhyReplySchema } from './schemas.js';

/** `POST /api/v1/policies/why` and `/fixes`: about one connection that was observed. */
export function questionRoutes(app: FastifyInstance, context: Context): void {
  const { flows, policies } = context;
  const scope = app.withTypeProvider<TypeBoxTypeProvider>();
  scope.post(
    '/api/v1/policies/why',
    {
      schema: {
        summary: 'Why an observed connection is allowed or denied, step by step',
        description: `By the known policies and by what was reported of it. ${PROGRESS_NOTE}`,
        tags: ['policies'],
        querystring: Type.Object(windowQuery),
        body: QuestionBody,
        response: { 200: WhyReplySchema, ...errorReplies, 404: ErrorReplySchema },
      },
    },
    async (request, reply) => {
      const window = readWindow(request.query, context);
      return answerQuery({ request, reply }, context, [window], async (control): Promise<WhyReply> => {
        const seen = await findConnection(request.body, window, flows, control);
        return explainEvaluation(seen, policies.engine);
      });
    },
  );
}
