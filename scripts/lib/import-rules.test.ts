import { describe, expect, it } from 'vitest';
import { offences } from './import-rules.mjs';
import { readSource } from './read-source.mjs';

function check(path: string, text: string): string[] {
  return offences([{ path, source: readSource(path, text) }]);
}

describe('arrows between workspaces', () => {
  it.each([
    ['packages/policy/src/evaluate.ts', '@vibrissa/model'],
    ['packages/simulator/src/play.ts', '@vibrissa/policy'],
    ['apps/server/src/ingest/accept-flows.ts', '@vibrissa/protocol'],
    ['apps/server/src/demo.ts', '@vibrissa/simulator'],
    ['apps/web/src/live/live-socket.ts', '@vibrissa/protocol/messages'],
    ['apps/agent/src/shipper.ts', 'ws'],
    ['apps/server/src/goldmane/grpc-server.test.ts', '@vibrissa/protocol/testing'],
    ['packages/model/src/merge.test.ts', 'fast-check'],
    ['e2e/playwright.config.ts', '../scripts/lib/chromium.mjs'],
  ])('lets %s import %s', (path, to) => {
    expect(check(path, `import { x } from '${to}';`)).toEqual([]);
  });

  it.each([
    ['packages/model/src/flow.ts', 'node:crypto', 'imports nothing'],
    ['packages/model/src/flow.ts', '@vibrissa/policy', 'may import no other workspace'],
    ['packages/store/src/hot-ring.ts', '@vibrissa/protocol', 'may import @vibrissa/model'],
    ['apps/server/src/context.ts', '@vibrissa/simulator', 'only demo.ts'],
    [
      'apps/server/src/context.ts',
      '@vibrissa/store/src/hot-ring.js',
      'through what its package.json exports',
    ],
    ['apps/web/src/App.tsx', '@vibrissa/protocol', '@vibrissa/protocol/messages and /backoff only'],
    ['apps/web/src/App.tsx', '@vibrissa/store', 'may import'],
    ['apps/server/src/server.ts', '@vibrissa/protocol/testing', 'only tests'],
    ['apps/agent/src/agent.ts', '../../server/src/errors.js', 'must not leave its workspace'],
    ['packages/policy/src/explain.ts', '../../protocol/src/gen/flow.js', 'must not leave its workspace'],
  ])('stops %s from importing %s', (path, to, reason) => {
    const found = check(path, `\nimport type { X } from '${to}';`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${path}:2 imports ${to}: `);
    expect(found[0]).toContain(reason);
  });
});

describe('arrows inside the server', () => {
  it.each([
    ['main.ts', './server.js'],
    ['server.ts', './app.js'],
    ['api/window.ts', '../context.js'],
    ['app.ts', './api/flows-route.js'],
    ['api/flows-route.ts', '../context.js'],
    ['ingest/http-route.ts', './accept-flows.js'],
    ['context.ts', './live/flow-hub.js'],
    ['demo.ts', './ingest/accept-flows.js'],
    ['live/flow-hub.ts', '../errors.js'],
    ['live/flow-hub.test.ts', '../test-server.js'],
  ])('lets %s import %s', (from, to) => {
    expect(check(`apps/server/src/${from}`, `export { x } from '${to}';`)).toEqual([]);
  });

  it.each([
    ['errors.ts', './context.js', 'what every part uses must not import the context'],
    ['app.ts', './server.js', 'app.ts and sockets.ts must not import server.ts'],
    ['context.ts', './app.js', 'the context must not import app.ts and sockets.ts'],
    ['context.ts', './api/flows-route.js', 'the context must not import a route'],
    ['live/flow-hub.ts', '../context.js', 'a part must not import the context'],
    ['api/flows-route.ts', '../ingest/read-body.js', 'api/ and ingest/ do not know each other'],
  ])('stops %s from importing %s', (from, to, reason) => {
    expect(check(`apps/server/src/${from}`, `export * from '${to}';`)).toEqual([
      expect.stringContaining(reason),
    ]);
  });
});

describe('arrows inside the page', () => {
  it.each([
    ['main.tsx', './App.js'],
    ['App.tsx', './features/flows/FlowsPage.js'],
    ['features/flows/FlowsPage.tsx', '../../view/FilterBar.js'],
    ['features/flows/FlowsPage.tsx', './details/FlowDetails.js'],
    ['view/FilterBar.tsx', '../api/queries.js'],
    ['live/useLiveFlows.ts', '../ui/format.js'],
  ])('lets %s import %s', (from, to) => {
    expect(check(`apps/web/src/${from}`, `import { x } from '${to}';`)).toEqual([]);
  });

  it.each([
    ['ui/Button.tsx', '../view/useView.js', 'ui must not import view, live and api'],
    ['live/live-buffer.ts', '../features/flows/sort.js', 'must not import a feature'],
    [
      'features/flows/FlowsPage.tsx',
      '../graph/GraphPage.js',
      'the feature flows must not import the feature graph',
    ],
    ['features/flows/FlowsPage.tsx', '../../App.js', 'a feature must not import the shell'],
  ])('stops %s from importing %s', (from, to, reason) => {
    expect(check(`apps/web/src/${from}`, `const page = () => import('${to}');`)).toEqual([
      expect.stringContaining(reason),
    ]);
  });
});

describe('the clock and the environment', () => {
  it('finds a look at the clock outside clock files', () => {
    const found = check(
      'apps/agent/src/spool.ts',
      'const a = Date.now();\nconst b = new Date();\nnew Date(0);',
    );
    expect(found).toEqual([
      expect.stringContaining('apps/agent/src/spool.ts:1 asks the system what time it is'),
      expect.stringContaining('apps/agent/src/spool.ts:2'),
    ]);
    expect(check('apps/agent/src/clock.ts', 'export const now = () => Date.now();')).toEqual([]);
  });

  it('finds a look at the environment outside config.ts', () => {
    expect(check('apps/server/src/logger.ts', 'const level = process.env.LEVEL;')).toEqual([
      'apps/server/src/logger.ts:1 reads process.env: only config.ts does, and hands settings down',
    ]);
    expect(check('apps/server/src/config.ts', 'export const env = process.env;')).toEqual([]);
  });

  it('reads statements, not text that looks like them', () => {
    const text = "// import '@vibrissa/store'\nconst help = `Date.now() from '@vibrissa/policy'`;";
    expect(check('packages/model/src/flow.ts', text)).toEqual([]);
  });

  it('refuses a file that does not parse', () => {
    expect(() => check('packages/model/src/flow.ts', 'import {')).toThrow('packages/model/src/flow.ts');
  });
});
