import { describe, expect, it } from 'vitest';
import { baseSpan } from './compare-span.js';

const HOUR = 3_600_000;
const SHOWN = { from: 100 * 24 * HOUR, to: 100 * 24 * HOUR + HOUR };

describe('the stretch that one is compared with', () => {
  it.each([
    [{ kind: 'before' } as const, HOUR],
    [{ kind: 'day' } as const, 24 * HOUR],
    [{ kind: 'week' } as const, 7 * 24 * HOUR],
  ])('%o lies as far back as it says and is as long', (compare, back) => {
    expect(baseSpan(compare, SHOWN)).toEqual({ from: SHOWN.from - back, to: SHOWN.to - back });
  });

  it('is the one that was chosen, whatever its length', () => {
    expect(baseSpan({ kind: 'window', from: 5, to: 9 }, SHOWN)).toEqual({ from: 5, to: 9 });
  });
});
