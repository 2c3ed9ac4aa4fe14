import {
  type Clock,
  EVERYTHING,
  type FlowGroup,
  type FlowRecord,
  GROUPINGS,
  type Millis,
  millis,
  NO_EVIDENCE,
  parseFilter,
} from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CONTRACT_BUCKET_MS, contractRecord, gist } from './contract-samples.js';
import { flowStoreContract } from './flow-store.contract.js';
import { HotStore } from './hot-store.js';
import { NaiveHistory } from './naive-history.js';
import { NaiveStore } from './naive-store.js';
import { TieredStore } from './tiered-store.js';

vi.setConfig({ testTimeout: 60_000 });

/** So few that most records meet others of their flow. */
const KEYS = fc.sample(contractRecord, { seed: 5, numRuns: 6 }).map(({ key }) => key);
const START = 1_770_000_000_000;
const HOUR = 3_600_000;
const BUCKETS = 4;

class HandClock implements Clock {
  time = START;

  now(): Millis {
    return millis(this.time);
  }
}

function open(
  clock: Clock,
  history: NaiveHistory | null,
  ringAnswers = true,
): { hot: HotStore; tiered: TieredStore } {
  const hot = new HotStore({ clock, bucketMs: CONTRACT_BUCKET_MS, buckets: BUCKETS, maxSlots: 1_000_000 });
  const tiered = new TieredStore({ hot, clock, retentionMs: 3 * HOUR, tailMs: 0, ringAnswers });
  tiered.useHistory(history);
  return { hot, tiered };
}

const record = fc
  .tuple(contractRecord, fc.constantFrom(...KEYS))
  .map(([sample, key]) => ({ ...sample, key }));
const lateBy = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 30_000 }) },
  { weight: 3, arbitrary: fc.nat({ max: 120_000 }) },
  { weight: 1, arbitrary: fc.nat({ max: 2 * HOUR }) },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('take' as const), record, lateBy }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 40_000 }) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'handOver' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'kill' as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** A store over a history, a journal beside it, and all records there ever were. */
class Run {
  readonly clock = new HandClock();
  readonly history = new NaiveHistory(this.clock, CONTRACT_BUCKET_MS);
  readonly naive = new NaiveStore(CONTRACT_BUCKET_MS, () => this.clock.now());
  readonly #journal: { readonly record: FlowRecord; readonly segment: number }[] = [];
  #segment = 1;
  #parts = open(this.clock, this.history);

  get tiered(): TieredStore {
    return this.#parts.tiered;
  }

  get hot(): HotStore {
    return this.#parts.hot;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      if (one.do === 'take') this.#take(one.record, one.lateBy);
      else if (one.do === 'kill') await this.#kill();
      else if (one.do === 'handOver') await this.tiered.handOver(() => ++this.#segment);
      else {
        this.clock.time += one.ms;
        this.hot.ring.advance();
        while (!this.hot.ring.sweep(1_000));
      }
    }
  }

  #take(sample: FlowRecord, lateBy: number): void {
    const start = this.clock.time - lateBy;
    const record = { ...sample, start: millis(start), end: millis(start + sample.end - sample.start) };
    expect(['current', 'late']).toContain(this.tiered.take(record));
    this.naive.append([record]);
    this.#journal.push({ record, segment: this.#segment });
  }

  /** The process dies and comes back: the history has what is durable, the journal everything. */
  async #kill(): Promise<void> {
    this.history.crash();
    this.#parts = open(this.clock, this.history);
    const mark = await this.tiered.restore();
    for (const { record, segment } of this.#journal) {
      const bucket = this.hot.ring.bucketOf(record.start);
      if (mark === null || segment >= mark.segment) this.tiered.take(record);
      else if (bucket > mark.bucket) this.tiered.replay(record);
    }
    this.#segment++;
  }
}

const FILTERS = ['', 'verdict=deny', 'namespace=shop -port=53', 'label=app=a', 'bytes>5000', 'reporter=src'];
const filter = fc.constantFrom(...FILTERS).map(parseFilter);
/** Ago, ms; a window of the last hours or of the last buckets. */
const window = fc
  .oneof(
    fc.tuple(fc.nat({ max: 2 * HOUR }), fc.nat({ max: 2 * HOUR })),
    fc.tuple(fc.nat({ max: 150_000 }), fc.nat({ max: 150_000 })),
  )
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const);

