import type { FastifyInstance } from 'fastify';
import type { Context } from '../../context.js';
import { boardRoutes } from './board-routes.js';
import { MOST_BODY_BYTES } from './bodies.js';
import { changeRoutes } from './change-routes.js';
import { knownRoute } from './known-route.js';
import { lintRoute } from './lint-route.js';
import { PolicyBoards } from './policy-board.js';
import { quarantineRoute } from './quarantine-route.js';
import { questionRoutes } from './question-routes.js';
import { recommendRoute } from './recommend-route.js';
import { templatesRoute } from './templates-route.js';
import { YamlReader } from './yaml-reader.js';

/** `/api/v1/policies` and `/api/v1/policy`: what is known of policies, what follows from it, and what to write. */
export function policiesRoutes(app: FastifyInstance, context: Context): void {
  // Apart from the others, for whose bodies are not JSON of such a size.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: MOST_BODY_BYTES },
      scope.getDefaultJsonParser('error', 'error'),
    );
    const boards = new PolicyBoards(context);
    const reader = new YamlReader();
    boardRoutes(scope, context, boards);
    knownRoute(scope, context);
    questionRoutes(scope, context);
    changeRoutes(scope, context, reader);
    lintRoute(scope, context, { boards, reader });
    recommendRoute(scope, context);
    templatesRoute(scope);
    quarantineRoute(scope, context);
  });
}
