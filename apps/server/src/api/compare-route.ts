import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FlowGroup, GROUPINGS, type Grouping, type Millis, millis, parseFilter } from '@vibrissa/model';
import type { ApiGroup } from '@vibrissa/protocol/messages';
import type { Window } from '@vibrissa/store';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';
import { answerQuery, PROGRESS_NOTE } from './answer-query.js';
import { errorReplies } from './error-replies.js';
import { CompareReplySchema } from './schemas.js';
import { toApiGroup } from './to-api.js';
import { filterQuery, readWindow, windowQuery } from './window.js';

const DAY_MS = 86_400_000;

const Query = Type.Object({
  ...filterQuery,
  ...windowQuery,
  base: Type.Optional(
    Type.Union([Type.Literal('before'), Type.Literal('day'), Type.Literal('week')], {
      description: 'What to compare with: the window just before, or the same time a day or a week earlier.',
    }),
  ),
  baseFrom: Type.Optional(Type.Number({ description: 'Or any window: its begin, as `from` is told.' })),
  baseTo: Type.Optional(Type.Number({ description: 'Its end, likewise.' })),
  groupBy: Type.Union(
    GROUPINGS.map((grouping) => Type.Literal(grouping)),
    { default: 'connection', description: 'What is compared: lines folded at this grouping.' },
  ),
  factor: Type.Number({
    default: 3,
    minimum: 1.1,
    maximum: 1_000_000,
    description: 'How many times as much or as little a second makes a change of volume.',
  }),
  limit: Type.Integer({
    default: 200,
    minimum: 1,
    maximum: 2_000,
    description: 'Most changes of each kind.',
  }),
});

/** `GET /api/v1/compare`: what differs between two windows, line by line, the gravest first. */
export function compareRoute(app: FastifyInstance, context: Context): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/compare',
    {
      schema: {
        summary: 'What differs between two windows: new, gone, another verdict, far more or less',
        description: PROGRESS_NOTE,
        tags: ['flows'],
        querystring: Query,
        response: { 200: CompareReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { filter, factor, limit } = request.query;
      const grouping: Grouping = request.query.groupBy;
      const window = readWindow(request.query, context);
      const base = readBase(request.query, window, context);
      const query = { ...window, filter: parseFilter(filter), grouping, base, factor, limit };
      const line = (group: FlowGroup | null): ApiGroup | null =>
        group === null
          ? null
          : toApiGroup(group, grouping, context.destinations.newSince(group.key.dest.address));
      return answerQuery({ request, reply }, context, [window, base], async (control) => {
        const { changes, totals } = await context.flows.compare(query, control);
        const told = changes.map((change) => ({
          ...change,
          now: line(change.now),
          // biome-ignore lint/suspicious/noThenProperty: the contract's name; nothing awaits a change.
          then: line(change.then),
        }));
        return { changes: told, totals, window, base };
      });
    },
  );
}

interface BaseQuery {
  readonly base?: 'before' | 'day' | 'week';
  readonly baseFrom?: number;
  readonly baseTo?: number;
}

function readBase({ base, baseFrom, baseTo }: BaseQuery, window: Window, context: Context): Window {
  const isNamed = base !== undefined;
  const isGiven = baseFrom !== undefined || baseTo !== undefined;
  if (isNamed === isGiven) {
    throw new RequestError(
      'unclear-base',
      400,
      'say what to compare with once: base=before, day or week; or baseFrom and baseTo',
    );
  }
  if (isGiven) return readGiven(baseFrom, baseTo, context);
  const earlier = base === 'before' ? window.to - window.from : base === 'day' ? DAY_MS : 7 * DAY_MS;
  return { from: back(window.from, earlier), to: back(window.to, earlier) };
}

function readGiven(from: number | undefined, to: number | undefined, context: Context): Window {
  if (from === undefined || to === undefined) {
    throw new RequestError('unclear-base', 400, 'baseFrom and baseTo go together');
  }
  try {
    return readWindow({ from, to }, context);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new RequestError(
      error.code,
      error.status,
      error.message.replace('from', 'baseFrom').replace('to (', 'baseTo ('),
    );
  }
}

function back(at: Millis, ms: number): Millis {
  return millis(at - ms);
}
