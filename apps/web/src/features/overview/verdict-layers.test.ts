import { describe, expect, it } from 'vitest';
import { filledPoints, totalOf } from './verdict-layers.js';

const point = (at: number, allow: number) => ({ at, allow, deny: 0, pendingDeny: 0, unknown: 0 });

describe('filledPoints', () => {
  it('has a point for each step, with nothing where the server says nothing', () => {
    const filled = filledPoints([point(30, 7)], 12, 45, 10);
    expect(filled.map(({ at }) => at)).toEqual([10, 20, 30, 40]);
    expect(filled.map(totalOf)).toEqual([0, 0, 7, 0]);
  });

  it('does not make up more points than can be drawn', () => {
    expect(filledPoints([point(30, 7)], 0, 1_000_000, 10)).toEqual([point(30, 7)]);
  });
});
