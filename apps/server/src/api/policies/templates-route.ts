import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { TEMPLATE_NAMES, TemplateError, template } from '@vibrissa/policy';
import type { TemplateReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ErrorReplySchema } from '../../error-schema.js';
import { RequestError } from '../../errors.js';
import { oneOf } from '../schemas.js';
import { TemplateReplySchema } from './schemas.js';

const TemplateQuery = Type.Object({
  template: oneOf(TEMPLATE_NAMES),
  namespace: Type.String({ minLength: 1, maxLength: 253 }),
  namespaces: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
    default: [],
    maxItems: 100,
    description: 'Of `in-scope` the other namespaces in scope.',
  }),
  dialect: Type.Union([Type.Literal('kubernetes'), Type.Literal('calico')], { default: 'kubernetes' }),
  staged: Type.Boolean({ default: true, description: 'Staged policies only show what they would deny.' }),
});

/** `GET /api/v1/policies/templates`: policies to begin with. */
export function templatesRoute(app: FastifyInstance): void {
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/policies/templates',
    {
      schema: {
        summary: 'A policy to begin with: default deny, isolation, three tiers, namespaces in scope',
        tags: ['policies'],
        querystring: TemplateQuery,
        response: { 200: TemplateReplySchema, 400: ErrorReplySchema },
      },
    },
    async (request) => {
      const { template: name, ...options } = request.query;
      const { title, does, yaml, caveats } = made(name, options);
      return { template: name, title, does, yaml, caveats: [...caveats] } satisfies TemplateReply;
    },
  );
}

/** A namespace that cannot be is the caller's to mend. */
function made(...asked: Parameters<typeof template>): ReturnType<typeof template> {
  try {
    return template(...asked);
  } catch (error) {
    throw error instanceof TemplateError ? new RequestError(error.code, 400, error.message) : error;
  }
}
