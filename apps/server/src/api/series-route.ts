import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import type { Window } from '@vibrissa/store';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';
import { answerQuery, PROGRESS_NOTE } from './answer-query.js';
import { errorReplies } from './error-replies.js';
import { niceStep } from './nice-step.js';
import { SeriesMeasureSchema, SeriesReplySchema } from './schemas.js';
import { filterQuery, readWindow, windowQuery } from './window.js';

/** The most points of one answer. */
const MOST_POINTS = 6_000;

const Query = Type.Object({
  ...filterQuery,
  ...windowQuery,
  step: Type.Integer({
    default: 0,
    minimum: 0,
    description: 'ms per point, rounded up to whole buckets; 0: chosen so that there are 120 points at most.',
  }),
  measure: SeriesMeasureSchema,
});

/** `GET /api/v1/series`: connections over time by what became of them, or what they moved. */
export function seriesRoute(app: FastifyInstance, context: Context): void {
  const { bucketMs } = context.config;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/series',
    {
      schema: {
        summary: 'Connections over time by verdict, or the bytes or packets they moved',
        description: PROGRESS_NOTE,
        tags: ['flows'],
        querystring: Query,
        response: { 200: SeriesReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { measure, filter, step } = request.query;
      const window = readWindow(request.query, context);
      const stepMs = step === 0 ? niceStep(window, bucketMs) : Math.ceil(step / bucketMs) * bucketMs;
      checkPoints(window, stepMs, bucketMs);
      const query = { ...window, filter: parseFilter(filter), stepMs, measure };
      return answerQuery({ request, reply }, context, [window], async (control) => ({
        stepMs,
        measure,
        points: await context.flows.series(query, control),
      }));
    },
  );
}

function checkPoints({ from, to }: Window, stepMs: number, bucketMs: number): void {
  const points = Math.ceil((to - from) / stepMs);
  if (points <= MOST_POINTS) return;
  const enough = Math.ceil((to - from) / MOST_POINTS / bucketMs) * bucketMs;
  throw new RequestError(
    'too-many-points',
    400,
    `step=${stepMs} makes ${points} points of this window; ask for a step of ${enough} ms or more, or leave it out`,
  );
}
