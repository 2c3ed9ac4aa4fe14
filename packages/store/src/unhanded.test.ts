import { bucketStart, type Clock, EVERYTHING, type FlowRecord, type Millis, millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CONTRACT_BUCKET_MS, contractRecord, gist } from './contract-samples.js';
import type { HandOver } from './hand-over.js';
import { HotRing } from './hot-ring.js';
import { mentionsOf, NaiveHistory } from './naive-history.js';
import { NaiveStore } from './naive-store.js';
import type { Unhanded } from './unhanded.js';

vi.setConfig({ testTimeout: 60_000 });

/** So few that most records meet others of their flow. */
const KEYS = fc.sample(contractRecord, { seed: 5, numRuns: 5 }).map(({ key }) => key);
const record = fc
  .tuple(contractRecord, fc.constantFrom(...KEYS))
  .map(([sample, key]) => ({ ...sample, key }));

const [SAMPLE] = fc.sample(contractRecord, { seed: 7, numRuns: 1 }) as [FlowRecord];

const START = 1_770_000_000_000;
const ALL = { from: millis(START - 86_400_000), to: millis(START + 86_400_000) };

class HandClock implements Clock {
  time = START;

  now(): Millis {
    return millis(this.time);
  }
}

type Step =
  | { readonly do: 'take'; readonly record: FlowRecord; readonly lateBy: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'sweep'; readonly budget: number }
  | { readonly do: 'begin' }
  | { readonly do: 'go'; readonly steps: number }
  | { readonly do: 'check' };

const lateBy = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 30_000 }) },
  { weight: 3, arbitrary: fc.nat({ max: 120_000 }) },
  { weight: 1, arbitrary: fc.nat({ max: 7_200_000 }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('take' as const), record, lateBy }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 400_000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sweep' as const), budget: fc.nat({ max: 8 }) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'begin' as const }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('go' as const), steps: fc.nat({ max: 6 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'check' as const }) },
);

/** A ring whose hand-overs are driven by hand, step by step, beside a journal of what entered it and when. */
class Driven {
  readonly clock = new HandClock();
  readonly ring: HotRing;
  readonly history = new NaiveHistory(this.clock, CONTRACT_BUCKET_MS);
  readonly naive = new NaiveStore(CONTRACT_BUCKET_MS, () => this.clock.now());
  readonly #journal: { readonly record: FlowRecord; readonly segment: number }[] = [];
  #segment = 1;
  #going: { readonly handOver: HandOver; readonly steps: Generator<void> } | null = null;

  constructor(maxSlots: number) {
    this.ring = new HotRing({ clock: this.clock, bucketMs: CONTRACT_BUCKET_MS, buckets: 4, maxSlots });
    this.ring.handOver(true, 1);
  }

  get unhanded(): Unhanded {
    if (this.ring.unhanded === null) throw new Error('nothing is handed over');
    return this.ring.unhanded;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      if (one.do === 'take') this.#take(one.record, one.lateBy);
      else if (one.do === 'wait') this.clock.time += one.ms;
      else if (one.do === 'sweep') this.#sweep(one.budget);
      else if (one.do === 'begin') this.#begin();
      else if (one.do === 'go') await this.#go(one.steps);
      else if (this.#going === null) this.checkAll();
    }
    while (this.#going !== null) await this.#go(100);
    this.checkAll();
  }

  #take(sample: FlowRecord, lateBy: number): void {
    const start = this.clock.time - lateBy;
    const record = { ...sample, start: millis(start), end: millis(start + sample.end - sample.start) };
    if (this.ring.append(record) === 'too-old')
      this.unhanded.addOlder(record, this.ring.bucketOf(record.start));
    this.naive.append([record]);
    this.#journal.push({ record, segment: this.#segment });
  }

