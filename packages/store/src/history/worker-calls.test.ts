import { describe, expect, it } from 'vitest';
import type { HistoryStatus } from '../flow-history.js';
import { HistoryError } from './history-error.js';
import type { Request } from './history-messages.js';
import { partOf } from './test-parts.js';
import { recordOf } from './test-records.js';
import { WorkerCalls } from './worker-calls.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('calls to the worker', () => {
  it('fail when it dies, those under way and those to come', async () => {
    const calls = new WorkerCalls(
      () => undefined,
      () => undefined,
    );
    const under = calls.call({ method: 'mark', query: undefined });
    const error = new HistoryError('history-unavailable', 'it died');
    calls.end(error);
    await expect(under).rejects.toBe(error);
    await expect(calls.call({ method: 'mark', query: undefined })).rejects.toBe(error);
    await expect(calls.stream({ method: 'load', query: 0 }).next()).rejects.toBe(error);
  });

  it('send names a few at a time, before what uses them and before what is asked later', async () => {
    const sent: Request[] = [];
    const calls = new WorkerCalls(
      (request) => sent.push(request),
      () => undefined,
    );
    const records = Array.from({ length: 1_000 }, (_, workload) => recordOf(workload, 1));
    calls.sendPart('tail', partOf(records));
    void calls.call({ method: 'flushed', query: undefined });
    expect(sent).toEqual([]);
    while (sent.length < 6) await turn();
    expect(sent.map(({ type }) => type)).toEqual(['put', 'put', 'put', 'put', 'tail', 'call']);
    const parts = sent.flatMap((request) =>
      'part' in request && request.part !== null ? [request.part] : [],
    );
    expect(parts.map(({ keys }) => keys.length)).toEqual([400, 400, 200, 0, 0]);
    expect(parts.map(({ facts }) => facts.length)).toEqual([0, 0, 0, 0, 1_000]);
    expect(parts.every(({ mark }) => mark === null)).toBe(true);
  });

  it('ask for a piece ahead, and end a stream that is left', async () => {
    const sent: Request[] = [];
    const calls = new WorkerCalls(
      (request) => sent.push(request),
      () => undefined,
    );
    const stream = calls.stream({ method: 'load', query: 0 });
    const first = stream.next();
    expect(sent.map(({ type }) => type)).toEqual(['stream', 'next']);
    const { id } = sent[0] as Extract<Request, { type: 'stream' }>;
    const piece = { bucketMs: 1, keys: [], labels: [], bucket: new Uint32Array(), end: new Uint32Array() };
    calls.take({
      type: 'piece',
      id,
      piece: { ...piece, sourceLabels: new Uint32Array(), destLabels: new Uint32Array(), counters: [] },
    });
    expect((await first).value).toMatchObject(piece);
    expect(sent.map(({ type }) => type)).toEqual(['stream', 'next', 'next']);
    await stream.return();
    expect(sent.at(-1)).toEqual({ type: 'abort', id });
  });

  it('hand on what it says of itself', () => {
    const told: HistoryStatus[] = [];
    const calls = new WorkerCalls(
      () => undefined,
      (status) => told.push(status),
    );
    const status: HistoryStatus = {
      state: 'open',
      troubles: [],
      bytes: 1,
      freeBytes: 0,
      oldest: null,
      written: 0,
      dropped: 0,
      waitingBytes: 0,
      flushMs: 0,
    };
    calls.take({ type: 'status', status });
    expect(told).toEqual([status]);
  });
});
