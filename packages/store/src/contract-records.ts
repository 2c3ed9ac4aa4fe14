import { bucketStart, type FlowGroup, type FlowRecord, millis, NO_EVIDENCE } from '@vibrissa/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assertAnswers, type ContractBench, withBoth } from './contract-bench.js';
import {
  CONTRACT_BUCKET_MS,
  CONTRACT_WINDOW,
  contractFilter,
  contractRecords,
  contractWindow,
  gist,
} from './contract-samples.js';
import type { FlowStore, RecordsQuery } from './flow-store.js';

/** What goes out can come in again. */
export function recordsContract(bench: ContractBench): void {
  it('gives records that, appended to an empty store, give the same answers for the window', async () => {
    await fc.assert(
      fc.asyncProperty(contractRecords, contractFilter, contractWindow, (records, filter, window) =>
        withBoth(bench, records, async (store) => {
          const told = await allRecords(store, { filter, ...window });
          const all = { ...CONTRACT_WINDOW, ...window };
          const page = { grouping: 'connection' as const, limit: 1_000 };
          const flows = await store.flows({ ...page, filter, ...window });
          const series = await store.series({ filter, stepMs: CONTRACT_BUCKET_MS, ...window });
          await withBoth(bench, told, async (again) => {
            const copy = await again.flows({ ...page, ...all });
            expect(copy.groups.map(timeless).sort()).toEqual(flows.groups.map(timeless).sort());
            const since = bucketStart(window.from, CONTRACT_BUCKET_MS);
            const known = firstSeenOf(copy.groups);
            for (const [key, firstSeen] of firstSeenOf(flows.groups)) {
              // Records tell nothing of the time before their window.
              if (firstSeen >= since) expect(known.get(key)).toBe(firstSeen);
            }
            expect(await again.series({ ...all, stepMs: CONTRACT_BUCKET_MS })).toEqual(series);
          });
        }),
      ),
      // Each opens two stores.
      bench.runs(80 / bench.asks),
    );
  });

  it('gives a record for each bucket, the oldest first, with evidence on the first of a flow', async () => {
    await assertAnswers(bench, 40, contractWindow, async (store, naive, window) => {
      const told = await allRecords(store, { ...CONTRACT_WINDOW, ...window });
      const starts = told.map((record) => bucketStart(record.start, CONTRACT_BUCKET_MS));
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      const places = told.map((record, at) => JSON.stringify([record.key, starts[at]]));
      expect(new Set(places).size).toBe(places.length);
      expect(new Set(places)).toEqual(naive.places(window));
      const known = new Set<string>();
      for (const record of told) {
        const key = JSON.stringify(record.key);
        if (known.has(key)) expect(record.evidence).toEqual(NO_EVIDENCE);
        known.add(key);
      }
    });
  });
}

async function allRecords(store: FlowStore, query: RecordsQuery): Promise<FlowRecord[]> {
  const all: FlowRecord[] = [];
  for await (const batch of store.records(query)) all.push(...batch);
  return all;
}

/** The gist of a line but for when it was first seen. */
function timeless(group: FlowGroup): string {
  const firstSeen = millis(0);
  const flows = group.flows.map(({ id, key, counters, sourceLabels, destLabels, evidence, lastSeen }) => ({
    id,
    key,
    counters,
    sourceLabels,
    destLabels,
    evidence,
    firstSeen,
    lastSeen,
  }));
  return gist({ ...group, flows, firstSeen });
}

function firstSeenOf(groups: readonly FlowGroup[]): ReadonlyMap<string, number> {
  return new Map(
    groups.flatMap((group) => group.flows.map(({ key, firstSeen }) => [JSON.stringify(key), firstSeen])),
  );
}