/** What the ring tells of a flow that it saw before and let go of in between is of the time since. */
function bare(group: FlowGroup): string {
  const then = millis(0);
  return gist({
    ...group,
    firstSeen: then,
    flows: group.flows.map(({ id, key, counters, sourceLabels, destLabels, lastSeen }) => ({
      id,
      key,
      counters,
      sourceLabels,
      destLabels,
      lastSeen,
      firstSeen: then,
      evidence: NO_EVIDENCE,
    })),
  });
}

async function sameAnswers(
  { tiered, naive, clock }: Run,
  filter: ReturnType<typeof parseFilter>,
  [since, until]: readonly [number, number],
  grouping: (typeof GROUPINGS)[number],
): Promise<void> {
  const query = { filter, from: millis(clock.time - since), to: millis(clock.time - until) };
  const page = await tiered.flows({ ...query, grouping, limit: 1_000 });
  const wanted = naive.groups({ ...query, grouping });
  expect(page.groups.map(bare).sort()).toEqual(wanted.map(bare).sort());
  const series = await tiered.series({ ...query, stepMs: CONTRACT_BUCKET_MS, measure: 'packets' });
  const some = series.filter((point) => point.allow + point.deny + point.pendingDeny + point.unknown > 0);
  expect(some).toEqual(naive.series({ ...query, stepMs: CONTRACT_BUCKET_MS, measure: 'packets' }));
  const top = await tiered.top({ ...query, by: ['namespace'], measure: 'bytes', limit: 100 });
  expect(top.sum).toEqual(naive.top({ ...query, by: ['namespace'], measure: 'bytes' }).sum);
  expect(await tiered.seen(query)).toEqual(naive.seen(query));
  const base = { from: millis(query.from - HOUR), to: millis(query.to - HOUR) };
  const { totals } = await tiered.compare({ ...query, grouping, base, factor: 2, limit: 10 });
  const changes = naive.compare({ ...query, grouping, base, factor: 2 });
  expect(Object.values(totals).reduce((a, b) => a + b)).toBe(changes.length);
  const places = new Set<string>();
  for await (const batch of tiered.records({ ...query, filter: EVERYTHING })) {
    for (const { key, start } of batch)
      places.add(JSON.stringify([key, start - (start % CONTRACT_BUCKET_MS)]));
  }
  expect(places).toEqual(naive.places(query));
}

