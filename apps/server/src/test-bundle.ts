import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Within the repository, so that what is not bundled is found. */
const CACHE = join(ROOT, 'node_modules/.cache/vibrissa');
const NAME = 'test-server-';
/** Of this process alone: others make their own. */
const FOLDER = join(CACHE, `${NAME}${process.pid}`);

/** The program and the threads that it starts by the names of their files. */
const ENTRIES = {
  main: join(ROOT, 'apps/server/src/main.ts'),
  'history-worker': join(ROOT, 'packages/store/src/history/history-worker.ts'),
  'parse-thread': join(ROOT, 'apps/server/src/policies/parse-thread.ts'),
};

let bundle: Promise<string> | null = null;

/**
 * The server's program made of its source once, as a file to run: started again and again from source, it would
 * spend more time on compiling itself than on what a test is about.
 */
export function bundledServer(): Promise<string> {
  bundle ??= make();
  return bundle;
}

async function make(): Promise<string> {
  const { build } = await import('vite');
  removeLeftovers();
  await build({
    root: join(ROOT, 'apps/server'),
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: [/^@vibrissa\//], resolve: { conditions: ['source'] } },
    build: {
      ssr: true,
      target: 'node20',
      minify: false,
      emptyOutDir: true,
      outDir: FOLDER,
      rolldownOptions: {
        input: ENTRIES,
        // Beside each other, as they look for the files of their threads.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
  return join(FOLDER, 'main.js');
}

/** A process of tests is ended without a chance to remove what it made, so the next one does. */
function removeLeftovers(): void {
  if (!existsSync(CACHE)) return;
  for (const name of readdirSync(CACHE)) {
    const pid = name.startsWith(NAME) ? Number(name.slice(NAME.length)) : Number.NaN;
    if (Number.isInteger(pid) && !isRunning(pid)) rmSync(join(CACHE, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
