import { afterEach, describe, expect, it, vi } from 'vitest';
import { getLong } from './long-reply.js';

const LINES = { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A body that comes in the given pieces. */
function pieces(...texts: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text));
      controller.close();
    },
  });
}

function answer(response: Response): void {
  vi.stubGlobal('fetch', () => Promise.resolve(response));
}

function read(told: number[] = [], signal = new AbortController().signal) {
  return getLong<{ a: string }>('/x', {}, signal, (done) => told.push(done));
}

describe('getLong', () => {
  it('tells how far it is, then gives the reply, wherever the lines are cut', async () => {
    const text = '{"progress":0.25}\n{"progress":0.5}\n\n{"reply":{"a":"größer"}}\n';
    for (let cut = 1; cut < text.length; cut += 1) {
      answer(new Response(pieces(text.slice(0, cut), text.slice(cut)), LINES));
      const told: number[] = [];
      await expect(read(told)).resolves.toEqual({ a: 'größer' });
      expect(told).toEqual([0.25, 0.5]);
    }
  });

  it('needs no line end after the reply', async () => {
    answer(new Response(pieces('{"reply":{"a":"b"}}'), LINES));
    await expect(read()).resolves.toEqual({ a: 'b' });
  });

  it('understands a server that answers in one piece', async () => {
    answer(new Response('{"a":"b"}', { headers: { 'content-type': 'application/json' } }));
    await expect(read()).resolves.toEqual({ a: 'b' });
  });

  it('throws what went wrong on the way', async () => {
    answer(
      new Response(
        pieces('{"progress":0.9}\n{"error":{"code":"query-too-long","message":"took longer than 30 s"}}\n'),
        LINES,
      ),
    );
    await expect(read()).rejects.toMatchObject({ code: 'query-too-long', message: 'took longer than 30 s' });
  });

  it('throws an error that comes before any line', async () => {
    answer(
      new Response('{"error":{"code":"busy","message":"many are waiting"}}', {
        status: 503,
        headers: { 'content-type': 'application/json' },
      }),
    );
    await expect(read()).rejects.toMatchObject({ code: 'busy', status: 503, retryable: true });
  });

  it.each(['{"progress":0.9}\n', '', '{"reply":'])('calls %j, and no more, an error', async (text) => {
    answer(new Response(pieces(text), LINES));
    await expect(read()).rejects.toMatchObject({ name: 'ApiError', retryable: text !== '{"reply":' });
  });

  it.each(['<html>', '[]', 'null', '{"other":1}'])('calls the line %s an error', async (line) => {
    answer(new Response(pieces(`${line}\n`), LINES));
    await expect(read()).rejects.toMatchObject({ code: 'not-json' });
  });

  it('ends with its signal, between two lines', async () => {
    const stop = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"progress":0.1}\n'));
        stop.signal.addEventListener('abort', () => controller.error(stop.signal.reason));
      },
    });
    answer(new Response(body, LINES));
    const told: number[] = [];
    const reading = getLong('/x', {}, stop.signal, (done) => {
      told.push(done);
      stop.abort();
    });
    const caught: unknown = await reading.catch((cause: unknown) => cause);
    expect(caught).toBe(stop.signal.reason);
    expect(told).toEqual([0.1]);
  });
});
