import {
  type Clock,
  EVERYTHING,
  type Evidence,
  type FlowGroup,
  type FlowRecord,
  GROUPINGS,
  type Grouping,
  millis,
  NO_EVIDENCE,
  NO_TRACE,
  type PolicyTrace,
  parseFilter,
  REPORTERS,
  tallyOf,
  VERDICTS,
} from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowStore } from './flow-store.js';
import { NaiveStore } from './naive-store.js';

/** Length of a bucket in the suite, ms. */
export const CONTRACT_BUCKET_MS = 15_000;

/** How many past buckets a store must hold in the suite. */
export const CONTRACT_BUCKETS = 40;

const NOW = millis(1_770_000_007_000);
const OLDEST = NOW - (CONTRACT_BUCKETS - 1) * CONTRACT_BUCKET_MS;

const trace = (action: 'allow' | 'deny', pending: 'allow' | 'deny'): PolicyTrace => ({
  enforced: [
    {
      kind: 'NetworkPolicy',
      namespace: 'shop',
      name: 'guard',
      tier: 'default',
      action,
      policyIndex: 0,
      ruleIndex: 1,
      trigger: null,
    },
  ],
  pending: [
    {
      kind: 'StagedNetworkPolicy',
      namespace: 'shop',
      name: 'lockdown',
      tier: 'default',
      action: pending,
      policyIndex: 0,
      ruleIndex: 0,
      trigger: null,
    },
  ],
});
const TRACES = [NO_TRACE, trace('allow', 'allow'), trace('allow', 'deny'), trace('deny', 'deny')];

const workload = fc.record({
  kind: fc.constant('workload' as const),
  namespace: fc.constantFrom('shop', 'data'),
  name: fc.constantFrom('web-*', 'db-0', 'cart-7d9f5c8b6d-*'),
  address: fc.constant(''),
});
const outside = fc.record({
  kind: fc.constant('network' as const),
  namespace: fc.constant(''),
  name: fc.constantFrom('pub', 'pvt'),
  address: fc.constantFrom('', '203.0.113.7', 'api.example.com'),
});
const count = fc.option(fc.nat({ max: 10_000 }), { nil: null });
const labels = fc.option(fc.subarray(['app=a', 'team=x', 'v=1', 'v=2']), { nil: null });
const tally = fc.subarray(Array.from({ length: 12 }, (_, at) => `10.0.0.${at}`)).map(tallyOf);
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc.constant(NO_EVIDENCE),
  fc.record({
    sourceIps: tally,
    destIps: tally,
    sourcePorts: tally,
    dnsNames: tally,
    nodes: tally,
    drops: tally,
    calls: tally,
  }),
);

/** A record that every store of the suite must take in. */
export const contractRecord: fc.Arbitrary<FlowRecord> = fc
  .record({
    source: workload,
    dest: fc.oneof(workload, outside),
    port: fc.constantFrom(53, 443, 8080),
    protocol: fc.constantFrom('tcp', 'udp'),
    service: fc.constantFrom(null, { namespace: 'shop', name: 'web', portName: 'http', port: 80 }),
    reporter: fc.constantFrom(...REPORTERS),
    verdict: fc.constantFrom(...VERDICTS),
    trace: fc.constantFrom(...TRACES),
    start: fc.integer({ min: OLDEST, max: NOW }),
    length: fc.nat({ max: 15_000 }),
    counters: fc.record({
      packetsIn: count,
      packetsOut: count,
      bytesIn: count,
      bytesOut: count,
      connectionsStarted: count,
      connectionsCompleted: count,
      connectionsLive: count,
    }),
    sourceLabels: labels,
    destLabels: labels,
    evidence,
  })
  .map(({ start, length, counters, sourceLabels, destLabels, evidence, ...key }) => ({
    key,
    start: millis(start),
    end: millis(start + length),
    counters,
    sourceLabels,
    destLabels,
    evidence,
  }));

const filter = fc
  .constantFrom(
    '',
    'verdict=deny',
    'namespace=shop -port=53',
    'source.namespace=data or dest.workload=db-0',
    'label=app=a',
    'ip=10.0.0.0/30',
    'policy=lockdown pending=deny',
    'bytes>5000',
    'protocol!=udp (reporter=src or address~example)',
    'web',
  )
  .map(parseFilter);
const window = fc
  .tuple(fc.integer({ min: OLDEST, max: NOW }), fc.integer({ min: OLDEST, max: NOW }))
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ from: millis(Math.min(a, b)), to: millis(Math.max(a, b)) }));
const records = fc.array(contractRecord, { maxLength: 60 });

