import { describe, expect, it } from 'vitest';
import { hashText, randomAt } from './random.js';

describe('randomAt', () => {
  it('draws the same at the same place, and something else at another', () => {
    const draws = (...place: number[]) => {
      const random = randomAt(...place);
      return [random.next(), random.next(), random.below(1000)];
    };
    expect(draws(1, 1_800_000_000_000)).toEqual(draws(1, 1_800_000_000_000));
    expect(draws(1, 1_800_000_000_000)).not.toEqual(draws(2, 1_800_000_000_000));
    expect(draws(1, 1_800_000_000_000)).not.toEqual(draws(1, 1_800_000_015_000));
  });

  it('draws evenly', () => {
    const counts = new Array<number>(10).fill(0);
    for (let place = 0; place < 10_000; place++) {
      const digit = randomAt(7, place).below(10);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });
});

describe('hashText', () => {
  it('tells texts apart', () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `shop/frontend ${index}`);
    expect(new Set(texts.map(hashText)).size).toBeGreaterThan(4990);
  });
});
