import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assertAnswers, type ContractBench, withBoth } from './contract-bench.js';
import { CONTRACT_WINDOW, contractFilter, contractRecord, contractWindow } from './contract-samples.js';
import type { Reduction } from './flow-store.js';
import { begin, type CountOptions, type LineCount } from './test-count-lines.js';

const MODULE = new URL('./test-count-lines.ts', import.meta.url);

function counting(options: CountOptions): Reduction<LineCount> {
  return { begin: () => begin(options), module: MODULE, options };
}

/** Counts lines and what they moved. */
export const countLines = counting({ tells: false });

/** Lines are reduced where they are, and are the ones that pages have. */
export function reductionContract(bench: ContractBench): void {
  it('gives a reducer every line of a window once, as pages have it', async () => {
    const question = fc.tuple(contractFilter, contractWindow);
    await assertAnswers(bench, 100, question, async (store, naive, [filter, window]) => {
      const wanted = begin({ tells: true });
      wanted.add(naive.groups({ filter, grouping: 'connection', ...window }));
      expect(await store.reduce({ filter, ...window }, counting({ tells: true }))).toEqual(wanted.result());
    });
  });

  it('gives the curve of each line with it', async () => {
    const [sample = []] = fc.sample(fc.array(contractRecord, { minLength: 60, maxLength: 60 }), {
      seed: 5,
      numRuns: 1,
    });
    await withBoth(bench, sample, async (store) => {
      const query = { ...CONTRACT_WINDOW, spark: 7 };
      const page = await store.flows({ ...query, grouping: 'connection', limit: 1_000 });
      const sparked = (page.sparks ?? []).flat().reduce((sum, packets) => sum + packets, 0);
      const count = await store.reduce(query, countLines);
      expect(sparked).toBeGreaterThan(0);
      expect(count).toMatchObject({ lines: page.total, sparked });
    });
  });

  it('rejects with what a reducer throws, and answers the next', async () => {
    const [sample = []] = fc.sample(fc.array(contractRecord, { minLength: 60, maxLength: 60 }), {
      seed: 5,
      numRuns: 1,
    });
    await withBoth(bench, sample, async (store) => {
      const failing = counting({ tells: false, most: 3 });
      await expect(store.reduce(CONTRACT_WINDOW, failing)).rejects.toThrow('more than 3 lines');
      expect((await store.reduce(CONTRACT_WINDOW, countLines)).lines).toBeGreaterThan(3);
    });
  });
}
