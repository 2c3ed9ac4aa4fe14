import { join } from 'node:path';
import { EVERYTHING, type FlowGroup, millis, parseFilter } from '@vibrissa/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowHistory, LoadedFlow } from '../flow-history.js';
import { BadCursorError } from '../flow-store.js';
import { begin } from '../test-count-lines.js';
import { openHistory } from './history-client.js';
import { HistoryEngine } from './history-engine.js';
import { HistoryError } from './history-error.js';
import { NOW_BUCKET, optionsFor, withFolder } from './test-engine.js';
import { BUCKET_MS, partOf } from './test-parts.js';
import { recordOf } from './test-records.js';

const BUCKETS = 6;
const B = NOW_BUCKET - BUCKETS;
// It ends before now, for the thread goes by the time of the machine.
const ALL = { from: millis(B * BUCKET_MS), to: millis(NOW_BUCKET * BUCKET_MS + 1), filter: EVERYTHING };

/** Its thread loads the reducer by its module. */
const counting = {
  begin: () => begin({ tells: true }),
  module: new URL('../test-count-lines.ts', import.meta.url),
  options: { tells: true },
};

/** Many names, so that they are told in several messages. */
function fill(history: FlowHistory): void {
  for (let bucket = B; bucket < NOW_BUCKET; bucket++) {
    const records = Array.from({ length: 600 }, (_, workload) => recordOf(workload, bucket));
    history.put(partOf(records, { segment: 1, bucket }));
  }
  history.tail(partOf([recordOf(5_000, NOW_BUCKET), recordOf(2, NOW_BUCKET)]));
}

async function withClient<T>(
  work: (history: FlowHistory) => Promise<T>,
  path: string | null = null,
): Promise<T> {
  const { clock: _, ...options } = optionsFor(path);
  const history = openHistory(options);
  try {
    return await work(history);
  } finally {
    await history.close();
  }
}

async function answers(history: FlowHistory): Promise<unknown[]> {
  const filter = parseFilter('verdict=deny source.name~web-1');
  const records = [];
  for await (const batch of history.records({ ...ALL, filter })) records.push(...batch);
  const loaded: LoadedFlow[] = [];
  for await (const { flows } of history.load(NOW_BUCKET - 2)) loaded.push(...flows);
  const page = await history.flows({ ...ALL, filter, grouping: 'connection', limit: 20 });
  return [
    page,
    await history.flows({ ...ALL, filter, grouping: 'connection', limit: 20, cursor: page.next ?? '' }),
    await history.hints({ ...ALL, fields: ['verdict', 'source.name'], contains: '', limit: 5 }),
    await history.series({ ...ALL, stepMs: 60_000 }),
    await history.top({ ...ALL, by: ['namespace'], measure: 'bytes', limit: 5 }),
    await history.seen({ ...ALL, filter }),
    await history.reduce({ ...ALL, filter }, counting),
    await history.compare({
      ...ALL,
      filter,
      grouping: 'connection',
      base: { from: millis(ALL.from + 30_000), to: millis(ALL.from + 60_000) },
      factor: 2,
      limit: 3,
    }),
    records,
    loaded,
  ];
}

// A thread starts from TypeScript here, which takes seconds on a busy machine.
describe('a history in a thread of its own', { timeout: 60_000 }, () => {
  it('answers as one in this thread does', async () => {
    const engine = new HistoryEngine(optionsFor(null));
    fill(engine);
    const here = await answers(engine);
    await engine.close();
    await withClient(async (history) => {
      fill(history);
      const there = await answers(history);
      expect(there).toEqual(here);
      expect((there[0] as { groups: FlowGroup[] }).groups).toHaveLength(20);
      await history.flushed();
      await history.tidy();
      expect(await history.mark()).toEqual({ segment: 1, bucket: NOW_BUCKET - 1 });
      expect(history.status()).toMatchObject({ state: 'open', written: 600 * BUCKETS, troubles: [] });
    });
  });

  describe('that is asked several times', () => {
    let history: FlowHistory;

    beforeAll(() => {
      const { clock: _, ...options } = optionsFor(null);
      history = openHistory(options);
      fill(history);
    });

    afterAll(() => history.close());

    it('keeps the class and the code of errors', async () => {
      const flows = history.flows({ ...ALL, grouping: 'flow', limit: 1, cursor: 'nonsense' });
      await expect(flows).rejects.toBeInstanceOf(BadCursorError);
    });

    it('ends a query that nobody waits for any more, and goes on', async () => {
      await history.flushed();
      const stop = new AbortController();
      const reason = new Error('closed');
      const query = history.flows({ ...ALL, grouping: 'flow', limit: 10 }, { signal: stop.signal });
      stop.abort(reason);
      await expect(query).rejects.toBe(reason);
      await expect(history.seen(ALL, { signal: stop.signal })).rejects.toBe(reason);
      const halfway = new AbortController();
      const reading = (async () => {
        for await (const batch of history.records(ALL, { signal: halfway.signal }))
          if (batch.length > 0) halfway.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
      // Who leaves early ends it too.
      for await (const batch of history.records(ALL)) if (batch.length > 0) break;
      expect((await history.seen(ALL)).total).toBe(601);
    });

    it('tells how far a query is, rising to the end', async () => {
      const told: number[] = [];
      const progress = (done: number) => told.push(done);
      await history.flows({ ...ALL, grouping: 'flow', limit: 10 }, { progress });
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(1);
    });
  });

  it('says why it cannot be used, and costs its user nothing', () =>
    withFolder(async (folder) => {
      await withClient(async (history) => {
        expect(await history.mark()).toBeNull();
        expect(history.status()).toMatchObject({
          state: 'failed',
          troubles: [{ code: 'history-read-only' }],
        });
        fill(history);
        expect(history.status().dropped).toBe(600 * BUCKETS);
        const asked = history.seen(ALL);
        await expect(asked).rejects.toBeInstanceOf(HistoryError);
        await expect(asked).rejects.toMatchObject({ code: 'history-unavailable' });
        await history.flushed();
        await history.tidy();
      }, '/sys/vibrissa/flows.duckdb');
      // Another one is not concerned.
      await withClient((history) => history.mark(), join(folder, 'flows.duckdb'));
    }));

  it('says that its thread died, and lets nobody wait', () =>
    withClient(async (history) => {
      await history.mark();
      // What no caller hands over: it ends the thread as any mistake in it would.
      history.put({ ...partOf([recordOf(1, B)]), facts: null as never });
      await expect(history.seen(ALL)).rejects.toMatchObject({ code: 'history-unavailable' });
      expect(history.status()).toMatchObject({ state: 'failed', troubles: [{ code: 'history-died' }] });
      expect(await history.mark()).toBeNull();
      history.put(partOf([recordOf(1, B)]));
      expect(history.status().dropped).toBe(1);
      await history.flushed();
    }));

  it('closes though its thread dies before it has answered', () =>
    withClient(async (history) => {
      await history.mark();
      // As above.
      history.put({ ...partOf([recordOf(1, B)]), facts: null as never });
      const flushed = history.flushed();
      await history.close();
      await flushed;
      expect(history.status().state).toBe('closed');
    }));
});
