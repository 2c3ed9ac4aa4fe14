import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile, type Report } from './figure.js';

/** The server's own crash test, from `bench/dist`, where this file runs. */
const HARNESS = new URL('../../apps/server/dist/test-crash.js', import.meta.url).href;

const ROUNDS = 50;

/** No further round after this long, ms: what was not reached shows in the figure. */
const MOST_MS = 105_000;

/** What of the harness is used here. */
interface Harness {
  crashRounds(options: {
    readonly rounds: number;
    readonly data: string;
    readonly random: () => number;
    readonly mostMs: number;
    readonly log: (line: string) => void;
  }): Promise<{
    readonly rounds: number;
    readonly killsInRestore: number;
    readonly acknowledged: number;
    readonly lost: number;
    readonly doubled: number;
    readonly startMs: readonly number[];
  }>;
}

/** Kills the server with SIGKILL while agents, HTTP and Felix send, and compares what it shows with what it acknowledged. */
export async function measureCrash(report: Report): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'vibrissa-crash-'));
  try {
    // Loaded by its address, because it is a tool of another workspace; its types are those above.
    const { crashRounds } = (await import(HARNESS)) as Harness;
    const { rounds, killsInRestore, acknowledged, lost, doubled, startMs } = await crashRounds({
      rounds: ROUNDS,
      data,
      random: Math.random,
      mostMs: MOST_MS,
      log: (line) => console.log(`  ${line}`),
    });
    report({
      name: 'crash: kills under load, then all compared',
      value: rounds,
      unit: 'rounds',
      target: { atLeast: ROUNDS },
    });
    report({ name: 'crash: kills while an earlier run was read back', value: killsInRestore, unit: 'kills' });
    report({ name: 'crash: records acknowledged', value: acknowledged, unit: 'records' });
    report({
      name: 'crash: acknowledged records lost',
      value: lost,
      unit: 'records',
      target: { atMost: 0 },
    });
    report({ name: 'crash: records doubled', value: doubled, unit: 'records', target: { atMost: 0 } });
    report({
      name: 'crash: from the start until senders are let in, median',
      value: percentile(startMs, 0.5),
      unit: 'ms',
      target: { atMost: 3_000 },
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
