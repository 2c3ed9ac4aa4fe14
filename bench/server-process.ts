import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { adopt, end } from './processes.js';

/** From `bench/dist`, where this file runs. */
const SERVER = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url));
const PROBE = new URL('stall-probe.js', import.meta.url).href;
const URL_LINE = /^Vibrissa is at (http:\S+)/;

/** What the server says of itself at one moment; delays are those since the sample before. */
export interface Sample {
  /** Of the whole process, so with garbage collection and compilation. */
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly accepted: number;
  readonly skipped: number;
  readonly flows: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

/** What the probe in the server's process answers. */
export type Stalls = Pick<Sample, 'loopP99Ms' | 'loopMaxMs'>;

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folder for a CPU profile of the server, written when it ends; empty for none. */
  readonly profileTo: string;
}

/** The built server in a process of its own, on a free port, fed by nobody but us. */
export class ServerProcess {
  readonly #process: ChildProcess;
  readonly url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start({ env = {}, profileTo }: ServerOptions): Promise<ServerProcess> {
    const profiling = profileTo === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
    // It keeps a journal, as a user's does, in a folder that goes with it.
    const data = mkdtempSync(join(tmpdir(), 'vibrissa-bench-'));
    const child = adopt(
      spawn(process.execPath, ['--max-semi-space-size=32', '--import', PROBE, ...profiling, SERVER], {
        env: {
          PATH: process.env.PATH,
          VIBRISSA_PORT: '0',
          VIBRISSA_DEMO: 'off',
          VIBRISSA_DATA: data,
          VIBRISSA_LOG_LEVEL: 'warn',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      }),
    );
    child.once('exit', () => rmSync(data, { recursive: true, force: true }));
    const { stdout } = child;
    if (stdout === null) throw new Error('the server has no output');
    for await (const line of createInterface({ input: stdout })) {
      const url = URL_LINE.exec(line)?.[1];
      if (url === undefined) continue;
      // Nobody reads on, and a full pipe would stop the server.
      stdout.resume();
      return new ServerProcess(child, url);
    }
    throw new Error(`the server ended with code ${child.exitCode} before it listened`);
  }

  /** The server's WebSocket at a path. */
  socketUrl(path: string): string {
    return `${this.url.replace('http', 'ws')}${path}`;
  }

  async sample(): Promise<Sample> {
    const reply = await fetch(`${this.url}/metrics`);
    const metrics = readMetrics(await reply.text());
    const read = (name: string) => metrics.get(name) ?? Number.NaN;
    return {
      cpuSeconds: read('process_cpu_seconds_total'),
      rssMb: read('process_resident_memory_bytes') / 2 ** 20,
      accepted: read('vibrissa_records_accepted_total'),
      skipped: read('vibrissa_live_updates_skipped_total'),
      flows: read('vibrissa_flows'),
      ...(await this.#stalls()),
    };
  }

  async #stalls(): Promise<Stalls> {
    const answer = once(this.#process, 'message');
    this.#process.send('stalls');
    const [stalls]: Stalls[] = await answer;
    if (stalls === undefined) throw new Error('the probe in the server does not answer');
    return stalls;
  }

  stop(): Promise<void> {
    return end(this.#process);
  }

  /** Ends it as a crash would. */
  kill(): Promise<void> {
    return end(this.#process, 'SIGKILL');
  }
}

/** The metrics without labels, by name. */
function readMetrics(text: string): Map<string, number> {
  const metrics = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name = '', value] = line.split(' ');
    if (value !== undefined && !name.startsWith('#')) metrics.set(name, Number(value));
  }
  return metrics;
}

/** What a stretch of time cost the server. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly records: number;
  /** Share of one core, 0 to 1 and more. */
  readonly load: number;
  readonly after: Sample;
}

/** Lets `run` happen and tells what it cost the server. */
export async function costOf(server: ServerProcess, run: () => Promise<unknown>): Promise<Cost> {
  const before = await server.sample();
  const begun = performance.now();
  await run();
  const seconds = (performance.now() - begun) / 1000;
  const after = await server.sample();
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  const records = after.accepted - before.accepted;
  return { seconds, cpuSeconds, records, load: cpuSeconds / seconds, after };
}
