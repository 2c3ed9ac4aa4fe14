import { type Clock, GROUPINGS } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysisContract } from './contract-analysis.js';
import { assertAnswers, type ContractBench } from './contract-bench.js';
import { controlContract } from './contract-control.js';
import { pagingContract } from './contract-paging.js';
import { recordsContract } from './contract-records.js';
import { reductionContract } from './contract-reduction.js';
import { contractFilter, contractWindow, gist } from './contract-samples.js';
import type { FlowStore } from './flow-store.js';

export { CONTRACT_BUCKET_MS, CONTRACT_BUCKETS, contractRecord } from './contract-samples.js';

/** How thoroughly a suite looks. */
export interface ContractEffort {
  /** The share of the usual number of rounds. */
  readonly rounds: number;
  /** How many questions are asked of one store: the more, the slower the engine is to open. */
  readonly asks: number;
}

/** The suite every FlowStore passes. `open` makes an empty one that holds the suite's buckets. */
export function flowStoreContract(
  name: string,
  open: (clock: Clock) => Promise<FlowStore>,
  { rounds, asks }: ContractEffort = { rounds: 1, asks: 2 },
): void {
  const bench: ContractBench = {
    open,
    runs: (usual) => ({ numRuns: Math.max(3, Math.round(usual * rounds)) }),
    asks,
  };

  describe(`${name} keeps the contract of a flow store`, () => {
    it('answers any filter, window and grouping as all records folded one by one would', async () => {
      await assertAnswers(
        bench,
        300,
        fc.tuple(contractFilter, contractWindow, fc.constantFrom(...GROUPINGS)),
        async (store, naive, [filter, window, grouping]) => {
          const page = await store.flows({ filter, grouping, limit: 1_000, ...window });
          const wanted = naive.groups({ filter, grouping, ...window });
          expect(page.groups.map(gist).sort()).toEqual(wanted.map(gist).sort());
          expect(page.total).toBe(wanted.length);
          expect(page.next).toBeNull();
        },
      );
    });

    pagingContract(bench);
    analysisContract(bench);
    recordsContract(bench);
    reductionContract(bench);
    controlContract(bench);
  });
}
