import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { readConfig as readAgentConfig } from '../apps/agent/src/config.js';
import { readConfig as readServerConfig } from '../apps/server/src/config.js';
import { inRepo, ROOT } from './lib/project.mjs';

type Environment = Readonly<Record<string, string>>;

interface Compose {
  readonly services: Readonly<Record<string, { environment?: Environment; command?: readonly string[] }>>;
}

const compose: Compose = parse(readFileSync(inRepo('docker-compose.yml'), 'utf8'), { merge: true });
const environmentOf = (name: string): Environment => compose.services[name]?.environment ?? {};

/** docker-compose.yml cannot be run here, so its three programs are, from source, with its settings. */
describe('what docker-compose.yml starts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-compose-'));
  const log = join(folder, 'flows.log');
  const children: ChildProcess[] = [];
  let address = '';

  function run(script: string, args: readonly string[], env: Environment): ChildProcess {
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', script, ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  }

  /** The value of `key` in the first line of the log that has it. */
  async function logged(child: ChildProcess, key: string): Promise<string> {
    if (child.stdout === null) throw new Error('its output is not piped');
    for await (const line of createInterface({ input: child.stdout })) {
      const entry: Record<string, unknown> = line.startsWith('{') ? JSON.parse(line) : {};
      if (typeof entry[key] !== 'string') continue;
      child.stdout.resume();
      return entry[key];
    }
    throw new Error(`it ended without telling its ${key}`);
  }

  beforeAll(async () => {
    const server = run('apps/server/src/main.ts', [], {
      ...environmentOf('server'),
      VIBRISSA_HOST: '127.0.0.1',
      VIBRISSA_PORT: '0',
      VIBRISSA_DATA: join(folder, 'data'),
    });
    address = await logged(server, 'url');
    run('apps/agent/src/main.ts', [`--file=${log}`, `--spool=${join(folder, 'spool')}`, '--health-port=0'], {
      ...environmentOf('agent'),
      VIBRISSA_AGENT_SERVER: `${address.replace('http:', 'ws:')}/api/v1/agent`,
      VIBRISSA_AGENT_LOG_LEVEL: 'error',
    });
    const [, script = '', ...args] = compose.services.simulator?.command ?? [];
    run(script, [...args.filter((arg) => !arg.startsWith('--out=')), `--out=${log}`], {});
  });

  afterAll(async () => {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }),
    );
    rmSync(folder, { recursive: true });
  });

  it('brings flows from the simulator through the agent into the server', async () => {
    await vi.waitFor(
      async () => {
        const reply = await fetch(`${address}/api/v1/flows?from=0&limit=1`);
        const { total }: { total: number } = JSON.parse(await reply.text());
        expect(total).toBeGreaterThan(0);
      },
      { timeout: 15_000, interval: 100 },
    );
  });

  it('has settings that server and agent take as they stand', () => {
    const server = readServerConfig(environmentOf('server'));
    expect(server).toMatchObject({ host: '0.0.0.0', port: 8081, demo: 'off' });
    const agent = readAgentConfig(environmentOf('agent'), []);
    expect(agent.server).toBe('ws://server:8081/api/v1/agent');
    expect(agent.healthPort).toBe(8082);
    expect(compose.services.simulator?.command?.at(-1)).toBe(`--out=${agent.file}`);
  });
});
