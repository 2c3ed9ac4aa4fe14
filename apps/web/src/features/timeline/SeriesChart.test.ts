import { describe, expect, it } from 'vitest';
import { HEIGHT, pathsOf } from './SeriesChart.js';

const bar = (at: number, allow: number, deny = 0) => ({ at, allow, deny, pendingDeny: 0, unknown: 0 });
/** `[x, y, width, height]` of each bar of a path. */
const boxes = (path = '') =>
  [...path.matchAll(/M(\S+) ([^h]+)h([^v]+)v([^h]+)h/g)].map((match) => match.slice(1).map(Number));

describe('bars', () => {
  it('stand where their time is', () => {
    const [allow] = pathsOf([bar(0, 4), bar(500, 2)], 100, { from: 0, to: 1000 }, 1000);
    expect(boxes(allow).map(([x, , width]) => [x, width])).toEqual([
      [0, 98.5],
      [500, 98.5],
    ]);
  });

  it('show one denial among thousands, on top, and stay in the plot', () => {
    const [allow, , , deny] = pathsOf([bar(0, 100_000, 1), bar(10, 0, 0)], 10, { from: 0, to: 20 }, 100);
    const [[, top = 0, , height = 0] = []] = boxes(deny);
    expect(height).toBe(3);
    expect(top).toBeGreaterThanOrEqual(0);
    const [[, allowTop = 0] = []] = boxes(allow);
    expect(allowTop).toBeCloseTo(top + height, 1);
    expect(boxes(allow)[0]?.[3]).toBeLessThan(HEIGHT);
    expect(boxes(allow)).toHaveLength(1);
  });
});
