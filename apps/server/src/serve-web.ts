import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const ASSETS_MAX_AGE = '1y';
/** Addresses of the page besides `/`, so that a reload and a link show what was on screen. */
const PAGES = ['/overview', '/policies', '/recommend'];

/** Serves the built page: hashed assets for ever, the page itself never from a cache. */
export async function serveWeb(app: FastifyInstance, root: string): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) {
    for (const path of ['/', ...PAGES]) {
      app.get(path, { schema: { hide: true } }, (_request, reply) =>
        reply
          .code(503)
          .type('text/plain')
          .send('The page is not built. Run `npm run build`, or `npm start`, which does.\n'),
      );
    }
    return;
  }
  await app.register(fastifyStatic, {
    root: join(root, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: ASSETS_MAX_AGE,
    wildcard: false,
  });
  await app.register(fastifyStatic, {
    root,
    decorateReply: false,
    wildcard: false,
    cacheControl: false,
    globIgnore: ['assets/**'],
  });
  for (const path of PAGES) {
    app.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.sendFile('index.html', root, { cacheControl: false }),
    );
  }
}
