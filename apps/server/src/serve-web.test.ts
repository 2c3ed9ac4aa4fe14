import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { serveWeb } from './serve-web.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function builtPage(): string {
  const root = mkdtempSync(join(tmpdir(), 'vibrissa-page-'));
  folders.push(root);
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<title>the page</title>');
  writeFileSync(join(root, 'assets', 'index-1.js'), 'run()');
  return root;
}

async function serving(root: string) {
  const app = fastify();
  await serveWeb(app, root);
  return app;
}

describe('serveWeb', () => {
  it.each(['/', '/overview', '/policies', '/recommend', '/overview?filter=port=53'])(
    'answers %s with the page, never from a cache',
    async (url) => {
      const app = await serving(builtPage());
      const reply = await app.inject({ url });
      expect(reply.statusCode).toBe(200);
      expect(reply.headers['content-type']).toMatch(/^text\/html/);
      expect(reply.headers['cache-control'] ?? '').not.toMatch(/max-age=[1-9]/);
      expect(reply.body).toContain('the page');
    },
  );

  it('serves what has a hash in its name for ever, and nothing that is not there', async () => {
    const app = await serving(builtPage());
    const asset = await app.inject({ url: '/assets/index-1.js' });
    expect(asset.headers['cache-control']).toMatch(/immutable/);
    expect((await app.inject({ url: '/overview/index.html' })).statusCode).toBe(404);
    expect((await app.inject({ url: '/elsewhere' })).statusCode).toBe(404);
  });

  it.each(['/', '/overview'])('says at %s how to build a page that is not built', async (url) => {
    const app = await serving('no-page');
    const reply = await app.inject({ url });
    expect(reply.statusCode).toBe(503);
    expect(reply.body).toContain('npm run build');
  });
});
