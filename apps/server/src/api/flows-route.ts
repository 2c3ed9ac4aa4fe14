import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { GROUPINGS, type Grouping, parseFilter } from '@vibrissa/model';
import { type FlowSort, SORT_COLUMNS } from '@vibrissa/store';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';
import { answerQuery, PROGRESS_NOTE } from './answer-query.js';
import { errorReplies } from './error-replies.js';
import { FlowsReplySchema } from './schemas.js';
import { toApiFlow, toApiGroup } from './to-api.js';
import { filterQuery, readWindow, windowQuery } from './window.js';

const Query = Type.Object({
  ...filterQuery,
  ...windowQuery,
  groupBy: Type.Union(
    GROUPINGS.map((grouping) => Type.Literal(grouping)),
    { default: 'flow', description: 'flow: raw reports; connection: both ends folded; workload; namespace.' },
  ),
  sort: Type.String({
    default: '',
    maxLength: 32,
    description: `Smallest first; with - before it, largest first: ${SORT_COLUMNS.join(', ')}. Newest first seen first without it.`,
  }),
  limit: Type.Integer({ default: 500, minimum: 1, maximum: 5_000 }),
  cursor: Type.Optional(Type.String({ maxLength: 8_192, description: '`next` of the page before.' })),
});

/** `GET /api/v1/flows`: sorted by any column, in pages that stay stable while flows come in. */
export function flowsRoute(app: FastifyInstance, context: Context): void {
  const { flows, destinations } = context;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/flows',
    {
      schema: {
        summary: 'Flows of a window, filtered, folded and sorted',
        description: PROGRESS_NOTE,
        tags: ['flows'],
        querystring: Query,
        response: { 200: FlowsReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { filter, limit, cursor } = request.query;
      const grouping: Grouping = request.query.groupBy;
      const sort = readSort(request.query.sort);
      const window = readWindow(request.query, context);
      const query = {
        ...window,
        filter: parseFilter(filter),
        grouping,
        limit,
        ...(sort === null ? {} : { sort }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      return answerQuery({ request, reply }, context, [window], async (control) => {
        const page = await flows.flows(query, control);
        const items =
          grouping === 'flow'
            ? page.groups.flatMap((group) => group.flows.map(toApiFlow))
            : page.groups.map((group) =>
                toApiGroup(group, grouping, destinations.newSince(group.key.dest.address)),
              );
        return { flows: items, total: page.total, next: page.next, from: page.from, to: page.to };
      });
    },
  );
}

function readSort(text: string): FlowSort | null {
  if (text === '') return null;
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const column = SORT_COLUMNS.find((known) => known === name);
  if (column !== undefined) return { column, descending };
  throw new RequestError(
    'unknown-sort',
    400,
    `sort=${text}: flows are sorted by one of ${SORT_COLUMNS.join(', ')}, with - before it for the largest first`,
  );
}
