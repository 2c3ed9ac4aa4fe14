import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type Filter, parseFilter, valueText } from '@vibrissa/model';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';
import { answerQuery, PROGRESS_NOTE } from './answer-query.js';
import { errorReplies } from './error-replies.js';
import { readField } from './read-field.js';
import { SeenReplySchema } from './schemas.js';
import { filterQuery, readWindow, windowQuery } from './window.js';

const Query = Type.Object({
  field: Type.Optional(
    Type.String({ maxLength: 64, description: 'A field of the filter language, with `value`.' }),
  ),
  value: Type.Optional(Type.String({ maxLength: 1_024, description: 'The value to look for.' })),
  ...filterQuery,
  ...windowQuery,
});

/** `GET /api/v1/seen`: when a value, or whatever matches a filter, was first and last seen. */
export function seenRoute(app: FastifyInstance, context: Context): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/seen',
    {
      schema: {
        summary: 'When a value of a field, or what matches a filter, was first and last seen',
        description: PROGRESS_NOTE,
        tags: ['flows'],
        querystring: Query,
        response: { 200: SeenReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const window = readWindow(request.query, context);
      const query = { ...window, filter: readWhat(request.query) };
      // What is kept is looked through from its beginning, whatever the window.
      const read = { from: context.flows.oldestHeld, to: window.to };
      return answerQuery({ request, reply }, context, [read], (control) =>
        context.flows.seen(query, control),
      );
    },
  );
}

function readWhat(query: {
  readonly field?: string;
  readonly value?: string;
  readonly filter: string;
}): Filter {
  const { field, value, filter } = query;
  const rest = parseFilter(filter);
  if (field === undefined && value === undefined) return rest;
  if (field === undefined || value === undefined) {
    throw new RequestError('half-a-value', 400, 'field and value go together; or leave out both, and filter');
  }
  const clause = parseFilter(`${readField(field)}=${valueText(value)}`);
  return filter === '' ? clause : { type: 'and', nodes: [clause, rest] };
}
