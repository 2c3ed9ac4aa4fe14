import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BARS, barStep, fillBars, gapsOf, grainOf, onBars, shareOf, timeAt } from './timeline-scale.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const bar = (at: number, allow = 0) => ({ at, allow, deny: 0, pendingDeny: 0, unknown: 0 });

describe('timeline scale', () => {
  it.each([
    [HOUR, 15_000, 30_000],
    [HOUR + 1, 15_000, MINUTE],
    [MINUTE, 15_000, 15_000],
    [3 * HOUR, 15_000, 2 * MINUTE],
    [3 * DAY, 15_000, HOUR],
    [30 * DAY, 15_000, 6 * HOUR],
    [3_000 * DAY, 15_000, 25 * DAY],
    [HOUR, 7_000, 35_000],
  ])('takes for %i ms in buckets of %i bars of %i', (length, bucket, step) => {
    expect(barStep(length, bucket)).toBe(step);
  });

  it('never has too many bars, and always whole buckets', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4_000 * DAY }),
        fc.integer({ min: 1, max: 60_000 }),
        (length, bucket) => {
          const step = barStep(length, bucket);
          expect(length / step).toBeLessThanOrEqual(BARS);
          expect(step % bucket).toBe(0);
        },
      ),
    );
  });

  it('chooses finer than it draws, on round times', () => {
    expect(grainOf(30_000, 15_000)).toBe(15_000);
    expect(grainOf(HOUR, 15_000)).toBe(15 * MINUTE);
    expect(grainOf(6 * HOUR, 15_000)).toBe(HOUR);
  });

  it('has a bar where the server is silent, from whole bar to whole bar', () => {
    const span = onBars({ from: 10_050, to: 49_990 }, 10_000);
    expect(span).toEqual({ from: 10_000, to: 50_000 });
    expect(fillBars([bar(20_000, 3)], span, 10_000)).toEqual([
      bar(10_000),
      bar(20_000, 3),
      bar(30_000),
      bar(40_000),
    ]);
    expect(fillBars([bar(0, 1), bar(30_000, 2)], span, 30_000)).toEqual([bar(0, 1), bar(30_000, 2)]);
  });

  it('maps time to place and back, on round times and within the strip', () => {
    const span = { from: 0, to: 1_000_000 };
    expect(shareOf(250_000, span)).toBe(0.25);
    expect(shareOf(-5, span)).toBe(0);
    expect(timeAt(0.2512, span, 10_000)).toBe(250_000);
    expect(timeAt(7, span, 10_000)).toBe(1_000_000);
  });
});

describe('gaps', () => {
  const span = { from: 0, to: 100 };
  const seen = (...ats: number[]) => ats.map((at) => bar(at, 1));

  it('are three empty bars or more, between what was seen', () => {
    expect(gapsOf(seen(0, 10, 20, 60, 90), span, 10, 0, 100)).toEqual([{ from: 30, to: 60 }]);
    expect(gapsOf(seen(0, 30, 60, 90), span, 10, 0, 100)).toEqual([]);
  });

  it('begin with the first flow that is kept, and do not reach into the bar that now is in', () => {
    expect(gapsOf(seen(60, 70, 80, 90), span, 10, 60, 100)).toEqual([]);
    expect(gapsOf(seen(0, 10, 20, 30, 40, 50), span, 10, 0, 95)).toEqual([{ from: 60, to: 90 }]);
    expect(gapsOf(seen(0), span, 10, 0, 35)).toEqual([]);
    expect(gapsOf([], span, 10, null, 100)).toEqual([]);
  });
});
