import { GROUPINGS } from '@vibrissa/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assertAnswers, type ContractBench } from './contract-bench.js';
import { CONTRACT_BUCKET_MS, contractFilter, contractWindow, gist } from './contract-samples.js';
import { CHANGE_KINDS, type Change, TOP_MEASURES, type TopRow } from './flow-store.js';

const FIELDS = ['namespace', 'verdict', 'port', 'policy', 'dest.address', 'source.workload', 'ip'];

/** What is counted, summed and compared equals what all records folded one by one give. */
export function analysisContract(bench: ContractBench): void {
  it('counts values of fields among what matches the rest of the filter', async () => {
    const fields = ['namespace', 'verdict', 'port', 'policy'];
    const question = fc.tuple(contractFilter, contractWindow);
    await assertAnswers(bench, 60, question, async (store, naive, [filter, window]) => {
      const query = { filter, fields, contains: '', limit: 1_000, ...window };
      const hints = await store.hints(query);
      const wanted = naive.hints(query);
      for (const field of fields) {
        const got = new Map((hints.get(field) ?? []).map(({ value, count }) => [value, count]));
        expect(got).toEqual(wanted.get(field));
      }
    });
  });

  it('counts connections over time by verdict, and what they moved', async () => {
    const question = fc.tuple(
      contractFilter,
      contractWindow,
      fc.constantFrom(1, 4),
      fc.constantFrom('lines' as const, 'bytes' as const, 'packets' as const, undefined),
    );
    await assertAnswers(bench, 120, question, async (store, naive, [filter, window, buckets, measure]) => {
      const query = {
        filter,
        stepMs: buckets * CONTRACT_BUCKET_MS,
        ...window,
        ...(measure === undefined ? {} : { measure }),
      };
      const got = (await store.series(query)).filter(
        (point) => point.allow + point.deny + point.pendingDeny + point.unknown > 0,
      );
      expect(got).toEqual(naive.series(query));
    });
  });

  it('finds the values with the most of a measure, alone and in pairs', async () => {
    const question = fc.record({
      filter: contractFilter,
      window: contractWindow,
      by: fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 2 }),
      measure: fc.constantFrom(...TOP_MEASURES),
      limit: fc.integer({ min: 1, max: 5 }),
    });
    await assertAnswers(bench, 80, question, async (store, naive, { window, limit, ...asked }) => {
      const query = { ...asked, ...window };
      const wanted = naive.top(query);
      const all = await store.top({ ...query, limit: 1_000 });
      expect(byValues(all.rows)).toEqual(byValues(wanted.rows));
      expect(all.sum).toEqual(wanted.sum);
      expect(all.total).toBe(wanted.rows.length);
      const some = await store.top({ ...query, limit });
      expect(some.total).toBe(wanted.rows.length);
      const most = wanted.rows.map((row) => row[query.measure]).sort((a, b) => b - a);
      expect(some.rows.map((row) => row[query.measure])).toEqual(most.slice(0, limit));
    });
  });

  it('tells when connections were first and last seen, whatever the window', async () => {
    const question = fc.tuple(contractFilter, contractWindow);
    await assertAnswers(bench, 60, question, async (store, naive, [filter, window]) => {
      const query = { filter, ...window };
      expect(await store.seen(query)).toEqual(naive.seen(query));
    });
  });

  it('tells what differs between two windows', async () => {
    const question = fc.record({
      filter: contractFilter,
      window: contractWindow,
      base: contractWindow,
      grouping: fc.constantFrom(...GROUPINGS),
      factor: fc.constantFrom(1.5, 3, 10),
      limit: fc.integer({ min: 1, max: 4 }),
    });
    await assertAnswers(bench, 120, question, async (store, naive, { window, limit, ...asked }) => {
      const query = { ...asked, ...window };
      const { changes, totals } = await store.compare({ ...query, limit: 1_000 });
      const wanted = naive.compare(query);
      expect(changes.map(told).sort()).toEqual(wanted.map(told).sort());
      for (const kind of CHANGE_KINDS)
        expect(totals[kind]).toBe(changes.filter((change) => change.kind === kind).length);
      const few = await store.compare({ ...query, limit });
      expect(few.totals).toEqual(totals);
      const first = CHANGE_KINDS.flatMap((kind) =>
        changes.filter((change) => change.kind === kind).slice(0, limit),
      );
      expect(few.changes).toEqual(first);
      const denied = changes.map(
        ({ kind, now, then }) => CHANGE_KINDS.indexOf(kind) * 2 + ((now ?? then)?.verdict === 'deny' ? 0 : 1),
      );
      expect(denied).toEqual([...denied].sort((a, b) => a - b));
    });
  });
}

function told({ kind, now, then, ratio }: Change): string {
  return JSON.stringify([kind, now && gist(now), then && gist(then), ratio?.toPrecision(6) ?? null]);
}

function byValues(rows: readonly TopRow[]): Map<string, TopRow> {
  return new Map(rows.map((row) => [JSON.stringify(row.values), row]));
}
