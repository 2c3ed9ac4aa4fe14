import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import type { Config } from './config.js';
import { type Context, createContext, type Overrides } from './context.js';
import { startDemo } from './demo.js';
import { openSockets } from './sockets.js';

export interface RunningServer {
  readonly url: string;
  readonly context: Context;
  close(): Promise<void>;
}

/** Builds and starts everything; `close` ends it in reverse. */
export async function startServer(
  config: Config,
  webRoot: string,
  overrides: Overrides = {},
): Promise<RunningServer> {
  const context = createContext(config, overrides);
  const app = await createApp(context, webRoot);
  const sockets = openSockets(app.server, context);
  await app.listen({ host: config.host, port: config.port });
  const demo = await startDemo(context);
  const { port } = app.server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${port}`,
    context,
    async close() {
      demo.stop();
      sockets.close();
      await app.close();
      await context.dispose();
    },
  };
}
