import type { FlowRecord } from '@vibrissa/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.js';
import { countLines } from './contract-reduction.js';
import { CONTRACT_BUCKET_MS, CONTRACT_NOW, CONTRACT_WINDOW, contractRecord } from './contract-samples.js';
import type { FlowStore, QueryControl } from './flow-store.js';

type Ask = (store: FlowStore, control: QueryControl) => Promise<unknown>;

const QUERIES: Readonly<Record<string, Ask>> = {
  flows: (store, control) => store.flows({ ...CONTRACT_WINDOW, grouping: 'flow', limit: 10 }, control),
  hints: (store, control) =>
    store.hints({ ...CONTRACT_WINDOW, fields: ['namespace', 'port'], contains: '', limit: 10 }, control),
  series: (store, control) => store.series({ ...CONTRACT_WINDOW, stepMs: CONTRACT_BUCKET_MS }, control),
  top: (store, control) =>
    store.top({ ...CONTRACT_WINDOW, by: ['namespace'], measure: 'bytes', limit: 10 }, control),
  seen: (store, control) => store.seen(CONTRACT_WINDOW, control),
  compare: (store, control) =>
    store.compare(
      { ...CONTRACT_WINDOW, base: CONTRACT_WINDOW, grouping: 'flow', factor: 2, limit: 10 },
      control,
    ),
  reduce: (store, control) => store.reduce(CONTRACT_WINDOW, countLines, control),
  records: async (store, control) => {
    for await (const batch of store.records(CONTRACT_WINDOW, control))
      expect(batch.length).toBeGreaterThan(0);
  },
};

/** Queries end when nobody waits for them, and say how far they are. */
export function controlContract(bench: ContractBench): void {
  const [sample = []] = fc.sample(fc.array(contractRecord, { minLength: 300, maxLength: 300 }), {
    seed: 11,
    numRuns: 1,
  }) as FlowRecord[][];

  describe('to whoever waits for it no longer, or wants to know how far it is', () => {
    let store: FlowStore;

    beforeAll(async () => {
      store = await bench.open({ now: () => CONTRACT_NOW });
      await store.append(sample);
    });

    afterAll(() => store.close());

    it.each(Object.entries(QUERIES))('ends %s with the reason its caller gives', async (_name, ask) => {
      const gone = new Error('gone');
      await expect(ask(store, { signal: AbortSignal.abort(gone) })).rejects.toBe(gone);
      const ending = new AbortController();
      const asked = ask(store, { signal: ending.signal });
      ending.abort(gone);
      await expect(asked).rejects.toBe(gone);
      await expect(ask(store, {})).resolves.not.toThrow();
    });

    it.each(Object.entries(QUERIES))('tells how far %s is, rising up to the whole', async (_name, ask) => {
      const told: number[] = [];
      await ask(store, { progress: (done) => told.push(done) });
      expect(told.length).toBeGreaterThan(0);
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(1);
    });
  });
}
