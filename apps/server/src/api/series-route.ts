import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { ErrorReplySchema } from '../error-schema.js';
import { SeriesReplySchema } from './schemas.js';
import { whileConnected } from './while-connected.js';
import { readWindow, windowQuery } from './window.js';

const Query = Type.Object({
  filter: Type.String({ default: '', maxLength: 8_192 }),
  ...windowQuery,
  step: Type.Integer({
    default: 0,
    minimum: 0,
    description: 'ms per point, rounded up to whole buckets; 0: one bucket.',
  }),
});

/** `GET /api/v1/series`: connections over time by what became of them. */
export function seriesRoute(app: FastifyInstance, context: Context): void {
  const { bucketMs } = context.config;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/series',
    {
      schema: {
        summary: 'Connections over time by verdict',
        tags: ['flows'],
        querystring: Query,
        response: { 200: SeriesReplySchema, 400: ErrorReplySchema },
      },
    },
    async (request, reply) => {
      const stepMs = Math.max(bucketMs, Math.ceil(request.query.step / bucketMs) * bucketMs);
      const points = await context.store.series(
        { ...readWindow(request.query, context), filter: parseFilter(request.query.filter), stepMs },
        { signal: whileConnected(reply) },
      );
      return { stepMs, measure: 'lines' as const, points };
    },
  );
}
