import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Figure, Report } from '../figure.js';
import { adopt } from '../processes.js';

/** Runs a program of this folder in a process of its own and passes on the figures it sends. */
export async function inOwnProcess(file: string, report: Report, profileTo: string): Promise<void> {
  const profiling = profileTo === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
  const program = fileURLToPath(new URL(file, import.meta.url));
  const child = adopt(fork(program, { execArgv: ['--expose-gc', ...profiling] }));
  child.on('message', (figure: Figure) => report({ ...figure, value: figure.value ?? Number.NaN }));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  if (code !== 0) throw new Error(`${file} ended with code ${code}`);
}

/** In such a process: hands a figure to the benchmark. */
export function tell(figure: Figure): void {
  process.send?.(figure);
}

/** In such a process: frees what can be freed, so that only what is held is counted. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('the process must run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
}
