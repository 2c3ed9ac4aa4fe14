import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ViewWindow } from '../view-url.js';
import { movedBy, shifted, stretchOf, zoomed } from './window-moves.js';

const HOUR = 3_600_000;
const now = 1_000 * HOUR;
const limits = { now, bucketMs: 15_000, retentionMs: 168 * HOUR };
const live = (sinceMs: number): ViewWindow => ({ kind: 'live', sinceMs });
const fixed = (from: number, to: number): ViewWindow => ({ kind: 'fixed', from, to });

describe('moving a window', () => {
  it('goes to the stretch before, and comes back to live', () => {
    const before = shifted(live(HOUR), -1, limits);
    expect(before).toEqual(fixed(now - 2 * HOUR, now - HOUR));
    expect(shifted(before, -1, limits)).toEqual(fixed(now - 3 * HOUR, now - 2 * HOUR));
    expect(shifted(before, 1, limits)).toEqual(live(HOUR));
    expect(shifted(live(HOUR), 1, limits)).toEqual(live(HOUR));
  });

  it('does not go before what is kept', () => {
    const oldest = fixed(now - 168 * HOUR, now - 167 * HOUR);
    expect(shifted(oldest, -1, limits)).toEqual(oldest);
    expect(movedBy(oldest, HOUR, limits)).toEqual(fixed(now - 167 * HOUR, now - 166 * HOUR));
  });

  it('zooms a live window through lengths worth a name, as far as anything is kept', () => {
    expect(zoomed(live(HOUR), 'out', limits)).toEqual(live(6 * HOUR));
    expect(zoomed(live(HOUR), 'in', limits)).toEqual(live(HOUR / 4));
    expect(zoomed(live(7 * 60_000), 'in', limits)).toEqual(live(5 * 60_000));
    expect(zoomed(live(5 * 60_000), 'in', limits)).toEqual(live(5 * 60_000));
    expect(zoomed(live(168 * HOUR), 'out', limits)).toEqual(live(168 * HOUR));
    expect(zoomed(live(48 * HOUR), 'out', { ...limits, retentionMs: 72 * HOUR })).toEqual(live(72 * HOUR));
  });

  it('zooms a fixed window about its middle, and not beyond now', () => {
    expect(zoomed(fixed(now - 8 * HOUR, now - 4 * HOUR), 'in', limits)).toEqual(
      fixed(now - 7 * HOUR, now - 5 * HOUR),
    );
    expect(zoomed(fixed(now - 8 * HOUR, now - 4 * HOUR), 'out', limits)).toEqual(
      fixed(now - 10 * HOUR, now - 2 * HOUR),
    );
    expect(zoomed(fixed(now - HOUR, now), 'out', limits)).toEqual(fixed(now - 2 * HOUR, now));
  });

  it('never makes a window empty, and never one that ends after now or begins before all', () => {
    const windows = fc
      .tuple(fc.integer({ min: 0, max: 167 * 240 }), fc.integer({ min: 1, max: 10_000 }))
      .map(([ago, buckets]) => {
        const from = now - (ago + 1) * 15_000;
        return fixed(from, Math.min(now, from + buckets * 15_000));
      });
    const move = fc.constantFrom('[', ']', '-', '=');
    fc.assert(
      fc.property(windows, fc.array(move, { maxLength: 12 }), (start, moves) => {
        let window = start;
        for (const key of moves) {
          if (key === '[' || key === ']') window = shifted(window, key === '[' ? -1 : 1, limits);
          else window = zoomed(window, key === '-' ? 'out' : 'in', limits);
          const { from, to } = stretchOf(window, now);
          expect(to - from).toBeGreaterThanOrEqual(15_000);
          expect(to).toBeLessThanOrEqual(now);
          expect(from).toBeGreaterThanOrEqual(now - limits.retentionMs - 15_000);
        }
      }),
    );
  });
});
