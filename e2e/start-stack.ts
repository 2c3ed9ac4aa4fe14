import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../apps/server/dist/main.js', import.meta.url));

/** A server of its own, built as users run it, that serves the page and the API. */
export interface Stack {
  readonly url: string;
  /** Ends the server as a crash would: nothing is said to anyone. */
  crash(): Promise<void>;
  /** Starts it again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface StackSettings {
  /** The scenario that plays, or `off`. */
  readonly scenario: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server on a free port and waits until it listens and has told the past of its scenario. */
export async function startStack({ scenario, env = {} }: StackSettings): Promise<Stack> {
  const settings = { VIBRISSA_DEMO: scenario, ...env };
  let server = await begin({ VIBRISSA_PORT: '0', ...settings });
  const { url } = server;
  return {
    url,
    crash: () => end(server.process, 'SIGKILL'),
    async restart() {
      server = await begin({ ...settings, VIBRISSA_PORT: new URL(url).port });
    },
    stop: () => end(server.process, 'SIGTERM'),
  };
}

interface Running {
  readonly process: ChildProcess;
  readonly url: string;
}

async function begin(settings: Readonly<Record<string, string>>): Promise<Running> {
  const server = spawn(process.execPath, [SERVER], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const url = listeningAt(line);
    if (url === null) continue;
    // Nobody reads on, and a full pipe would stop the server.
    server.stdout.resume();
    return { process: server, url };
  }
  throw new Error(`the server ended with code ${server.exitCode} before it listened`);
}

/** Reads the one line of the server's log that says where it is. */
function listeningAt(line: string): string | null {
  if (!line.startsWith('{')) return null;
  const { msg, url }: { msg?: unknown; url?: unknown } = JSON.parse(line);
  return msg === 'listening' && typeof url === 'string' ? url : null;
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}
