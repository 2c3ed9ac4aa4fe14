import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import { TOP_MEASURES } from '@vibrissa/store';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';
import { answerQuery, PROGRESS_NOTE } from './answer-query.js';
import { errorReplies } from './error-replies.js';
import { readField } from './read-field.js';
import { TopReplySchema } from './schemas.js';
import { filterQuery, readWindow, windowQuery } from './window.js';

const FieldName = Type.String({ maxLength: 64 });
const Query = Type.Object({
  by: Type.Union([FieldName, Type.Array(FieldName, { minItems: 1, maxItems: 8 })], {
    description: 'A field of the filter language; two by repeating it.',
  }),
  measure: Type.Union(
    TOP_MEASURES.map((measure) => Type.Literal(measure)),
    { default: 'flows', description: 'What rows are ranked by; each row tells all of them.' },
  ),
  limit: Type.Integer({ default: 20, minimum: 1, maximum: 1_000 }),
  ...filterQuery,
  ...windowQuery,
});

/** `GET /api/v1/top`: what connections have in one or two fields, with the most of a measure first. */
export function topRoute(app: FastifyInstance, context: Context): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/top',
    {
      schema: {
        summary:
          'Who has the most: values of one or two fields by flows, bytes, packets, connections or denied',
        description: PROGRESS_NOTE,
        tags: ['flows'],
        querystring: Query,
        response: { 200: TopReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { measure, limit, filter } = request.query;
      const by = readFields(request.query.by);
      const window = readWindow(request.query, context);
      const query = { ...window, filter: parseFilter(filter), by, measure, limit };
      return answerQuery({ request, reply }, context, [window], async (control) => {
        const { rows, total, sum } = await context.flows.top(query, control);
        return { by, rows, total, sum, ...window };
      });
    },
  );
}

function readFields(by: string | readonly string[]): string[] {
  const fields = (typeof by === 'string' ? [by] : by).map(readField);
  if (fields.length > 2) {
    throw new RequestError('too-many-fields', 400, `by names ${fields.length} fields; give one or two`);
  }
  if (fields.length === 2 && fields[0] === fields[1]) {
    throw new RequestError('same-field', 400, `by names ${fields[0]} twice; give it once, or two fields`);
  }
  return fields;
}
