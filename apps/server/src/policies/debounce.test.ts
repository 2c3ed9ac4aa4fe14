import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Debounce } from './debounce.js';

let runs = 0;

beforeEach(() => {
  vi.useFakeTimers();
  runs = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

function debounce(): Debounce {
  return new Debounce({ quietMs: 250, mostMs: 900, restMs: 1_000 }, () => runs++);
}

/** Touches every 100 ms, for so many times. */
function touches(one: Debounce, times: number): void {
  for (let i = 0; i < times; i++) {
    one.touch();
    vi.advanceTimersByTime(100);
  }
}

describe('a debounce', () => {
  it('runs once for many touches, when they have ended', () => {
    const one = debounce();
    touches(one, 5);
    expect(runs).toBe(0);
    vi.advanceTimersByTime(150);
    expect(runs).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(runs).toBe(1);
  });

  it('runs in between when they do not end, and rests after each', () => {
    touches(debounce(), 57);
    // At 900 ms, and from then on every 1,000 ms of rest and 900 more.
    expect(runs).toBe(3);
  });

  it('does not forget a touch during its rest', () => {
    const one = debounce();
    one.touch();
    vi.advanceTimersByTime(250);
    one.touch();
    vi.advanceTimersByTime(1_249);
    expect(runs).toBe(1);
    vi.advanceTimersByTime(1);
    expect(runs).toBe(2);
  });

  it('runs no more once it is ended', () => {
    const one = debounce();
    one.touch();
    one.end();
    one.touch();
    vi.advanceTimersByTime(10_000);
    expect(runs).toBe(0);
  });
});
