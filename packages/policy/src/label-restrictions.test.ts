import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from './calico-selector.js';
import { labelRestrictions } from './label-restrictions.js';
import { matchesSelector } from './selector.js';

const part = fc.constantFrom(
  "a == 'x'",
  "a in {'x', 'y'}",
  "a != 'x'",
  'has(a)',
  '!has(b)',
  "b not in {'x'}",
  "b starts with 'x'",
  'all()',
);

const expression = fc
  .array(fc.tuple(part, fc.constantFrom('&&', '||'), fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((parts) =>
    parts.reduce((text, [one, sign, not]) => {
      const item = not ? `!(${one})` : one;
      return text === '' ? item : `(${text} ${sign} ${item})`;
    }, ''),
  );

const labels = fc
  .record({ a: fc.constantFrom('x', 'y', 'z'), b: fc.constantFrom('x', 'y') }, { requiredKeys: [] })
  .map((record) => new Map(Object.entries(record)));

describe('labelRestrictions', () => {
  it('hold for whatever a selector matches', () => {
    fc.assert(
      fc.property(expression, labels, (text, map) => {
        const selector = parseSelector(text);
        if (!matchesSelector(selector, map)) return;
        for (const [key, { present, absent, values }] of labelRestrictions(selector)) {
          const value = map.get(key);
          if (present) expect(value).toBeDefined();
          if (absent) expect(value).toBeUndefined();
          if (values !== null && value !== undefined) expect(values).toContain(value);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('narrow what must hold together and widen what may', () => {
    const found = (text: string) => labelRestrictions(parseSelector(text)).get('a')?.values;
    expect(found("a in {'x', 'y'} && a in {'y', 'z'}")).toEqual(['y']);
    expect(found("a == 'x' || a == 'y'")).toEqual(['x', 'y']);
    expect(found("a == 'x' || has(b)")).toBeUndefined();
  });
});
