import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { findField, parseFilter } from '@vibrissa/model';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { ErrorReplySchema } from '../error-schema.js';
import { RequestError } from '../errors.js';
import { HintsReplySchema } from './schemas.js';
import { whileConnected } from './while-connected.js';
import { readWindow, windowQuery } from './window.js';

const Query = Type.Object({
  field: Type.Union(
    [Type.String({ maxLength: 64 }), Type.Array(Type.String({ maxLength: 64 }), { maxItems: 16 })],
    {
      description: 'A field of the filter language; several may be asked for at once.',
    },
  ),
  filter: Type.String({ default: '', maxLength: 8_192 }),
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
        tags: ['flows'],
        querystring: Query,
        response: { 200: HintsReplySchema, 400: ErrorReplySchema },
      },
    },
    async (request, reply) => {
      const { field, filter, q, limit } = request.query;
      const hints = await context.store.hints(
        {
          ...readWindow(request.query, context),
          filter: parseFilter(filter),
          fields: (Array.isArray(field) ? field : [field]).map(fieldName),
          contains: q,
          limit,
        },
        { signal: whileConnected(reply) },
      );
      return { hints: Object.fromEntries(hints) };
    },
  );
}

function fieldName(text: string): string {
  const field = findField(text);
  if (field === null || field === undefined)
    throw new RequestError('unknown-field', 400, `"${text}" is no field of the filter language`);
  return field.name;
}
