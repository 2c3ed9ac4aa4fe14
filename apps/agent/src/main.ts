import { runAgent } from './agent.js';
import { systemClock } from './clock.js';
import { environment, helpText, readConfig } from './config.js';
import { AgentError } from './errors.js';
import { createLogger } from './logger.js';

const { env, flags } = environment();

async function main(): Promise<number> {
  if (flags.includes('--help')) {
    process.stdout.write(helpText());
    return 0;
  }
  const config = readConfig(env, flags);
  const log = createLogger(config.logLevel, process.stderr.isTTY === true);
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const parts = { config, clock: systemClock, random: Math.random, log, input: process.stdin };
  const summary = await runAgent(parts, stop.signal);
  if (config.once) process.stdout.write(`${JSON.stringify(summary)}\n`);
  log.info(summary, 'agent stopped');
  return config.once && summary.waiting > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof AgentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
