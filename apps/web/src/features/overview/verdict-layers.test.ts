import { describe, expect, it } from 'vitest';
import { filledPoints, totalOf } from './verdict-layers.js';

const point = (at: number, allow: number) => ({ at, allow, deny: 0, pendingDeny: 0, unknown: 0 });

describe('filledPoints', () => {
  it('has a point for each step, with nothing where the server says nothing', () => {
    const filled = filledPoints([point(30, 7)], 12, 45, 10);
    expect(filled.map(({ at }) => at)).toEqual([10, 20, 30, 40]);
    expect(filled.map(totalOf)).toEqual([0, 0, 7, 0]);
  });

  it('goes by the points where the window is a moment older than they are', () => {
    const filled = filledPoints([point(20, 1), point(50, 2)], 12, 45, 10);
    expect(filled.map(({ at }) => at)).toEqual([20, 30, 40, 50]);
    expect(filled.map(totalOf)).toEqual([1, 0, 0, 2]);
  });

  it('does not make up more points than can be drawn', () => {
    expect(filledPoints([point(30, 7)], 0, 1_000_000, 10)).toEqual([point(30, 7)]);
  });
});
