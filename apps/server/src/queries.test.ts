import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Queries } from './queries.js';

const never = new AbortController().signal;

/** Work that ends when it is told to, or aborted. */
function work() {
  let end = (_value: string) => {};
  let fail = (_error: unknown) => {};
  const promise = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let started = 0;
  let aborted: unknown = null;
  return {
    run: ({ signal }: { signal?: AbortSignal }) => {
      started++;
      signal?.addEventListener('abort', () => {
        aborted = signal.reason;
        fail(signal.reason);
      });
      return promise;
    },
    end: (value: string) => end(value),
    get started() {
      return started;
    },
    get aborted() {
      return aborted;
    },
  };
}

const settled = () => new Promise(setImmediate);

describe('Queries', () => {
  it('answers questions about the past a few at a time, in order, and others at once', async () => {
    const queries = new Queries({ mostMs: 60_000, atOnce: 1, waiting: 1 });
    const [first, second, present] = [work(), work(), work()];
    const past = { signal: never, past: true };
    const answers = [queries.run(first.run, past), queries.run(second.run, past)];
    const now = queries.run(present.run, { signal: never, past: false });
    await settled();
    expect([first.started, second.started, present.started]).toEqual([1, 0, 1]);
    await expect(queries.run(work().run, past)).rejects.toMatchObject({
      code: 'too-busy',
      status: 503,
      retryAfterS: expect.any(Number),
    });
    present.end('now');
    expect(await now).toBe('now');
    first.end('a');
    expect(await answers[0]).toBe('a');
    await settled();
    second.end('b');
    expect(await answers[1]).toBe('b');
    await settled();
    expect([queries.running, queries.waiting]).toEqual([0, 0]);
  });

  it('ends what takes too long, and says what to do', async () => {
    const queries = new Queries({ mostMs: 1 });
    const slow = work();
    await expect(queries.run(slow.run, { signal: never, past: true })).rejects.toMatchObject({
      code: 'query-too-long',
      message: expect.stringContaining('VIBRISSA_QUERY_MS'),
    });
    expect(slow.aborted).toMatchObject({ code: 'query-too-long' });
  });

  it('tells the caller at the limit, and frees the turn only when the work has ended', async () => {
    const queries = new Queries({ mostMs: 1, atOnce: 1 });
    let end = () => {};
    const deaf = () => new Promise<void>((resolve) => (end = resolve));
    await expect(queries.run(deaf, { signal: never, past: true })).rejects.toMatchObject({
      code: 'query-too-long',
    });
    expect(queries.running).toBe(1);
    end();
    await settled();
    expect(queries.running).toBe(0);
  });

  it('ends work, running or waiting, when nobody waits for it any more', async () => {
    const queries = new Queries({ mostMs: 60_000, atOnce: 1 });
    const [running, waiting] = [work(), work()];
    const callers = [new AbortController(), new AbortController()] as const;
    const answers = [running, waiting].map(({ run }, at) =>
      queries.run(run, { signal: (callers[at] as AbortController).signal, past: true }),
    );
    await settled();
    callers[1].abort(new Error('gone'));
    await expect(answers[1]).rejects.toThrow('gone');
    expect(queries.waiting).toBe(0);
    callers[0].abort(new Error('gone too'));
    await expect(answers[0]).rejects.toThrow('gone too');
    await settled();
    expect([waiting.started, queries.running]).toEqual([0, 0]);
  });

  it('ends everything when it is closed', async () => {
    const queries = new Queries({ mostMs: 60_000 });
    const running = queries.run(work().run, { signal: never, past: true });
    await settled();
    queries.close();
    await expect(running).rejects.toMatchObject({ code: 'stopping' });
    await expect(queries.run(work().run, { signal: never, past: true })).rejects.toMatchObject({
      code: 'stopping',
    });
  });

  it('passes on what work rejects with, thrown at once or later', async () => {
    const queries = new Queries({ mostMs: 60_000 });
    const asking = { signal: never, past: true };
    const thrown = () => {
      throw new Error('at once');
    };
    await expect(queries.run(thrown, asking)).rejects.toThrow('at once');
    await expect(queries.run(() => Promise.reject(new Error('later')), asking)).rejects.toThrow('later');
    await settled();
    expect(queries.running).toBe(0);
  });

  describe('stream', () => {
    it('ends the work when the reader stops, and frees the turn', async () => {
      const queries = new Queries({ mostMs: 60_000 });
      let isEnded = false;
      async function* counting() {
        try {
          for (let at = 0; ; at++) yield at;
        } finally {
          isEnded = true;
        }
      }
      const read: number[] = [];
      for await (const piece of queries.stream(counting, never)) {
        read.push(piece);
        expect(queries.running).toBe(1);
        if (piece === 3) break;
      }
      await settled();
      expect([read, isEnded, queries.running]).toEqual([[0, 1, 2, 3], true, 0]);
    });

    it('limits the time of each piece, not that of the reader', async () => {
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const queries = new Queries({ mostMs: 20 });
      async function* pieces({ signal }: { signal?: AbortSignal }) {
        yield 1;
        yield 2;
        await new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason)),
        );
      }
      const stream = queries.stream(pieces, never);
      expect((await stream.next()).value).toBe(1);
      await vi.advanceTimersByTimeAsync(1_000);
      expect((await stream.next()).value).toBe(2);
      const last = expect(stream.next()).rejects.toMatchObject({ code: 'query-too-long' });
      await vi.advanceTimersByTimeAsync(20);
      await last;
    });
  });
});