  #sweep(budget: number): void {
    this.ring.advance();
    this.ring.sweep(budget);
  }

  #begin(): void {
    if (this.#going !== null) return;
    this.ring.advance();
    this.#segment++;
    const bucket = Math.max(this.unhanded.through, this.ring.head - 2);
    const handOver = this.unhanded.begin(this.#segment, bucket, (part) => this.history.put(part));
    this.#going = { handOver, steps: handOver.steps() };
  }

  async #go(steps: number): Promise<void> {
    for (let step = 0; step < steps && this.#going !== null; step++) {
      if (this.#going.steps.next().done !== true) continue;
      this.#going = null;
      await this.#checkMark();
    }
  }

  /** What the history keeps is what the mark says, and nothing else. */
  async #checkMark(): Promise<void> {
    const mark = await this.history.mark();
    this.history.tail(null);
    const wanted = this.#journal
      .filter(({ record, segment }) => {
        const bucket = bucketStart(record.start, CONTRACT_BUCKET_MS) / CONTRACT_BUCKET_MS;
        return segment < (mark?.segment ?? 0) && bucket <= (mark?.bucket ?? 0);
      })
      .map(({ record }) => record);
    expect(moved(this.history.recordsHeld())).toEqual(moved(wanted));
    this.#checkMentions(mark?.segment ?? 0);
  }

  /** Evidence goes only with flows that have facts there, and none of it that the journal would bring again. */
  #checkMentions(segment: number): void {
    const { byFlow, ofNobody } = this.history.mentionsKept();
    // Of flows that left early the facts may follow with the next mark; a history that is opened drops what has none.
    if (this.ring.evicted === 0) expect(ofNobody).toBe(0);
    const most = new Map<string, number>();
    for (const entry of this.#journal) {
      if (entry.segment >= segment) continue;
      const text = JSON.stringify(entry.record.key);
      most.set(text, (most.get(text) ?? 0) + mentionsOf(entry.record.evidence));
    }
    for (const [text, mentions] of byFlow) expect(mentions).toBeLessThanOrEqual(most.get(text) ?? 0);
  }

  /** With the tail the history has everything. */
  checkAll(): void {
    for (const _ of this.unhanded.tail((part) => this.history.tail(part)));
    const held = new NaiveStore(CONTRACT_BUCKET_MS, () => this.clock.now());
    held.append(this.history.recordsHeld());
    const query = { filter: EVERYTHING, grouping: 'flow' as const, ...ALL };
    expect(held.groups(query).map(gist).sort()).toEqual(this.naive.groups(query).map(gist).sort());
    expect(moved(this.history.recordsHeld())).toEqual(moved(this.naive.records));
    this.history.tail(null);
  }
}

/** Sums by flow and bucket, as text. */
function moved(records: readonly FlowRecord[]): ReadonlyMap<string, readonly (number | null)[]> {
  const sums = new Map<string, (number | null)[]>();
  for (const { key, start, counters } of records) {
    const place = JSON.stringify([key, bucketStart(start, CONTRACT_BUCKET_MS)]);
    const known = sums.get(place);
    const more = Object.values(counters) as (number | null)[];
    sums.set(
      place,
      known === undefined
        ? more
        : known.map((sum, at) => {
            const value = more[at] ?? null;
            return sum === null ? value : sum + (value ?? 0);
          }),
    );
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('Unhanded', () => {
  it('hands over exactly what was there when it began, however records come in between its steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 90, size: 'max' }), async (steps) => {
        await new Driven(1_000_000).run(steps);
      }),
      { numRuns: 80, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: false },
    );
  });

  it('loses nothing where memory is so short that flows leave before they are handed over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 90, size: 'max' }), async (steps) => {
        await new Driven(5).run(steps);
      }),
      { numRuns: 80, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: false },
    );
  });

  it('keeps its place where the ring lets go of what it stands on and uses it again', async () => {
    const driven = new Driven(1_000_000);
    const take = (key: FlowRecord['key'] | undefined): Step => ({
      do: 'take',
      record: { ...SAMPLE, key: key ?? SAMPLE.key },
      lateBy: 0,
    });
    await driven.run([
      ...KEYS.map(take),
      { do: 'wait', ms: 2 * CONTRACT_BUCKET_MS },
      { do: 'begin' },
      { do: 'go', steps: 2 },
      { do: 'wait', ms: 10 * CONTRACT_BUCKET_MS },
      { do: 'sweep', budget: 100 },
      ...KEYS.map(take),
      ...KEYS.map((key) => take({ ...key, port: 1 })),
    ]);
  });
});
