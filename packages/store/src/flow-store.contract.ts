import { type Clock, GROUPINGS } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysisContract } from './contract-analysis.js';
import { type ContractBench, withBoth } from './contract-bench.js';
import { controlContract } from './contract-control.js';
import { pagingContract } from './contract-paging.js';
import { recordsContract } from './contract-records.js';
import { reductionContract } from './contract-reduction.js';
import { contractFilter, contractRecords, contractWindow, gist } from './contract-samples.js';
import type { FlowStore } from './flow-store.js';

export { CONTRACT_BUCKET_MS, CONTRACT_BUCKETS, contractRecord } from './contract-samples.js';

/**
 * The suite every FlowStore passes. `open` makes an empty one that holds the suite's buckets; `effort` is the share
 * of the usual number of rounds, for engines that are slow to open.
 */
export function flowStoreContract(
  name: string,
  open: (clock: Clock) => Promise<FlowStore>,
  effort = 1,
): void {
  const bench: ContractBench = {
    open,
    runs: (usual) => ({ numRuns: Math.max(5, Math.round(usual * effort)) }),
  };

  describe(`${name} keeps the contract of a flow store`, () => {
    it('answers any filter, window and grouping as all records folded one by one would', async () => {
      await fc.assert(
        fc.asyncProperty(
          contractRecords,
          contractFilter,
          contractWindow,
          fc.constantFrom(...GROUPINGS),
          (records, filter, window, grouping) =>
            withBoth(bench, records, async (store, naive) => {
              const page = await store.flows({ filter, grouping, limit: 1_000, ...window });
              const wanted = naive.groups({ filter, grouping, ...window });
              expect(page.groups.map(gist).sort()).toEqual(wanted.map(gist).sort());
              expect(page.total).toBe(wanted.length);
              expect(page.next).toBeNull();
            }),
        ),
        bench.runs(300),
      );
    });

    pagingContract(bench);
    analysisContract(bench);
    recordsContract(bench);
    reductionContract(bench);
    controlContract(bench);
  });
}
