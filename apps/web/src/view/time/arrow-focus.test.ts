import { describe, expect, it } from 'vitest';
import { nextInDirection } from './arrow-focus.js';

const box = (column: number, row: number, width = 40) => ({
  left: column * 50,
  top: row * 30,
  width,
  height: 24,
});
/** Two rows of four, and one wide one below. */
const boxes = [0, 1].flatMap((row) => [0, 1, 2, 3].map((column) => box(column, row))).concat(box(0, 2, 190));

describe('arrows among boxes', () => {
  it.each([
    [0, 'ArrowRight', 1],
    [0, 'ArrowDown', 4],
    [6, 'ArrowUp', 2],
    [6, 'ArrowLeft', 5],
    [5, 'ArrowDown', 8],
    [3, 'ArrowUp', -1],
    [8, 'ArrowDown', -1],
  ])('from %i %s to %i', (from, key, to) => {
    const start = boxes[from];
    if (start === undefined) throw new Error('no such box');
    expect(nextInDirection(start, boxes, key)).toBe(to);
  });
});
