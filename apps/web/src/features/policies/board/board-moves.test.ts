import { describe, expect, it } from 'vitest';
import { keptPlace, nextCard } from './board-moves.js';

const ROWS = [3, 0, 1, 4];
const at = (column: number, row: number) => ({ column, row });

describe('keys on the board', () => {
  it.each([
    ['ArrowDown', at(0, 0), at(0, 1)],
    ['ArrowDown', at(0, 2), null],
    ['j', at(0, 1), at(0, 2)],
    ['k', at(0, 1), at(0, 0)],
    ['ArrowUp', at(0, 1), at(0, 0)],
    ['ArrowUp', at(0, 0), null],
    ['ArrowRight', at(0, 2), at(2, 0)],
    ['ArrowRight', at(3, 1), null],
    ['ArrowLeft', at(3, 3), at(2, 0)],
    ['ArrowLeft', at(2, 0), at(0, 0)],
    ['Home', at(3, 2), at(3, 0)],
    ['End', at(3, 0), at(3, 3)],
    ['x', at(0, 0), null],
  ] as const)('%s from %j leads to %j', (key, from, to) => {
    expect(nextCard(key, from, ROWS)).toEqual(to);
  });

  it('stay at a card when cards go away', () => {
    expect(keptPlace(at(0, 7), ROWS)).toEqual(at(0, 2));
    expect(keptPlace(at(1, 0), ROWS)).toEqual(at(0, 0));
    expect(keptPlace(at(9, 0), [0, 2])).toEqual(at(1, 0));
    expect(keptPlace(at(0, 0), [0, 0])).toBeNull();
  });
});
