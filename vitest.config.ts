import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'apps/**/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    setupFiles: ['apps/web/src/test-setup.ts'],
    // Files share what they import: importing it again for each takes as long as a third of the tests. No test
    // changes a module, so none meets what another left there.
    isolate: false,
    unstubGlobals: true,
    restoreMocks: true,
    // Much of a file's time goes by in waiting for processes and sockets, so there are more than cores.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