describe('TieredStore', () => {
  it('answers as one store would, whatever came late and whenever it was handed over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          step.filter((one) => one.do !== 'kill'),
          { minLength: 5, maxLength: 60, size: 'max' },
        ),
        filter,
        window,
        fc.constantFrom(...GROUPINGS),
        async (steps, filter, window, grouping) => {
          const run = new Run();
          await run.run(steps);
          await sameAnswers(run, filter, window, grouping);
          const { tiered, naive, clock } = run;
          const all = { filter: EVERYTHING, grouping, from: tiered.oldestHeld, to: millis(clock.time + 1) };
          const page = await tiered.flows({ ...all, limit: 1_000 });
          expect(page.groups.map(gist).sort()).toEqual(naive.groups(all).map(gist).sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('loses and doubles nothing when it is killed at any moment and reads the journal back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
        filter,
        window,
        fc.constantFrom(...GROUPINGS),
        async (steps, filter, window, grouping) => {
          const run = new Run();
          await run.run(steps);
          await sameAnswers(run, filter, window, grouping);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts evidence once when it is killed right after a hand-over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 30, size: 'max' }),
        fc.array(lateBy, { size: 'medium' }),
        async (records, late) => {
          const run = new Run();
          const takes = records.map(
            (record, at): Step => ({ do: 'take', record, lateBy: (late[at] ?? 0) % 90_000 }),
          );
          await run.run([...takes, { do: 'handOver' }, ...takes.slice(0, 9), { do: 'kill' }]);
          const all = {
            filter: EVERYTHING,
            grouping: 'flow' as const,
            from: run.tiered.oldestHeld,
            to: millis(run.clock.time + 1),
          };
          const page = await run.tiered.flows({ ...all, limit: 1_000 });
          expect(page.groups.map(gist).sort()).toEqual(run.naive.groups(all).map(gist).sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps to the one that handed a cursor out', async () => {
    const run = new Run();
    const many = fc.sample(contractRecord, { seed: 9, numRuns: 40 });
    const takes = many.map((record): Step => ({ do: 'take', record, lateBy: 100_000 }));
    await run.run([...takes, ...many.map((record): Step => ({ do: 'take', record, lateBy: 10 }))]);
    for (const since of [HOUR, 30_000]) {
      const query = {
        filter: EVERYTHING,
        grouping: 'flow' as const,
        from: millis(run.clock.time - since),
        to: millis(run.clock.time + 1),
      };
      const first = await run.tiered.flows({ ...query, limit: 10 });
      const ids = first.groups.map(({ id }) => id);
      for (let { next } = first; next !== null; ) {
        const page = await run.tiered.flows({ ...query, limit: 10, cursor: next });
        ids.push(...page.groups.map(({ id }) => id));
        next = page.next;
      }
      expect(ids).toHaveLength(first.total);
      expect(new Set(ids).size).toBe(first.total);
      for (const cursor of ['', 'x', first.next?.slice(1) ?? ''])
        await expect(run.tiered.flows({ ...query, limit: 10, cursor })).rejects.toMatchObject({
          code: 'bad-cursor',
        });
    }
  });

  it('answers from the ring, and says from when, while the history cannot be read', async () => {
    const run = new Run();
    const [sample] = fc.sample(record, { seed: 1, numRuns: 1 }) as [FlowRecord];
    await run.run([{ do: 'take', record: sample, lateBy: 0 }]);
    const query = {
      filter: EVERYTHING,
      grouping: 'flow' as const,
      from: millis(run.clock.time - HOUR),
      to: millis(run.clock.time + 1),
      limit: 10,
    };
    expect(run.tiered.oldestHeld).toBeLessThan(run.hot.oldestHeld);
    for (const state of ['opening', 'failed', 'closed'] as const) {
      run.history.state = state;
      const page = await run.tiered.flows(query);
      expect(page.total).toBe(1);
      expect(page.from).toBe(run.hot.oldestHeld);
      expect(await run.tiered.handOver(() => 2)).toBe(false);
    }
    expect(run.tiered.oldestHeld).toBe(run.hot.oldestHeld);
    await expect(run.tiered.parquet(query, 'flows.parquet')).rejects.toMatchObject({
      code: 'history-unavailable',
    });
  });

  it('refuses only what is older than what the history keeps', () => {
    const run = new Run();
    const [sample] = fc.sample(record, { seed: 1, numRuns: 1 }) as [FlowRecord];
    const at = (ago: number) => ({ ...sample, start: millis(START - ago), end: millis(START - ago) });
    expect([0, 60_000, HOUR, 4 * HOUR].map((ago) => run.tiered.take(at(ago)))).toEqual([
      'current',
      'late',
      'late',
      'too-old',
    ]);
  });

  it('goes on with empty marks for a while after the last flow, and then rests', async () => {
    const run = new Run();
    const [one] = fc.sample(record, { seed: 4, numRuns: 1 });
    await run.run([
      { do: 'take', record: one as FlowRecord, lateBy: 0 },
      { do: 'wait', ms: 2 * CONTRACT_BUCKET_MS },
      { do: 'handOver' },
    ]);
    const first = await run.history.mark();
    for (let bucket = 0; bucket < 10; bucket++) {
      await run.run([{ do: 'wait', ms: CONTRACT_BUCKET_MS }, { do: 'handOver' }]);
    }
    expect((await run.history.mark())?.bucket).toBe((first?.bucket ?? 0) + 4);
  });

  it('hands what the ring holds to another history, and forgets with it what numbers stood for', async () => {
    const run = new Run();
    const many = fc.sample(record, { seed: 4, numRuns: 30 });
    await run.run([
      ...many.map((record): Step => ({ do: 'take', record, lateBy: 0 })),
      { do: 'wait', ms: 2 * CONTRACT_BUCKET_MS },
      { do: 'handOver' },
    ]);
    const other = new NaiveHistory(run.clock, CONTRACT_BUCKET_MS);
    run.tiered.useHistory(other);
    expect(await run.tiered.handOver(() => 7)).toBe(true);
    expect(await other.mark()).toMatchObject({ segment: 7 });
    expect(other.recordsHeld()).toEqual(run.history.recordsHeld());
    run.hot.ring.forget();
    expect(await run.tiered.handOver(() => 8)).toBe(false);
    run.tiered.useHistory(null);
    expect(run.tiered.take(many[0] as FlowRecord)).toBe('too-old');
  });
});

/** The history, shown the ring. What the ring tells by itself is held to the properties above. */
flowStoreContract(
  'TieredStore',
  async (clock) => {
    const { tiered } = open(clock, new NaiveHistory(clock, CONTRACT_BUCKET_MS), false);
    return tiered;
  },
  { rounds: 0.3, asks: 2 },
);
