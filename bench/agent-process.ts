import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { adopt, end } from './processes.js';

/** From `bench/dist`, where this file runs. */
const AGENT = fileURLToPath(new URL('../../apps/agent/dist/main.js', import.meta.url));
/** What /proc counts CPU time in, on every Linux that Node runs on: 10 ms. */
const TICK_S = 0.01;

export interface AgentSample {
  readonly cpuSeconds: number;
  readonly rssMb: number;
  /** The most it ever was. */
  readonly peakMb: number;
  readonly read: number;
  readonly accepted: number;
  readonly refused: number;
}

/** The built agent in a process of its own. What its child programs cost is not in its figures. */
export class AgentProcess {
  readonly #process: ChildProcess;
  readonly #health: string;

  private constructor(process: ChildProcess, health: string) {
    this.#process = process;
    this.#health = health;
  }

  static async start(
    flags: readonly string[],
    env: Readonly<Record<string, string>>,
    profileTo: string,
  ): Promise<AgentProcess> {
    const port = await freePort();
    const profiling = profileTo === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
    const child = adopt(
      spawn(
        process.execPath,
        [
          '--max-semi-space-size=2',
          '--heap-growing-percent=100',
          ...profiling,
          AGENT,
          `--health-port=${port}`,
          '--log-level=warn',
          ...flags,
        ],
        {
          env: { PATH: process.env.PATH, ...env },
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      ),
    );
    const agent = new AgentProcess(child, `http://127.0.0.1:${port}`);
    while (child.exitCode === null) {
      const answer = await fetch(`${agent.#health}/healthz`).catch(() => null);
      if (answer !== null) return agent;
      await sleep(50);
    }
    throw new Error(`the agent ended with code ${child.exitCode}`);
  }

  async sample(): Promise<AgentSample> {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, 'utf8');
    // The program's name stands in brackets and may hold anything; user and system time are 11 and 12 after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8');
    const megabytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
    const metrics = await (await fetch(`${this.#health}/metrics`)).text();
    const metric = (name: string) =>
      Number(new RegExp(`^vibrissa_agent_${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) * TICK_S,
      rssMb: megabytes('VmRSS'),
      peakMb: megabytes('VmHWM'),
      read: metric('records_read_total'),
      accepted: metric('records_accepted_total'),
      refused: metric('lines_refused_total'),
    };
  }

  stop(): Promise<void> {
    return end(this.#process);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
