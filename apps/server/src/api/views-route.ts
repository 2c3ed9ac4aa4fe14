import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { ErrorReplySchema } from '../error-schema.js';
import { ViewId, viewFields } from '../view-fields.js';
import { ViewsReplySchema } from './schemas.js';

/** A view is a name and an address. */
const MOST_BYTES = 65_536;

/** Not an id: it is where the view is chosen that comes first. */
const FIRST = 'first';

const Params = Type.Object({ id: ViewId });
const Content = Type.Object(viewFields, { additionalProperties: false });
// Null first: Fastify turns a null into an empty text where a text may be.
const First = Type.Object({ id: Type.Union([Type.Null(), Type.String({ maxLength: 64 })]) });

const replies = {
  200: ViewsReplySchema,
  400: ErrorReplySchema,
  404: ErrorReplySchema,
  409: ErrorReplySchema,
  503: ErrorReplySchema,
};

/** `/api/v1/views`: views that have a name. Every change is answered with all that are kept then. */
export function viewsRoutes(app: FastifyInstance, { views }: Context): void {
  // Apart from the others, for whose bodies are not small JSON.
  void app.register(async (plain) => {
    plain.removeAllContentTypeParsers();
    plain.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: MOST_BYTES },
      plain.getDefaultJsonParser('error', 'error'),
    );
    const scope = plain.withTypeProvider<TypeBoxTypeProvider>();
    scope.get(
      '/api/v1/views',
      { schema: { summary: 'Saved views, and which one comes first', tags: ['views'], response: replies } },
      () => views.list() as never,
    );
    scope.put(
      `/api/v1/views/${FIRST}`,
      {
        schema: {
          summary: 'Choose the view that the bare address shows; null for none',
          tags: ['views'],
          body: First,
          response: replies,
        },
      },
      async (request) => (await views.setFirst(request.body.id)) as never,
    );
    scope.put(
      '/api/v1/views/:id',
      {
        schema: {
          summary: 'Save a view, in the place of the one that has this id',
          tags: ['views'],
          params: Params,
          body: Content,
          response: replies,
        },
      },
      async (request) => (await views.put(request.params.id, request.body)) as never,
    );
    scope.delete(
      '/api/v1/views/:id',
      { schema: { summary: 'Delete a view', tags: ['views'], params: Params, response: replies } },
      async (request) => (await views.delete(request.params.id)) as never,
    );
  });
}
