import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { answerQuery, PROGRESS_NOTE } from './answer-query.js';
import { errorReplies } from './error-replies.js';
import { readField } from './read-field.js';
import { HintsReplySchema } from './schemas.js';
import { filterQuery, readWindow, windowQuery } from './window.js';

const Query = Type.Object({
  field: Type.Union(
    [Type.String({ maxLength: 64 }), Type.Array(Type.String({ maxLength: 64 }), { maxItems: 16 })],
    {
      description: 'A field of the filter language; several may be asked for at once.',
    },
  ),
  ...filterQuery,
  q: Type.String({ default: '', maxLength: 256, description: 'Only values that contain this, in any case.' }),
  limit: Type.Integer({ default: 20, minimum: 1, maximum: 1_000 }),
  ...windowQuery,
});

/** `GET /api/v1/hints`: what a field may be filtered by, with how many connections each value would leave. */
export function hintsRoute(app: FastifyInstance, context: Context): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/hints',
    {
      schema: {
        summary: 'Values of fields among the connections that match the rest of the filter',
        description: PROGRESS_NOTE,
        tags: ['flows'],
        querystring: Query,
        response: { 200: HintsReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { field, filter, q, limit } = request.query;
      const window = readWindow(request.query, context);
      const query = {
        ...window,
        filter: parseFilter(filter),
        fields: (Array.isArray(field) ? field : [field]).map(readField),
        contains: q,
        limit,
      };
      return answerQuery({ request, reply }, context, [window], async (control) => ({
        hints: Object.fromEntries(await context.flows.hints(query, control)),
      }));
    },
  );
}
