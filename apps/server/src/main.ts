import { fileURLToPath } from 'node:url';
import { ConfigError, environment, helpText, readConfig } from './config.js';
import { TlsFilesError } from './goldmane/tls-files.js';
import { startServer } from './server.js';
import { SourceConfigError } from './source-config.js';

const WEB_ROOT = fileURLToPath(new URL('../../web/dist/page', import.meta.url));

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(helpText());
    return;
  }
  const server = await startServer(readConfig(environment()), WEB_ROOT);
  const { log } = server.context;
  process.stdout.write(`Vibrissa is at ${server.url}\n`);
  const stop = async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping');
    await server.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  await server.ready;
  log.info({ url: server.url }, 'listening');
}

main().catch((error: unknown) => {
  const { code } = error as { code?: unknown };
  if (error instanceof ConfigError || error instanceof TlsFilesError || error instanceof SourceConfigError)
    process.stderr.write(`${error.message}\n`);
  else if (code === 'EADDRINUSE') {
    const { port } = error as { port?: unknown };
    process.stderr.write(
      `Port ${port} is taken: stop what listens there, or name another in VIBRISSA_PORT or VIBRISSA_GOLDMANE_PORT.\n`,
    );
  } else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
