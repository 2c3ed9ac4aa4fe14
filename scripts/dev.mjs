/** `npm run dev`: the server from source, restarted on change, and the page with hot reload; ctrl-C ends both. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { exitCode } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inRepo, requireNode, TOOLS } from './lib/project.mjs';

requireNode();
await ensureInstalled();

const watch = ['--watch', '--watch-preserve-output', '--conditions=source', '--import', 'tsx'];
const server = `http://127.0.0.1:${process.env.VIBRISSA_PORT ?? 8081}`;
const children = [
  begin('server', inRepo(''), [...watch, inRepo('apps/server/src/main.ts'), ...process.argv.slice(2)]),
  begin('page  ', inRepo('apps/web'), [inRepo(TOOLS.vite), '--clearScreen', 'false'], {
    VIBRISSA_SERVER: server,
  }),
];

let ending = false;
for (const child of children) {
  child.on('exit', (code, signal) => {
    if (!ending) process.exitCode = exitCode(code, signal);
    end('SIGTERM');
  });
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => end(signal));
}

/** @param {NodeJS.Signals} signal */
function end(signal) {
  if (ending) return;
  ending = true;
  // Ctrl-C in a terminal has reached the children already.
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  for (const child of children) child.kill(signal);
}

/**
 * @param {string} name
 * @param {string} cwd
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 */
function begin(name, cwd, args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { FORCE_COLOR: process.stdout.isTTY ? '1' : '0', ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.log(`${name} │ ${line}`));
  }
  return child;
}
