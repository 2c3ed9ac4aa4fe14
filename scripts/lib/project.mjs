import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Entry points of the tools, run with the node that runs us: `node_modules/.bin` differs by platform. */
export const TOOLS = {
  tsc: 'node_modules/typescript/bin/tsc',
  vite: 'node_modules/vite/bin/vite.js',
  vitest: 'node_modules/vitest/vitest.mjs',
  biome: 'node_modules/@biomejs/biome/bin/biome',
  playwright: 'node_modules/@playwright/test/cli.js',
};

/** Absolute path of a file of the repository. @param {string} path */
export function inRepo(path) {
  return ROOT + path;
}

/**
 * Ends the process with a plain message when this Node is too old for the dependencies.
 * @param {string} [version] without the `v`
 */
export function requireNode(version = process.versions.node) {
  if (isNodeSupported(version)) return;
  console.error(
    `Vibrissa needs Node 20.19 or newer; this is ${version}. Install it from https://nodejs.org.`,
  );
  process.exit(1);
}

/** @param {string} version without the `v` */
export function isNodeSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

/**
 * Runs a command to its end and keeps what it printed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function capture(command, args, { cwd = ROOT, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * How the server is run: records live for a moment each, and with room for them to die young the collector
 * costs a quarter less.
 */
export const SERVER_NODE_FLAGS = ['--max-semi-space-size=32'];

/** The agent runs on every node, where memory is dearer than time. */
export const AGENT_NODE_FLAGS = ['--max-semi-space-size=2', '--heap-growing-percent=100'];
