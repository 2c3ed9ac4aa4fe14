// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import type { WhatIfAnswer } from '@vibrissa/policy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_NAMES } from './known-names.js';
import type { TrialNews, TrialReading, TrialRequest } from './trial-messages.js';
import { type TrialAsked, useTrial } from './useTrial.js';

/** Stands for the browser's worker: hears what is asked, and says what the test lets it. */
class FakeWorker {
  static last: FakeWorker | null = null;
  readonly heard: TrialRequest[] = [];
  isTerminated = false;
  onmessage: ((event: { data: TrialNews }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(request: TrialRequest): void {
    this.heard.push(request);
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

const worker = (): FakeWorker => {
  if (FakeWorker.last === null) throw new Error('no worker was started');
  return FakeWorker.last;
};
const say = (news: TrialNews) => act(() => worker().onmessage?.({ data: news }));

const ASKED: TrialAsked = {
  change: { yaml: 'a' },
  base: '',
  filter: 'port=53',
  bounds: { from: -900_000 },
  version: null,
};
const READING: TrialReading = {
  problems: [],
  refusal: null,
  does: ['adds x'],
  diff: '',
  enforced: '',
  staged: [],
  isChange: true,
};
const NONE = { lines: 0, connections: 0, bytes: 0 };
const ANSWER: WhatIfAnswer = {
  lines: 3,
  totals: { 'newly-denied': NONE, 'newly-allowed': NONE, uncertain: NONE },
  changes: [],
  isCut: false,
  disagreeing: 0,
  traces: null,
};

beforeEach(() => vi.stubGlobal('Worker', FakeWorker));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  FakeWorker.last = null;
});

describe('useTrial', () => {
  it('lets the worker read the window, what is known, and each change', () => {
    const { rerender } = renderHook((asked: TrialAsked) => useTrial(asked), { initialProps: ASKED });
    expect(worker().heard).toEqual([
      { type: 'hold', filter: 'port=53', bounds: { from: -900_000 } },
      { type: 'try', id: 1, change: { yaml: 'a' }, base: '' },
    ]);
    rerender({ ...ASKED, version: 4 });
    const change = { yaml: 'b' };
    rerender({ ...ASKED, version: 4, change });
    rerender({ ...ASKED, version: 4, change, bounds: { from: 1, to: 2 } });
    expect(
      worker()
        .heard.slice(2)
        .map(({ type }) => type),
    ).toEqual(['know', 'try', 'hold']);
  });

  it('tells what is said of the change on screen, and not of the one before', () => {
    const { result, rerender } = renderHook((asked: TrialAsked) => useTrial(asked), { initialProps: ASKED });
    say({ type: 'read', id: 1, reading: READING });
    say({ type: 'tried', id: 1, answer: ANSWER, tookMs: 5 });
    expect(result.current).toMatchObject({ isRead: true, reading: READING, tried: { tookMs: 5 } });
    rerender({ ...ASKED, change: { yaml: 'b' } });
    expect(result.current).toMatchObject({ isRead: false, tried: null });
    say({ type: 'tried', id: 1, answer: ANSWER, tookMs: 5 });
    expect(result.current.tried).toBeNull();
  });

  it('tells names, lines and troubles, and forgets a trouble that is over', () => {
    const { result, unmount } = renderHook(() => useTrial(ASKED));
    say({ type: 'failed', message: 'The server cannot be reached.' });
    say({ type: 'held', lines: 3, total: 9, done: false });
    expect(result.current).toMatchObject({
      failure: 'The server cannot be reached.',
      held: { lines: 3, total: 9, done: false },
    });
    say({ type: 'known', names: { ...NO_NAMES, tiers: ['default'] } });
    expect(result.current).toMatchObject({ failure: null, names: { tiers: ['default'] } });
    unmount();
    expect(worker().isTerminated).toBe(true);
  });

  it('says that the browser could not start the worker', () => {
    const { result } = renderHook(() => useTrial(ASKED));
    act(() => worker().onerror?.());
    expect(result.current.failure).toMatch(/could not start/);
  });
});
