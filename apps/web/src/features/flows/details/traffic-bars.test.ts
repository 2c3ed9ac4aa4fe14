import { describe, expect, it } from 'vitest';
import { trafficBars } from './traffic-bars.js';

const SIZE = 15_000;
const point = { allow: 0, deny: 0, pendingDeny: 0, unknown: 0 };

describe('the bars of a row', () => {
  it('end with the bucket of now and stand for the last ones', () => {
    const bars = trafficBars({ spark: [1, 2, 3], sparkAt: 60_000 }, [], 60_000 + 14_999, SIZE);
    expect(bars.map(({ at, packets }) => [at, packets])).toEqual([
      [30_000, 1],
      [45_000, 2],
      [60_000, 3],
    ]);
  });

  it('move on while nothing comes in', () => {
    const later = (ms: number) =>
      trafficBars({ spark: [1, 2, 3], sparkAt: 60_000 }, [], 60_000 + ms, SIZE).map(({ packets }) => packets);
    expect(later(SIZE)).toEqual([2, 3, 0]);
    expect(later(2 * SIZE)).toEqual([3, 0, 0]);
    expect(later(10 * SIZE)).toEqual([0, 0, 0]);
  });

  it('do not step back when the clock is behind the row', () => {
    const [, , last] = trafficBars({ spark: [1, 2, 3], sparkAt: 60_000 }, [], 40_000, SIZE);
    expect(last).toMatchObject({ at: 60_000, packets: 3 });
  });

  it('say of each bucket the worst that became of it, and nothing where the series is silent', () => {
    const points = [
      { ...point, at: 15_000, allow: 5 },
      { ...point, at: 30_000, allow: 5, pendingDeny: 1 },
      { ...point, at: 45_000, deny: 1, pendingDeny: 1 },
    ];
    const bars = trafficBars({ spark: [1, 1, 1, 1], sparkAt: 60_000 }, points, 60_000, SIZE);
    expect(bars.map(({ outcome }) => outcome)).toEqual(['allow', 'stage', 'deny', 'unknown']);
  });
});
