import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fingerprint } from './fingerprint.mjs';
import { capture, inRepo, TOOLS } from './project.mjs';
import { mustStep } from './step.mjs';

/**
 * What can be built: from which sources, to which files, by which command.
 * @typedef {{ title: string, sources: readonly string[], outputs: readonly string[], cwd: string, args: readonly string[] }} Build
 */

const SHARED = ['package-lock.json', 'tsconfig.json'];

/** @param {readonly string[]} names */
function packages(names) {
  return {
    sources: names.flatMap((name) =>
      ['src', 'package.json', 'tsconfig.json'].map((file) => `packages/${name}/${file}`),
    ),
    outputs: names.map((name) => `packages/${name}/dist/index.js`),
  };
}

/**
 * @param {'server' | 'agent' | 'cli'} app
 * @param {readonly string[]} names of the packages it is built with
 * @returns {Build}
 */
function program(app, names) {
  const below = packages(names);
  return {
    title: `building the ${app}`,
    sources: [...SHARED, ...below.sources, `apps/${app}`],
    outputs: [...below.outputs, `apps/${app}/dist/main.js`],
    cwd: inRepo(''),
    args: [inRepo(TOOLS.tsc), '-b', `apps/${app}`],
  };
}

/** @type {Record<'server' | 'agent' | 'cli' | 'page' | 'simulator', Build>} */
export const BUILDS = {
  server: program('server', ['model', 'policy', 'protocol', 'store', 'simulator']),
  agent: program('agent', ['model', 'protocol']),
  cli: program('cli', ['model', 'policy', 'protocol']),
  page: {
    title: 'building the page',
    sources: [...SHARED, ...packages(['model', 'policy', 'protocol']).sources, 'apps/web'],
    outputs: ['apps/web/dist/page/index.html'],
    cwd: inRepo('apps/web'),
    args: [inRepo(TOOLS.vite), 'build', '--logLevel', 'warn'],
  },
  simulator: {
    title: 'building the simulator',
    ...packages(['model', 'policy', 'protocol', 'simulator']),
    cwd: inRepo(''),
    args: [inRepo(TOOLS.tsc), '-b', 'packages/simulator', 'packages/protocol'],
  },
};

/**
 * Builds what is stale, one line each; silent when nothing is.
 * @param {readonly (keyof typeof BUILDS)[]} names
 */
export async function ensureBuilt(names) {
  for (const name of names) {
    const build = BUILDS[name];
    const now = fingerprint(build.sources);
    if (isFresh(name, now)) continue;
    await mustStep(build.title, () => capture(process.execPath, build.args, { cwd: build.cwd }));
    mkdirSync(inRepo('node_modules/.cache/vibrissa'), { recursive: true });
    writeFileSync(stampOf(name), now);
  }
}

/**
 * @param {keyof typeof BUILDS} name
 * @param {string} now
 */
function isFresh(name, now) {
  if (!existsSync(stampOf(name)) || readFileSync(stampOf(name), 'utf8') !== now) return false;
  return BUILDS[name].outputs.every((path) => existsSync(inRepo(path)));
}

/** @param {string} name */
function stampOf(name) {
  return inRepo(`node_modules/.cache/vibrissa/${name}.built`);
}
