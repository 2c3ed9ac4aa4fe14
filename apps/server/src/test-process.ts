import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { bundledServer } from './test-bundle.js';
import { until } from './test-server.js';

/** Of the source as in tests, or as it was built where this is. */
function programFile(): Promise<string> {
  return import.meta.url.endsWith('.ts')
    ? bundledServer()
    : Promise.resolve(fileURLToPath(new URL('./main.js', import.meta.url)));
}

/** A port nobody listens on, for a server that has to come back to where it was. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** The server in a process of its own, that a test may kill. It plays no demo. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts it and waits until it is ready; `env` must say what becomes of VIBRISSA_DATA. */
  static async start(
    port: number,
    env: Readonly<Record<string, string>> & { readonly VIBRISSA_DATA: string },
  ): Promise<ServerProcess> {
    const server = await ServerProcess.begin(port, env);
    await until(() => server.hasEnded || server.isReady(), 'the server to be ready', 60_000);
    if (server.hasEnded) throw new Error('the server ended before it was ready');
    return server;
  }

  /** Starts it without waiting until it is ready. */
  static async begin(
    port: number,
    env: Readonly<Record<string, string>> & { readonly VIBRISSA_DATA: string },
  ): Promise<ServerProcess> {
    const child = spawn(process.execPath, [await programFile()], {
      env: { VIBRISSA_PORT: String(port), VIBRISSA_DEMO: 'off', VIBRISSA_LOG_LEVEL: 'silent', ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return new ServerProcess(child, `http://127.0.0.1:${port}`);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    );
  }
}
