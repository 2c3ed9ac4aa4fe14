import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.js';

/** Whether the server lives, whether it is ready, how it does, and its metrics. */
export function healthRoutes(app: FastifyInstance, context: Context): void {
  const { health, journal, metrics, restore, store } = context;
  app.get('/healthz', { schema: { summary: 'The process answers', tags: ['health'] } }, () => ({
    status: 'ok',
    troubles: journal.status().troubles,
  }));
  app.get(
    '/readyz',
    { schema: { summary: 'Flows can be taken in and read', tags: ['health'] } },
    (_request, reply) => {
      const restored = restore.progress;
      if (restored !== null) reply.code(503);
      return {
        status: restored === null ? 'ok' : 'restoring',
        restored: restored ?? 1,
        flows: store.ring.size,
      };
    },
  );
  app.get(
    '/api/v1/status',
    { schema: { summary: 'What the header shows', tags: ['health'] } },
    (_request, reply) => reply.type('application/json').send(health.latest()),
  );
  app.get(
    '/metrics',
    { schema: { summary: 'Prometheus metrics', tags: ['health'] } },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
