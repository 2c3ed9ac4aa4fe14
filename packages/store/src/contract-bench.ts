import type { Clock, FlowRecord } from '@vibrissa/model';
import { expect } from 'vitest';
import { CONTRACT_BUCKET_MS, CONTRACT_NOW } from './contract-samples.js';
import type { FlowStore } from './flow-store.js';
import { NaiveStore } from './naive-store.js';

/** How a suite opens an empty store, and how many rounds its properties run. */
export interface ContractBench {
  readonly open: (clock: Clock) => Promise<FlowStore>;
  readonly runs: (usual: number) => { readonly numRuns: number };
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
