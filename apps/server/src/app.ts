import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { compareRoute } from './api/compare-route.js';
import { exportRoute } from './api/export-route.js';
import { flowsRoute } from './api/flows-route.js';
import { healthRoutes } from './api/health-route.js';
import { hintsRoute } from './api/hints-route.js';
import { policiesRoutes } from './api/policies/policies-routes.js';
import { seenRoute } from './api/seen-route.js';
import { seriesRoute } from './api/series-route.js';
import { sourcesRoute } from './api/sources-route.js';
import { topRoute } from './api/top-route.js';
import { viewsRoutes } from './api/views-route.js';
import type { Context } from './context.js';
import { handleErrors, RequestError } from './errors.js';
import { whiskerRoutes } from './goldmane/whisker-route.js';
import { ingestRoutes } from './ingest/http-route.js';
import { mayAsk } from './known-hosts.js';
import { serveWeb } from './serve-web.js';

/** The HTTP surface, in order. `webRoot` is the folder of the built page. */
export async function createApp(context: Context, webRoot: string): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = context.log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 60_000,
    connectionTimeout: 120_000,
    ajv: {
      customOptions: { coerceTypes: 'array', removeAdditional: false, useDefaults: true, allErrors: false },
    },
  });
  handleErrors(app);
  // A query may take long, and whoever stops the server does not wait for it.
  app.addHook('preClose', async () => context.queries.close());
  app.addHook('onRequest', async ({ headers }) => {
    if (mayAsk(headers, context.config.hosts)) return;
    const message = `the server is not known as ${headers.host}: name it in VIBRISSA_HOSTS`;
    throw new RequestError('unknown-host', 403, message);
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
  await app.register(swagger, {
    openapi: {
      info: { title: 'Vibrissa', description: 'Network flows of a Kubernetes cluster.', version: '1' },
    },
  });
  ingestRoutes(app, context);
  flowsRoute(app, context);
  hintsRoute(app, context);
  seriesRoute(app, context);
  topRoute(app, context);
  seenRoute(app, context);
  compareRoute(app, context);
  exportRoute(app, context);
  viewsRoutes(app, context);
  policiesRoutes(app, context);
  sourcesRoute(app, context);
  healthRoutes(app, context);
  whiskerRoutes(app, context);
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await serveWeb(app, webRoot);
  return app;
}
