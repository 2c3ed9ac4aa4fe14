import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { inRepo, SERVER_NODE_FLAGS } from './project.mjs';

/**
 * A built server that runs as users run it.
 * @typedef {{ url: string, end: (signal: NodeJS.Signals) => Promise<void> }} ServerProcess
 */

/**
 * Starts the built server and waits until it listens and has told the past of its scenario. Of the
 * environment it sees the PATH and `settings`, so that what the developer has set changes nothing. It keeps
 * nothing on disk unless `settings` name a folder.
 * @param {Readonly<Record<string, string>>} settings
 * @returns {Promise<ServerProcess>}
 */
export async function startServerProcess(settings) {
  const server = spawn(process.execPath, [...SERVER_NODE_FLAGS, inRepo('apps/server/dist/main.js')], {
    env: { PATH: process.env.PATH, VIBRISSA_DATA: 'off', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const url = listeningAt(line);
    if (url === null) continue;
    // Nobody reads on, and a full pipe would stop the server.
    server.stdout.resume();
    return { url, end: (signal) => end(server, signal) };
  }
  throw new Error('the server ended before it listened');
}

/**
 * Reads the one line of the server's log that says where it is.
 * @param {string} line
 * @returns {string | null}
 */
function listeningAt(line) {
  if (!line.startsWith('{')) return null;
  const { msg, url } = JSON.parse(line);
  return msg === 'listening' && typeof url === 'string' ? url : null;
}

/**
 * @param {import('node:child_process').ChildProcess} server
 * @param {NodeJS.Signals} signal
 */
async function end(server, signal) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}
