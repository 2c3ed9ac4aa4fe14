// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seriesQuery } from './queries.js';
import { useLongQuery } from './useLongQuery.js';

interface Asked {
  readonly url: string;
  readonly signal: AbortSignal;
  readonly say: (line: object) => void;
}

const asked: Asked[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', (url: string, { signal }: { signal: AbortSignal }) => {
    let say: (line: object) => void = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        say = (line) => controller.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
    });
    asked.push({ url, signal, say: (line) => say(line) });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/x-ndjson' } }));
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const reply = (lines: number) => ({
  stepMs: 1000,
  measure: 'lines',
  points: [{ at: 0, allow: lines, deny: 0, pendingDeny: 0, unknown: 0 }],
});

function start(filter = '') {
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(
    (text: string) =>
      useLongQuery({
        ...seriesQuery(text, { from: 0, to: 1000 }, 1000),
        retry: false,
        placeholderData: (before) => before,
      }),
    { wrapper, initialProps: filter },
  );
}

describe('useLongQuery', () => {
  it('says how far a slow reading is, then gives its reply', async () => {
    const { result } = start();
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(result.current.slow).toBe(false);
    await waitFor(() => expect(result.current.slow).toBe(true));
    act(() => asked[0]?.say({ progress: 0.4 }));
    await waitFor(() => expect(result.current.progress).toBe(0.4));
    act(() => asked[0]?.say({ reply: reply(7) }));
    await waitFor(() => expect(result.current.data?.points[0]?.allow).toBe(7));
    expect(result.current).toMatchObject({ slow: false, progress: null, isStale: false, stopped: false });
  });

  it('ends the reading when it is stopped, and asks again when told to', async () => {
    const { result } = start('port=1');
    await waitFor(() => expect(asked).toHaveLength(1));
    act(() => result.current.stop());
    await waitFor(() => expect(asked[0]?.signal.aborted).toBe(true));
    expect(result.current).toMatchObject({ stopped: true, slow: false, error: null });
    act(() => result.current.again());
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(result.current.stopped).toBe(false);
    act(() => asked[1]?.say({ reply: reply(3) }));
    await waitFor(() => expect(result.current.data?.points[0]?.allow).toBe(3));
  });

  it('asks another question though the one before was stopped, and shows the old answer meanwhile', async () => {
    const { result, rerender } = start('port=2');
    await waitFor(() => expect(asked).toHaveLength(1));
    act(() => asked[0]?.say({ reply: reply(5) }));
    await waitFor(() => expect(result.current.data?.points[0]?.allow).toBe(5));
    rerender('port=3');
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(result.current).toMatchObject({ isStale: true });
    act(() => result.current.stop());
    await waitFor(() => expect(result.current.stopped).toBe(true));
    rerender('port=4');
    await waitFor(() => expect(asked).toHaveLength(3));
    expect(result.current.stopped).toBe(false);
  });

  it('goes on showing the last answer beside an error', async () => {
    const { result, rerender } = start('port=6');
    await waitFor(() => expect(asked).toHaveLength(1));
    act(() => asked[0]?.say({ reply: reply(9) }));
    await waitFor(() => expect(result.current.isStale).toBe(false));
    rerender('port=7');
    await waitFor(() => expect(asked).toHaveLength(2));
    act(() => asked[1]?.say({ error: { code: 'query-too-long', message: 'took longer than 30 s' } }));
    await waitFor(() => expect(result.current.error).not.toBeNull());
    expect(result.current).toMatchObject({ isStale: true, data: reply(9) });
  });

  it('gives an error, and what was asked can be asked again', async () => {
    const { result } = start('port=5');
    await waitFor(() => expect(asked).toHaveLength(1));
    act(() => asked[0]?.say({ error: { code: 'query-too-long', message: 'took longer than 30 s' } }));
    await waitFor(() => expect(result.current.error).toMatchObject({ code: 'query-too-long' }));
    act(() => result.current.again());
    await waitFor(() => expect(asked).toHaveLength(2));
  });
});
