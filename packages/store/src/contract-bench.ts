import type { Clock, FlowRecord } from '@vibrissa/model';
import fc from 'fast-check';
import { expect } from 'vitest';
import { CONTRACT_BUCKET_MS, CONTRACT_NOW, contractRecords } from './contract-samples.js';
import type { FlowStore } from './flow-store.js';
import { NaiveStore } from './naive-store.js';

/** How a suite opens an empty store, and how many rounds its properties run. */
export interface ContractBench {
  readonly open: (clock: Clock) => Promise<FlowStore>;
  readonly runs: (usual: number) => { readonly numRuns: number };
  /** How many questions of a property are asked of one store. */
  readonly asks: number;
}

/** A store of the engine under test and the naive one, both holding these records, for as long as `ask` runs. */
export async function withBoth(
  bench: ContractBench,
  records: readonly FlowRecord[],
  ask: (store: FlowStore, naive: NaiveStore) => Promise<void>,
): Promise<void> {
  const store = await bench.open({ now: () => CONTRACT_NOW });
  try {
    const placements = await store.append(records);
    expect(placements).toHaveLength(records.length);
    expect(placements).not.toContain('too-old');
    const naive = new NaiveStore(CONTRACT_BUCKET_MS, () => CONTRACT_NOW);
    naive.append(records);
    await ask(store, naive);
  } finally {
    await store.close();
  }
}

/**
 * Holds what a store of any records answers to any `question` to what the naive one does. A store is asked several:
 * opening and filling an engine costs more than its answers. `usual` is how many are asked in all.
 */
export function assertAnswers<Question>(
  bench: ContractBench,
  usual: number,
  question: fc.Arbitrary<Question>,
  check: (store: FlowStore, naive: NaiveStore, question: Question) => Promise<void>,
): Promise<void> {
  const questions = fc.array(question, { minLength: bench.asks, maxLength: bench.asks });
  return fc.assert(
    fc.asyncProperty(contractRecords, questions, (records, questions) =>
      withBoth(bench, records, async (store, naive) => {
        for (const question of questions) await check(store, naive, question);
      }),
    ),
    bench.runs(usual / bench.asks),
  );
}
