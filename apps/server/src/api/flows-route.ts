import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { GROUPINGS, type Grouping, parseFilter } from '@vibrissa/model';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { ErrorReplySchema } from '../error-schema.js';
import { FlowsReplySchema } from './schemas.js';
import { toApiFlow, toApiGroup } from './to-api.js';
import { whileConnected } from './while-connected.js';
import { readWindow, windowQuery } from './window.js';

const Query = Type.Object({
  filter: Type.String({
    default: '',
    maxLength: 8_192,
    description: 'A filter, as in the page’s filter bar.',
  }),
  ...windowQuery,
  groupBy: Type.Union(
    GROUPINGS.map((grouping) => Type.Literal(grouping)),
    { default: 'flow', description: 'flow: raw reports; connection: both ends folded; workload; namespace.' },
  ),
  limit: Type.Integer({ default: 500, minimum: 1, maximum: 5_000 }),
  cursor: Type.Optional(Type.String({ maxLength: 100, description: '`next` of the page before.' })),
});

/** `GET /api/v1/flows`: newest first seen first, in pages that stay stable while flows come in. */
export function flowsRoute(app: FastifyInstance, context: Context): void {
  const { store, destinations } = context;
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/flows',
    {
      schema: {
        summary: 'Flows of a window, filtered and folded',
        tags: ['flows'],
        querystring: Query,
        response: { 200: FlowsReplySchema, 400: ErrorReplySchema },
      },
      // The reply is built from our own types; checking it again would cost more than making it.
      serializerCompiler: () => (data) => JSON.stringify(data),
    },
    async (request, reply) => {
      const { filter, limit, cursor } = request.query;
      const grouping: Grouping = request.query.groupBy;
      const page = await store.flows(
        {
          ...readWindow(request.query, context),
          filter: parseFilter(filter),
          grouping,
          limit,
          ...(cursor === undefined ? {} : { cursor }),
        },
        { signal: whileConnected(reply) },
      );
      const flows =
        grouping === 'flow'
          ? page.groups.flatMap((group) => group.flows.map(toApiFlow))
          : page.groups.map((group) =>
              toApiGroup(group, grouping, destinations.newSince(group.key.dest.address)),
            );
      return reply.send({ flows, total: page.total, next: page.next, from: page.from, to: page.to } as never);
    },
  );
}
