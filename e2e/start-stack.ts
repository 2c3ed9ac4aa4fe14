import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServerProcess } from '../scripts/lib/server-process.mjs';

/** A server of its own, built as users run it, that serves the page and the API. */
export interface Stack {
  readonly url: string;
  /** Ends the server as a crash would: nothing is said to anyone. */
  crash(): Promise<void>;
  /** Starts it again at the same address, on what it kept. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Telling its past takes a play as long as a journey, and none looks back further than what the page shows first. */
const SHORT_PAST = { VIBRISSA_RETENTION: '1h', VIBRISSA_BUCKETS: '72' };

/** Starts a server on a free port that plays `scenario`; `off` plays none. `env` are further settings of it. */
export async function startStack(
  scenario: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Stack> {
  const start = (port: string) =>
    startServerProcess({
      VIBRISSA_DEMO: scenario,
      VIBRISSA_PORT: port,
      ...(scenario === 'off' ? {} : SHORT_PAST),
      ...env,
    });
  let server = await start('0');
  const { url } = server;
  return {
    url,
    crash: () => server.end('SIGKILL'),
    async restart() {
      server = await start(new URL(url).port);
    },
    stop: () => server.end('SIGTERM'),
  };
}

/** The same, with a folder of its own that keeps flows for a week and goes when the server stops. */
export async function startKeepingStack(scenario: string): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-e2e-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const stack = await startStack(scenario, { VIBRISSA_DATA: folder, VIBRISSA_RETENTION: '7d' });
    return { ...stack, stop: () => stack.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
