import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedPage } from './sorted-page.js';

describe('sortedPage', () => {
  it('is a stretch of what sorting everything gives', () => {
    const item = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('a', 'b', 'aa', ''));
    const items = fc.array(item, { maxLength: 60 }).chain((values) =>
      fc
        .shuffledSubarray(
          values.map((_, at) => at),
          { minLength: values.length },
        )
        .map((ids) => values.map((value, at) => ({ value: String(value), id: ids[at] ?? 0 }))),
    );
    fc.assert(
      fc.property(
        items,
        fc.nat(70),
        fc.oneof(fc.nat(20), fc.constant(Number.POSITIVE_INFINITY)),
        (all, from, size) => {
          const sorted = [...all].sort((a, b) =>
            a.value < b.value ? -1 : a.value > b.value ? 1 : a.id - b.id,
          );
          expect(sortedPage(all, from, size)).toEqual(sorted.slice(from, from + size));
        },
      ),
    );
  });
});
