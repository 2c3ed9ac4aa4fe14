import { type FlowGroup, GROUPINGS } from '@vibrissa/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assertAnswers, type ContractBench, withBoth } from './contract-bench.js';
import { CONTRACT_WINDOW, contractFilter, contractRecords, contractWindow } from './contract-samples.js';
import { type FlowStore, type FlowsQuery, SORT_COLUMNS } from './flow-store.js';
import { naiveSortValue } from './naive-sort.js';

async function allPages(store: FlowStore, query: FlowsQuery): Promise<FlowGroup[]> {
  const groups: FlowGroup[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.flows(cursor === null ? query : { ...query, cursor });
    expect(page.groups.length).toBeLessThanOrEqual(query.limit);
    groups.push(...page.groups);
    cursor = page.next;
  } while (cursor !== null);
  return groups;
}

/** Pages are stable, in the order asked for, and refuse what is no cursor. */
export function pagingContract(bench: ContractBench): void {
  it('pages through everything once while more comes in', async () => {
    await fc.assert(
      fc.asyncProperty(
        contractRecords,
        contractRecords,
        fc.integer({ min: 1, max: 7 }),
        (records, more, limit) =>
          withBoth(bench, records, async (store) => {
            const query = { ...CONTRACT_WINDOW, grouping: 'connection' as const, limit };
            const first = await store.flows(query);
            const seen = first.groups.map((group) => group.id);
            await store.append(more);
            for (let next = first.next; next !== null; ) {
              const page = await store.flows({ ...query, cursor: next });
              seen.push(...page.groups.map((group) => group.id));
              next = page.next;
            }
            expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
            expect(seen).toHaveLength(first.total);
          }),
      ),
      bench.runs(60),
    );
  });

  it('pages in the order of any column, either way: unknown last, ties to the newer', async () => {
    const question = fc.record({
      filter: contractFilter,
      window: contractWindow,
      grouping: fc.constantFrom(...GROUPINGS),
      sort: fc.record({ column: fc.constantFrom(...SORT_COLUMNS), descending: fc.boolean() }),
      limit: fc.integer({ min: 1, max: 9 }),
    });
    await assertAnswers(bench, 150, question, async (store, naive, { window, limit, ...asked }) => {
      const query = { ...asked, ...window };
      const groups = await allPages(store, { ...query, limit });
      const values = groups.map((group) => naiveSortValue(group, query.sort.column));
      expect(values).toEqual(naive.sortValues(query));
      for (let at = 1; at < groups.length; at++) {
        if (values[at] === values[at - 1]) expect(groups[at]?.id).toBeLessThan(groups[at - 1]?.id ?? 0);
      }
    });
  });

  it('pins the window of the first page', async () => {
    const question = fc.tuple(contractWindow, contractWindow);
    await assertAnswers(bench, 30, question, async (store, _naive, [window, other]) => {
      const query = { ...CONTRACT_WINDOW, ...window, grouping: 'flow' as const };
      const first = await store.flows({ ...query, limit: 1 });
      if (first.next === null) return;
      const second = await store.flows({ ...query, ...other, limit: 1_000, cursor: first.next });
      expect([second.from, second.to, second.total]).toEqual([first.from, first.to, first.total]);
      expect(second.groups).toHaveLength(first.total - 1);
    });
  });

  it('refuses a cursor of somebody else, or of another order', async () => {
    await withBoth(bench, fc.sample(contractRecords, { seed: 3, numRuns: 20 }).flat(), async (store) => {
      const query = { ...CONTRACT_WINDOW, grouping: 'flow' as const, limit: 1 };
      const { next } = await store.flows({ ...query, sort: { column: 'bytes', descending: true } });
      for (const cursor of ['x', '', '1-2', '9'.repeat(10_000), `${next}-`, `${next}`]) {
        await expect(store.flows({ ...query, cursor })).rejects.toMatchObject({ code: 'bad-cursor' });
      }
      const other = { column: 'bytes', descending: false } as const;
      await expect(store.flows({ ...query, sort: other, cursor: next ?? '' })).rejects.toMatchObject({
        code: 'bad-cursor',
      });
    });
  });

  it('draws a curve of packets for each line of a page', async () => {
    const question = fc.record({
      window: contractWindow,
      grouping: fc.constantFrom(...GROUPINGS),
      spark: fc.integer({ min: 1, max: 30 }),
    });
    await assertAnswers(bench, 40, question, async (store, naive, { window, grouping, spark }) => {
      const page = await store.flows({ ...CONTRACT_WINDOW, ...window, grouping, spark, limit: 1_000 });
      expect(page.sparks).toEqual(page.groups.map((group) => naive.spark(group, grouping, page, spark)));
    });
  });
}