/** What a group says, without ids, for comparing answers. */
function gist(group: FlowGroup): string {
  const { id: _, flows, ...rest } = group;
  const told = flows.map(
    ({ id: __, key, counters, sourceLabels, destLabels, evidence, firstSeen, lastSeen }) =>
      JSON.stringify([key, counters, sourceLabels, destLabels, evidence, firstSeen, lastSeen]),
  );
  const { decidedBy: ___, pendingDecidedBy: ____, service: _____, ...sure } = rest;
  return JSON.stringify([sure, told.sort()]);
}

/** The suite every FlowStore passes. `open` makes an empty one with the suite's buckets. */
export function flowStoreContract(name: string, open: (clock: Clock) => Promise<FlowStore>): void {
  const clock: Clock = { now: () => NOW };

  async function both(list: readonly FlowRecord[]): Promise<{ store: FlowStore; naive: NaiveStore }> {
    const store = await open(clock);
    const naive = new NaiveStore(CONTRACT_BUCKET_MS, () => NOW);
    const placements = await store.append(list);
    expect(placements).toHaveLength(list.length);
    expect(placements).not.toContain('too-old');
    naive.append(list);
    return { store, naive };
  }

  describe(`${name} keeps the contract of a flow store`, () => {
    it('answers any filter, window and grouping as all records folded one by one would', async () => {
      await fc.assert(
        fc.asyncProperty(
          records,
          filter,
          window,
          fc.constantFrom(...GROUPINGS),
          async (list, filter, window, grouping: Grouping) => {
            const { store, naive } = await both(list);
            const page = await store.flows({ filter, grouping, limit: 1_000, ...window });
            const wanted = naive.groups({ filter, grouping, ...window });
            expect(page.groups.map(gist).sort()).toEqual(wanted.map(gist).sort());
            expect(page.total).toBe(wanted.length);
            expect(page.next).toBeNull();
            await store.close();
          },
        ),
        { numRuns: 300 },
      );
    });

    it('counts values of fields among what matches the rest of the filter', async () => {
      const fields = ['namespace', 'verdict', 'port', 'policy'];
      await fc.assert(
        fc.asyncProperty(records, filter, window, async (list, filter, window) => {
          const { store, naive } = await both(list);
          const query = { filter, fields, contains: '', limit: 1_000, ...window };
          const hints = await store.hints(query);
          const wanted = naive.hints(query);
          for (const field of fields) {
            const got = new Map((hints.get(field) ?? []).map(({ value, count }) => [value, count]));
            expect(got).toEqual(wanted.get(field));
          }
          await store.close();
        }),
        { numRuns: 60 },
      );
    });

    it('counts connections over time by verdict', async () => {
      await fc.assert(
        fc.asyncProperty(
          records,
          filter,
          window,
          fc.constantFrom(1, 4),
          async (list, filter, window, buckets) => {
            const { store, naive } = await both(list);
            const query = { filter, stepMs: buckets * CONTRACT_BUCKET_MS, ...window };
            const got = (await store.series(query)).filter(
              (point) => point.allow + point.deny + point.pendingDeny + point.unknown > 0,
            );
            const wanted = naive.series(query).sort((a, b) => a.at - b.at);
            expect(got).toEqual(wanted);
            await store.close();
          },
        ),
        { numRuns: 60 },
      );
    });

    it('pages through everything once while more comes in', async () => {
      await fc.assert(
        fc.asyncProperty(records, records, fc.integer({ min: 1, max: 7 }), async (list, more, limit) => {
          const { store } = await both(list);
          const query = {
            filter: EVERYTHING,
            grouping: 'connection' as const,
            from: millis(OLDEST),
            to: NOW,
            limit,
          };
          const first = await store.flows(query);
          const seen = first.groups.map((group) => group.id);
          await store.append(more);
          for (let next = first.next; next !== null; ) {
            const page = await store.flows({ ...query, cursor: next });
            seen.push(...page.groups.map((group) => group.id));
            next = page.next;
          }
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).toHaveLength(first.total);
          await store.close();
        }),
        { numRuns: 60 },
      );
    });

    it('refuses a cursor of somebody else', async () => {
      const store = await open(clock);
      const query = {
        filter: EVERYTHING,
        grouping: 'flow' as const,
        from: millis(OLDEST),
        to: NOW,
        limit: 1,
        cursor: 'x',
      };
      await expect(store.flows(query)).rejects.toMatchObject({ code: 'bad-cursor' });
      await store.close();
    });
  });
}
