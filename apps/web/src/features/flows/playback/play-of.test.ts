import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW } from '../../../view/view-url.js';
import { headRange, isPlayedOut, playOf, runningHead, stepped } from './play-of.js';

const BUCKET = 15_000;
const HOUR = 3_600_000;

describe('playOf', () => {
  it('keeps a live window as it is, on whole buckets', () => {
    const change = playOf(DEFAULT_VIEW, 1_000_000_007, BUCKET);
    expect(change.window).toEqual({ kind: 'fixed', from: 999_990_000 - 900_000, to: 999_990_000 });
    expect(change.play).toEqual({ speed: 10, spanMs: 300_000, at: null });
  });

  it('shows less of a short window at a time, and more of a long one', () => {
    const spanOf = (length: number) =>
      playOf({ window: { kind: 'fixed', from: 0, to: length } }, 0, BUCKET).play?.spanMs;
    expect(spanOf(5 * 60_000)).toBe(60_000);
    expect(spanOf(HOUR)).toBe(300_000);
    expect(spanOf(24 * HOUR)).toBe(HOUR);
  });
});

describe('stepped', () => {
  it('moves by whole buckets and stays in the window', () => {
    fc.assert(
      fc.property(
        fc.nat(HOUR),
        fc.integer({ min: 1, max: HOUR }),
        fc.nat(2 * HOUR),
        fc.integer({ min: -3, max: 3 }),
        (from, length, head, by) => {
          const range = headRange(from, from + length, BUCKET);
          const next = stepped(head, by, BUCKET, range);
          expect(next % BUCKET).toBe(0);
          expect(next).toBeGreaterThanOrEqual(range.min);
          expect(next).toBeLessThanOrEqual(range.max);
        },
      ),
    );
  });

  it('goes to the next edge from between two', () => {
    const range = headRange(0, HOUR, BUCKET);
    expect(stepped(40_000, 1, BUCKET, range)).toBe(45_000);
    expect(stepped(40_000, -1, BUCKET, range)).toBe(30_000);
    expect(stepped(45_000, -1, BUCKET, range)).toBe(30_000);
  });
});

describe('runningHead', () => {
  it('runs on between two buckets and waits for the next', () => {
    expect(runningHead(30_000, 1_000, 1_500, 10, BUCKET)).toBe(35_000);
    expect(runningHead(30_000, 1_000, 60_000, 10, BUCKET)).toBe(44_999);
    expect(runningHead(30_000, null, 60_000, 10, BUCKET)).toBe(30_000);
  });
});

describe('isPlayedOut', () => {
  it('is so with the last whole bucket, once rows of it came', () => {
    const at = (playhead: number, playheadAt: number | null) =>
      isPlayedOut({ playhead, playheadAt, bucketMs: BUCKET }, 100_000);
    expect(at(75_000, 1)).toBe(false);
    expect(at(90_000, 1)).toBe(true);
    expect(at(90_000, null)).toBe(false);
  });
});
