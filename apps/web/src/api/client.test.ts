import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, getJson, withQuery } from './client.js';

function answer(body: string, status = 200): void {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('withQuery', () => {
  it('leaves out what is empty and repeats lists', () => {
    expect(withQuery('/x', { a: 1, b: '', c: null, d: undefined, e: ['p', 'q&r'], f: 0 })).toBe(
      '/x?a=1&e=p&e=q%26r&f=0',
    );
    expect(withQuery('/x', { b: '' })).toBe('/x');
  });
});

describe('getJson', () => {
  it('reads a reply', async () => {
    answer('{"a":1}');
    await expect(getJson('/x')).resolves.toEqual({ a: 1 });
  });

  it('throws what the server says went wrong, and where', async () => {
    answer('{"error":{"code":"filter-syntax","message":"no such field","span":[0,4]}}', 400);
    const error = await getJson('/x').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'filter-syntax', status: 400, span: [0, 4], retryable: false });
  });

  it('calls a reply that is no JSON an error', async () => {
    answer('<html>', 502);
    await expect(getJson('/x')).rejects.toMatchObject({ code: 'not-json', status: 502, retryable: true });
  });

  it('calls no reply an error worth trying again', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')));
    await expect(getJson('/x')).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('lets an abort through as it is', async () => {
    const stop = new AbortController();
    vi.stubGlobal('fetch', () => {
      stop.abort();
      return Promise.reject(stop.signal.reason);
    });
    await expect(getJson('/x', {}, stop.signal)).rejects.toBe(stop.signal.reason);
  });
});
