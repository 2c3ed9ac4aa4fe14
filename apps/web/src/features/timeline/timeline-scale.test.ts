import { describe, expect, it } from 'vitest';
import { BARS, barStep, fillBars, shareOf, stripSpan, tickTimes, timeAt } from './timeline-scale.js';

const HOUR = 3_600_000;

describe('timeline scale', () => {
  it('takes whole buckets for a bar', () => {
    expect(barStep(HOUR, 15_000)).toBe(30_000);
    expect(barStep(HOUR + 1, 15_000)).toBe(45_000);
    expect(barStep(60_000, 15_000)).toBe(15_000);
  });

  it('ends with the bar that now is in', () => {
    const span = stripSpan(100_001, 10_000);
    expect(span.to).toBe(110_000);
    expect(span.from).toBe(110_000 - BARS * 10_000);
    expect(stripSpan(100_000, 10_000).to).toBe(110_000);
  });

  it('has a bar where the server is silent', () => {
    const span = stripSpan(10_000_000, 10_000);
    const point = { at: span.from + 20_000, allow: 3, deny: 1, pendingDeny: 0, unknown: 0 };
    const bars = fillBars([point], span, 10_000);
    expect(bars).toHaveLength(BARS);
    expect(bars[2]).toEqual(point);
    expect(bars[1]).toEqual({ at: span.from + 10_000, allow: 0, deny: 0, pendingDeny: 0, unknown: 0 });
  });

  it('maps time to place and back, on bucket edges and within the strip', () => {
    const span = { from: 0, to: 1_000_000 };
    expect(shareOf(250_000, span)).toBe(0.25);
    expect(shareOf(-5, span)).toBe(0);
    expect(timeAt(0.2512, span, 10_000)).toBe(250_000);
    expect(timeAt(7, span, 10_000)).toBe(1_000_000);
  });

  it('labels round times and leaves room for "now"', () => {
    const span = { from: 0, to: HOUR };
    expect(tickTimes(span, 6)).toEqual([10, 20, 30, 40, 50].map((minutes) => minutes * 60_000));
    expect(tickTimes(span, 3)).toEqual([30 * 60_000]);
  });
});
