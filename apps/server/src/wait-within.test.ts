import { describe, expect, it } from 'vitest';
import { WaitError, waitWithin } from './wait-within.js';

const NEVER = new Promise<never>(() => {});

describe('waitWithin', () => {
  it('gives what came, and what went wrong', async () => {
    const { signal } = new AbortController();
    const most = { ms: 60_000, what: 'it' };
    expect(await waitWithin(Promise.resolve(3), { signals: [signal], most })).toBe(3);
    await expect(waitWithin(Promise.reject(new Error('no')), { signals: [signal], most })).rejects.toThrow(
      'no',
    );
  });

  it('ends by any of the signals, also one that was aborted before', async () => {
    const one = new AbortController();
    const other = new AbortController();
    const waits = waitWithin(NEVER, { signals: [one.signal, other.signal] });
    other.abort();
    expect(await waits).toBeNull();
    expect(await waitWithin(NEVER, { signals: [one.signal, other.signal] })).toBeNull();
  });

  it('says what took too long', async () => {
    const waits = waitWithin(NEVER, { signals: [], most: { ms: 1, what: 'writing' } });
    await expect(waits).rejects.toThrow(WaitError);
    await expect(waits).rejects.toThrow('writing');
  });
});
